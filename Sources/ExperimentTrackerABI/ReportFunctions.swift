internal import CExperimentTracker

import ExperimentTracker

final class ReportHandle: Handle {
  let report: any TabularReport

  init(_ report: any TabularReport) { self.report = report }
}

@c @implementation
public func et_increment_archive(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let given = try increment.map { (pointer) throws(TrackingError) in
        try IncrementHandle.of(pointer, "increment").increment
      }
      return ReportHandle(
        try Increment.archive(in: given, json: CText.bytes(options), for: "archiving"))
    }
  }
}

@c @implementation
public func et_report_json(
  _ report: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try ReportHandle.of(report, "report").report.value
    }
  }
}

@c @implementation
public func et_report_text(
  _ report: OpaquePointer?, _ width: CInt,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(report, out) { $0.text(width: Int(max(0, width))) }
}

@c @implementation
public func et_report_html(
  _ report: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(report, out) { $0.html() }
}

@c @implementation
public func et_report_free(_ report: OpaquePointer?) { ReportHandle.release(report) }

private func text(
  _ report: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ make: (any TabularReport) -> String
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(make(try ReportHandle.of(report, "report").report).utf8)
    }
  }
}

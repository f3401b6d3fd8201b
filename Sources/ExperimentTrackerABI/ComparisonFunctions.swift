internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_increment_compare(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  logging { () throws(TrackingError) in
    var problem: TrackingError?
    try returnHandle(out) { () throws(TrackingError) in
      let result = try IncrementHandle.of(increment, "increment").increment.compare(
        json: CText.bytes(options), for: "a comparison")
      problem = result.problem
      return ComparisonHandle(result)
    }
    return problem.map { .deferred($0) } ?? .stored
  }
}

@c @implementation
public func et_comparison_json(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try ComparisonHandle.of(comparison, "comparison").result.json()
    }
  }
}

@c @implementation
public func et_comparison_markdown(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.markdown() }
}

@c @implementation
public func et_comparison_page(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      try ComparisonHandle.of(comparison, "comparison").result.page()
    }
  }
}

@c @implementation
public func et_comparison_html(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.html() }
}

@c @implementation
public func et_comparison_text(
  _ comparison: OpaquePointer?, _ width: CInt,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.text(width: Int(max(0, width))) }
}

@c @implementation
public func et_comparison_free(_ comparison: OpaquePointer?) {
  ComparisonHandle.release(comparison)
}

private func text(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ make: (ComparisonResult) -> String
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(make(try ComparisonHandle.of(comparison, "comparison").result).utf8)
    }
  }
}

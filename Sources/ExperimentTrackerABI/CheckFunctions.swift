internal import CExperimentTracker
import ExperimentTracker

final class CheckHandle: Handle {
  let check: StoreCheck

  init(_ check: StoreCheck) { self.check = check }
}

@c @implementation
public func et_check_open(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let given = try increment.map { (pointer) throws(TrackingError) in
        try IncrementHandle.of(pointer, "increment").increment
      }
      return CheckHandle(
        try StoreCheck(of: given, json: CText.bytes(options), for: "a check of the store"))
    }
  }
}

@c @implementation
public func et_check_step(
  _ check: OpaquePointer?, _ done: UnsafeMutablePointer<UInt64>?,
  _ total: UnsafeMutablePointer<UInt64>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let check = try CheckHandle.of(check, "check").check
    try check.step()
    let progress = check.progress
    done?.pointee = UInt64(progress.done)
    total?.pointee = UInt64(progress.total)
  }
}

@c @implementation
public func et_check_report(
  _ check: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      ReportHandle(try CheckHandle.of(check, "check").check.report)
    }
  }
}

@c @implementation
public func et_check_free(_ check: OpaquePointer?) { CheckHandle.release(check) }

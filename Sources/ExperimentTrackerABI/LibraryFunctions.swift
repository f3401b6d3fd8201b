internal import CExperimentTracker
import ExperimentTracker
import Glibc

@c @implementation
public func et_version() -> UnsafePointer<CChar>? { CText.literal(TrackerVersion.literal) }

@c @implementation
public func et_abi_version() -> CInt { 1 }

@c @implementation
public func et_last_error() -> UnsafePointer<CChar>? { LastError.message }

@c @implementation
public func et_last_error_json() -> UnsafePointer<CChar>? { LastError.json }

@c @implementation
public func et_error_name(_ code: CInt) -> UnsafePointer<CChar>? {
  switch code {
  case 0: CText.literal("Success")
  case 1: CText.literal("Deferred")
  case 2: CText.literal("Again")
  case -1: CText.literal("InvalidArgument")
  case -2: CText.literal("InvalidName")
  case -3: CText.literal("IncrementNotFound")
  case -4: CText.literal("AmbiguousIncrement")
  case -5: CText.literal("ExperimentNotFound")
  case -6: CText.literal("ExperimentBusy")
  case -7: CText.literal("Storage")
  case -8: CText.literal("Format")
  case -9: CText.literal("Closed")
  case -10: CText.literal("Serialisation")
  case -11: CText.literal("NotFound")
  case -12: CText.literal("Reentered")
  case -99: CText.literal("Internal")
  default: CText.literal("Unknown")
  }
}

@c @implementation
public func et_text_shown(
  _ text: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      guard let bytes = CText.bytes(text) else { throw CText.missing("text") }
      return Array(VisibleText.line(String(escapingInvalid: bytes), limit: .max).utf8)
    }
  }
}

@c @implementation
public func et_string_free(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

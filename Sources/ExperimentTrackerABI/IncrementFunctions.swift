internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_increment_open(
  _ name: UnsafePointer<CChar>?, _ directory: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      IncrementHandle(
        try Increment.find(
          try CText.name(name, "name"), from: try CText.name(directory, "directory")))
    }
  }
}

@c @implementation
public func et_increment_ensure(
  _ name: UnsafePointer<CChar>?, _ directory: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      IncrementHandle(
        try Increment.findOrCreate(
          try CText.name(name, "name"), from: try CText.name(directory, "directory")))
    }
  }
}

@c @implementation
public func et_increment_name(_ increment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? IncrementHandle.of(increment, "increment").name
}

@c @implementation
public func et_increment_path(_ increment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? IncrementHandle.of(increment, "increment").path
}

@c @implementation
public func et_increment_reason(_ increment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? IncrementHandle.of(increment, "increment").reason
}

@c @implementation
public func et_increment_free(_ increment: OpaquePointer?) { IncrementHandle.release(increment) }

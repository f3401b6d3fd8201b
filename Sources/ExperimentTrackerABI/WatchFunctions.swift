internal import CExperimentTracker
import ExperimentTracker

final class WatchHandle: Handle {
  let watch: ExperimentWatch

  init(_ watch: ExperimentWatch) { self.watch = watch }
}

@c @implementation
public func et_watch_open(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      WatchHandle(
        ExperimentWatch(
          try IncrementHandle.of(increment, "increment").increment,
          try WatchOptions(json: CText.bytes(options), for: "a watch")))
    }
  }
}

@c @implementation
public func et_watch_look(
  _ watch: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try WatchHandle.of(watch, "watch").watch.json()
    }
  }
}

@c @implementation
public func et_watch_free(_ watch: OpaquePointer?) { WatchHandle.release(watch) }

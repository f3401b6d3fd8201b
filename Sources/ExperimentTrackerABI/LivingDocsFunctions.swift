internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_increment_sync_docs(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try IncrementHandle.of(increment, "increment").increment.syncLivingDocs(
        json: CText.bytes(options), for: "the living docs"
      ).json
    }
  }
}

import CExperimentTracker
import ExperimentTracker
import TrackingEntities

@c @implementation
public func et_experiment_reproduce(
  _ pointer: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let experiment = try ExperimentHandle.of(pointer, "experiment").experiment
      let options = try ReproductionOptions(json: CText.bytes(options))
      return try experiment.reproduce(options).json.json(layout: .compact)
    }
  }
}

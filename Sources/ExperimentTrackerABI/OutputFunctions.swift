internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_log_output(
  _ pointer: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ size: Int
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    return experiment.logOutput(try buffer(bytes.map { UnsafeRawPointer($0) }, size, "bytes"))
  }
}

@c @implementation
public func et_experiment_save_report(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let path = try CText.name(path, "path") ?? Experiment.usualReport
      return Array(try experiment(pointer).saveReport(path).utf8)
    }
  }
}

internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_increment_review(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      try IncrementHandle.of(increment, "increment").increment.review(
        json: CText.bytes(options), for: "a review")
    }
  }
}

@c @implementation
public func et_experiment_why(
  _ pointer: OpaquePointer?, _ other: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let experiment = try experiment(pointer)
      let other = try ExperimentHandle.of(other, "other").experiment
      return try experiment.explanation(
        from: other, json: CText.bytes(options), for: "an explanation")
    }
  }
}

@c @implementation
public func et_increment_github_issue(
  _ increment: OpaquePointer?, _ title: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let increment = try IncrementHandle.of(increment, "increment").increment
      return try increment.issue(
        try CText.text(title, "title"), json: CText.bytes(options), for: "an issue")
    }
  }
}

internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_start(
  _ increment: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let name = try CText.name(name, "name")
      let options = try ExperimentOptions(
        json: CText.bytes(options), for: "the start of an experiment")
      let target =
        try increment == nil
        ? Increment.findOrCreate() : IncrementHandle.of(increment, "increment").increment
      return ExperimentHandle(try target.start(name, options: options))
    }
  }
}

@c @implementation
public func et_experiment_start_child(
  _ parent: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let options = try ExperimentOptions(
        json: CText.bytes(options), for: "the start of an experiment")
      return ExperimentHandle(
        try ExperimentHandle.of(parent, "parent").experiment.startChild(
          try CText.name(name, "name"), options: options))
    }
  }
}

@c @implementation
public func et_experiment_open(
  _ increment: OpaquePointer?, _ query: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let query = try CText.requiredName(query, "query")
      return ExperimentHandle(
        try Increment.load(
          query,
          first: try increment.map { (pointer) throws(TrackingError) in
            try IncrementHandle.of(pointer, "increment").increment
          }), isLoaded: true)
    }
  }
}

@c @implementation
public func et_experiment_open_archived(
  _ increment: OpaquePointer?, _ query: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let query = try CText.requiredName(query, "query")
      return ExperimentHandle(
        try Increment.loadArchived(
          query,
          first: try increment.map { (pointer) throws(TrackingError) in
            try IncrementHandle.of(pointer, "increment").increment
          }), isLoaded: true)
    }
  }
}

@c @implementation
public func et_text_closest(
  _ text: UnsafePointer<CChar>?, _ names: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      let text = try CText.text(text, "text")
      guard let names = CText.bytes(names) else { throw CText.missing("names") }
      return try ClosestNames.list(json: names, to: text)
    }
  }
}

@c @implementation
public func et_experiment_name(_ experiment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? ExperimentHandle.of(experiment, "experiment").name
}

@c @implementation
public func et_experiment_path(_ experiment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? ExperimentHandle.of(experiment, "experiment").path
}

@c @implementation
public func et_experiment_increment(_ experiment: OpaquePointer?) -> UnsafePointer<CChar>? {
  try? ExperimentHandle.of(experiment, "experiment").increment
}

@c @implementation
public func et_experiment_archive(
  _ pointer: OpaquePointer?, _ force: CInt, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      ExperimentHandle(try experiment(pointer).archive(force: force != 0), isLoaded: true)
    }
  }
}

@c @implementation
public func et_experiment_restore(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      ExperimentHandle(try experiment(pointer).restore(), isLoaded: true)
    }
  }
}

@c @implementation
public func et_experiment_delete(_ pointer: OpaquePointer?, _ force: CInt) -> CInt {
  boundary { () throws(TrackingError) in try experiment(pointer).delete(force: force != 0) }
}

@c @implementation
public func et_experiment_free(_ experiment: OpaquePointer?) {
  ExperimentHandle.release(experiment)
}

@c @implementation
public func et_experiment_dropped(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UInt64>?
) -> CInt {
  boundary { () throws(TrackingError) in
    guard let out else { throw CText.missing("out") }
    out.pointee = try experiment(pointer).dropped
  }
}

@c @implementation
public func et_experiment_state(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UInt64>?
) -> CInt {
  boundary { () throws(TrackingError) in
    guard let out else { throw CText.missing("out") }
    out.pointee = 0
    out.pointee = try experiment(pointer).state ?? 0
  }
}

@c @implementation
public func et_experiment_flush(_ pointer: OpaquePointer?, _ durable: CInt) -> CInt {
  boundary { () throws(TrackingError) in try experiment(pointer).flush(durable: durable != 0) }
}

@c @implementation
public func et_experiment_finish(
  _ pointer: OpaquePointer?, _ status: UnsafePointer<CChar>?, _ failure: UnsafePointer<CChar>?
) -> CInt {
  end(pointer, status, failure, more: false)
}

@c @implementation
public func et_experiment_begin_finish(
  _ pointer: OpaquePointer?, _ status: UnsafePointer<CChar>?, _ failure: UnsafePointer<CChar>?
) -> CInt {
  end(pointer, status, failure, more: true)
}

/// Ends an experiment; `more` only stores the end, since more is still to be recorded.
private func end(
  _ pointer: OpaquePointer?, _ status: UnsafePointer<CChar>?, _ failure: UnsafePointer<CChar>?,
  more: Bool
) -> CInt {
  boundary { () throws(TrackingError) in
    let handle = try ExperimentHandle.of(pointer, "experiment")
    let experiment = handle.experiment
    let status = try CText.name(status, "status").map { (text) throws(TrackingError) in
      try ExperimentStatus.named(text)
    }
    let details = try StatusDetails(
      json: CText.bytes(failure), for: "the end of an experiment")
    if handle.isLoaded { try experiment.refuseEndOfAnother() }
    try experiment.finish(
      status, failure: details.failure, closed: details.closed ?? "finish", at: details.ended,
      more: more)
  }
}

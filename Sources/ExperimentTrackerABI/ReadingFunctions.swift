internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_read(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in try experiment(pointer).json() }
  }
}

@c @implementation
public func et_experiment_html(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in Array(try experiment(pointer).html().utf8) }
  }
}

@c @implementation
public func et_experiment_diff(
  _ pointer: OpaquePointer?, _ other: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let experiment = try experiment(pointer)
      let other = try ExperimentHandle.of(other, "other").experiment
      return try experiment.difference(
        from: other, json: CText.bytes(options), for: "a difference")
    }
  }
}

@c @implementation
public func et_history_open(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      HistoryHandle(try experiment(pointer).historyColumns(try CText.key(key)))
    }
  }
}

@c @implementation
public func et_history_sample(
  _ history: OpaquePointer?, _ most: Int, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      HistoryHandle(try HistoryHandle.of(history, "history").columns.sample(most))
    }
  }
}

@c @implementation
public func et_history_count(_ history: OpaquePointer?) -> Int {
  (try? HistoryHandle.of(history, "history").columns.count) ?? 0
}

@c @implementation
public func et_history_steps(_ history: OpaquePointer?) -> UnsafePointer<Int64>? {
  try? HistoryHandle.of(history, "history").columns.steps
}

@c @implementation
public func et_history_values(_ history: OpaquePointer?) -> UnsafePointer<Double>? {
  try? HistoryHandle.of(history, "history").columns.values
}

@c @implementation
public func et_history_integers(_ history: OpaquePointer?) -> UnsafePointer<Int64>? {
  try? HistoryHandle.of(history, "history").columns.integers
}

@c @implementation
public func et_history_times(_ history: OpaquePointer?) -> UnsafePointer<Double>? {
  try? HistoryHandle.of(history, "history").columns.times
}

@c @implementation
public func et_history_writers(_ history: OpaquePointer?) -> UnsafePointer<UInt32>? {
  try? HistoryHandle.of(history, "history").columns.writers
}

@c @implementation
public func et_history_problems(
  _ history: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      .list(try HistoryHandle.of(history, "history").columns.problems.map(Value.text))
    }
  }
}

@c @implementation
public func et_history_free(_ history: OpaquePointer?) { HistoryHandle.release(history) }

@c @implementation
public func et_history_reader_open(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      HistoryReaderHandle(try experiment(pointer).historyReader(try CText.key(key)))
    }
  }
}

@c @implementation
public func et_history_reader_next(
  _ reader: OpaquePointer?, _ most: Int, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    guard let out else { throw CText.missing("out") }
    out.pointee = nil
    let reader = try HistoryReaderHandle.of(reader, "reader").reader
    guard let columns = try reader.columns(most < 0 ? .max : most) else { return }
    try returnHandle(out) { HistoryHandle(columns) }
  }
}

@c @implementation
public func et_history_reader_free(_ reader: OpaquePointer?) {
  HistoryReaderHandle.release(reader)
}

import EventLog
import ExperimentStore
public import TrackingEntities

extension Experiment {
  /// Logs one value of a metric.
  ///
  /// - Parameters:
  ///   - key: The metric's name, any text but the empty one.
  ///   - value: Any double; NaN and infinities are kept.
  ///   - step: Any integer in any order; nil is the next one of this key, from 0.
  /// - Throws: `invalidArgument` for an empty key; a strict experiment also what kept it from being
  ///   stored.
  @discardableResult
  public func logMetric(
    _ key: String, _ value: Double, step: Int64? = nil
  ) throws(TrackingError) -> Acknowledgement {
    var key = key
    let isDone = key.withUTF8 {
      logHot(UnsafeRawBufferPointer($0), .double(value), step: step)
    }
    return isDone ? .stored : try log(Key(key), .double(value), step: step)
  }

  /// Logs one integer of a metric, exact beyond 2^53 too.
  @discardableResult
  public func logMetric(
    _ key: String, exactly value: Int64, step: Int64? = nil
  ) throws(TrackingError) -> Acknowledgement {
    var key = key
    let isDone = key.withUTF8 {
      logHot(UnsafeRawBufferPointer($0), .integer(value), step: step)
    }
    return isDone ? .stored : try log(Key(key), .integer(value), step: step)
  }

  /// Logs several metrics at one step as one record: all of them or none are stored.
  @discardableResult
  public func logMetrics(
    _ metrics: KeyValuePairs<String, Double>, step: Int64? = nil
  ) throws(TrackingError) -> Acknowledgement {
    if logHot(metrics, step: step) { return .stored }
    return try log(metrics.map { (Key($0.key), .double($0.value)) }, step: step)
  }

  /// Logs a whole series of one metric.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - steps: As many steps, or nil to continue the automatic ones.
  ///   - times: As many times in seconds since 1970, or nil for now.
  @discardableResult
  public func logSeries(
    _ key: String, _ values: [Double], steps: [Int64]? = nil, times: [Double]? = nil
  ) throws(TrackingError) -> Acknowledgement {
    for (name, count) in [("steps", steps?.count), ("times", times?.count)] {
      if let count, count != values.count {
        throw TrackingError(
          .invalidArgument,
          "'\(key)' has \(CountText.of(values.count, "value")) but \(count) of \(name)"
        )
      }
    }
    return try values.withUnsafeBufferPointer { (values) throws(TrackingError) in
      try withPointer(steps) { (steps) throws(TrackingError) in
        try withPointer(times) { (times) throws(TrackingError) in
          try logSeries(Key(key), values, steps: steps, times: times)
        }
      }
    }
  }

  package func log(
    _ key: Key, _ value: MetricValue, step: Int64?
  ) throws(TrackingError) -> Acknowledgement {
    try Experiment.check(key)
    return try logging([key]) { session in session.log(key, value, step: step) }
  }

  package func log(
    _ values: [(Key, MetricValue)], step: Int64?
  ) throws(TrackingError) -> Acknowledgement {
    for (key, _) in values { try Experiment.check(key) }
    return try logging(values.map(\.0)) { session in session.log(values, step: step) }
  }

  package func logSeries(
    _ key: Key, _ values: UnsafeBufferPointer<Double>, steps: UnsafePointer<Int64>?,
    times: UnsafePointer<Double>?
  ) throws(TrackingError) -> Acknowledgement {
    try Experiment.check(key)
    return try logging { (session) throws(TrackingError) in
      session.logSeries(key, values, steps: steps, times: times)
    }
  }

  private static func check(_ key: Key) throws(TrackingError) {
    if key.bytes.isEmpty {
      throw TrackingError(.invalidArgument, "a metric needs a name; the key is empty")
    }
    if key.bytes.count > EventFormat.longestKey {
      throw TrackingError(
        .invalidArgument,
        "the metric's name has \(key.bytes.count) bytes, more than \(EventFormat.longestKey)")
    }
  }
}

/// Runs the body with a pointer to the elements; nil for none.
private func withPointer<Element, Result>(
  _ elements: [Element]?,
  _ body: (UnsafePointer<Element>?) throws(TrackingError) -> Result
) throws(TrackingError) -> Result {
  guard let elements else { return try body(nil) }
  return try elements.withUnsafeBufferPointer { (buffer) throws(TrackingError) in
    try body(buffer.baseAddress)
  }
}

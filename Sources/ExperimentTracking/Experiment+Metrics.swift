public import TrackingEntities
import TrackingStore

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
      logHot(UnsafeRawBufferPointer($0), .double(value), step: step ?? HotLane.nextStep)
    }
    return isDone ? .stored : try log(Key(key), .double(value), step: step)
  }

  /// Logs one integer of a metric, exact beyond 2^53 too.
  @discardableResult
  public func logMetric(
    _ key: String, exactly value: Int64, step: Int64? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try log(Key(key), .integer(value), step: step)
  }

  /// Logs several metrics at one step as one record: all of them or none are stored.
  @discardableResult
  public func logMetrics(
    _ metrics: KeyValuePairs<String, Double>, step: Int64? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try log(metrics.map { (Key($0.key), .double($0.value)) }, step: step)
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
          .invalidArgument, "\(count) \(name) for \(values.count) values of '\(key)'")
      }
    }
    return try logSeries(
      Key(key), count: values.count, value: { values[$0] }, step: steps.map { s in { s[$0] } },
      time: times.map { t in { t[$0] } })
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
    _ key: Key, count: Int, value: (Int) -> Double, step: ((Int) -> Int64)?,
    time: ((Int) -> Double)?
  ) throws(TrackingError) -> Acknowledgement {
    try Experiment.check(key)
    return try logging { (session) throws(TrackingError) in
      session.logSeries(key, count: count, value: value, step: step, time: time)
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

import EventLog
import ExperimentStore
public import TrackingEntities

extension Experiment {
  /// Logs one value of a metric.
  ///
  /// - Parameters:
  ///   - key: The metric's name, any text but the empty one.
  ///   - value: Any double; NaN and infinities are kept.
  ///   - step: Any integer in any order; nil is the next one of this key, from 0, and so is
  ///     `Int64.min`, which is C's way to say it.
  /// - Throws: `invalidArgument` for an empty key; a strict experiment also what kept it from being
  ///   stored.
  @discardableResult
  public func logMetric(
    _ key: String, _ value: Double, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logMetricValue(key, .double(value), step: step.map { Int64($0) })
  }

  /// Logs one value of a metric as what it is: a variable of an integer type exactly, beyond 2^53
  /// too, a boolean as one, a `Float` as the double that it is. A literal is a double.
  @discardableResult
  @_disfavoredOverload
  @inlinable
  public func logMetric(
    _ key: String, _ value: some MetricConvertible, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logMetricValue(key, value.metricValue, step: step.map { Int64($0) })
  }

  /// As the others, with a step of the type that histories have.
  @discardableResult
  @_disfavoredOverload
  @inlinable
  public func logMetric(
    _ key: String, _ value: some MetricConvertible, step: Int64?
  ) throws(TrackingError) -> Acknowledgement {
    try logMetricValue(key, value.metricValue, step: step)
  }

  @inline(__always)
  @usableFromInline
  func logMetricValue(
    _ key: String, _ value: MetricValue, step: Int64?
  ) throws(TrackingError) -> Acknowledgement {
    var key = key
    let isDone = key.withUTF8 { logHot(UnsafeRawBufferPointer($0), value, step: step) }
    return isDone ? .stored : try log(Key(key), value, step: step)
  }

  /// Logs several metrics at one step as one record: all of them or none are stored.
  @discardableResult
  public func logMetrics(
    _ metrics: KeyValuePairs<String, Double>, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    let step = step.map { Int64($0) }
    if logHot(metrics, step: step) { return .stored }
    return try log(metrics.map { (Key($0.key), .double($0.value)) }, step: step)
  }

  /// As the others, with a step of the type that histories have.
  @discardableResult
  @_disfavoredOverload
  public func logMetrics(
    _ metrics: KeyValuePairs<String, any MetricConvertible>, step: Int64?
  ) throws(TrackingError) -> Acknowledgement {
    try log(metrics.map { (Key($0.key), $0.value.metricValue) }, step: step)
  }

  /// Logs several metrics of several types at one step as one record.
  @discardableResult
  @_disfavoredOverload
  public func logMetrics(
    _ metrics: KeyValuePairs<String, any MetricConvertible>, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try log(
      metrics.map { (Key($0.key), $0.value.metricValue) }, step: step.map { Int64($0) })
  }

  /// Logs the metrics of a dictionary at one step as one record, by name.
  @discardableResult
  @_disfavoredOverload
  public func logMetrics(
    _ metrics: [String: some MetricConvertible], step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    let sorted = metrics.map { (Key($0.key), $0.value.metricValue) }.sorted { $0.0 < $1.0 }
    return try log(sorted, step: step.map { Int64($0) })
  }

  /// Logs a whole series of one metric.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - steps: As many steps, or nil to continue the automatic ones; `Int64.min` among them is the
  ///     one after the highest so far.
  ///   - times: As many times in seconds since 1970, or nil for now.
  @discardableResult
  public func logSeries(
    _ key: String, _ values: [Double], steps: [Int]? = nil, times: [Double]? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logSeries(key, values, steps: steps?.map { Int64($0) }, times: times)
  }

  /// As the other, of numbers of any floating-point type.
  @discardableResult
  @_disfavoredOverload
  public func logSeries(
    _ key: String, _ values: some Sequence<some BinaryFloatingPoint>, steps: [Int]? = nil,
    times: [Double]? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logSeries(
      key, values.map { Double($0) }, steps: steps?.map { Int64($0) }, times: times)
  }

  /// As the others, with steps of the type that histories have.
  @discardableResult
  @_disfavoredOverload
  public func logSeries(
    _ key: String, _ values: [Double], steps: [Int64]?, times: [Double]? = nil
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

/// The fast path of points in a hot loop. False if a point has to take the general path, which also
/// says what is wrong with it.
extension Experiment {
  /// Logs one point.
  func logHot(_ key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64?) -> Bool {
    onFastPath { $0.log(key, value, step: step ?? FastPath.nextStep) }
  }

  /// Logs one point of a key that a zero ends; a step of `Int64.min` is the next one.
  package func logHot(_ key: UnsafePointer<CChar>, _ value: MetricValue, step: Int64) -> Bool {
    onFastPath { $0.log(key, value, step: step) }
  }

  /// As `logHot`, but where that needs waiting, false.
  package func tryLogHot(_ key: UnsafePointer<CChar>, _ value: MetricValue, step: Int64) -> Bool {
    tryOnFastPath { $0.log(key, value, step: step) }
  }

  /// Logs doubles of several metrics as one event; never waits.
  package func tryLogHot(
    count: Int, _ key: (Int) -> UnsafeRawBufferPointer, _ value: (Int) -> Double, step: Int64
  ) -> Bool {
    tryOnFastPath { $0.log(count: count, key, value, step: step) }
  }

  /// Logs doubles of several metrics as one event.
  func logHot(_ metrics: KeyValuePairs<String, Double>, step: Int64?) -> Bool {
    let length = metrics.reduce(0) { $0 &+ $1.key.utf8.count }
    guard metrics.count <= Self.mostTogether, length <= Self.longestTogether else { return false }
    return withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: metrics.count) {
      keys in
      withUnsafeTemporaryAllocation(byteCount: max(length, 1), alignment: 1) { bytes in
        var place = 0
        for (number, metric) in metrics.enumerated() {
          let key = UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
          let count = key.copyUTF8(of: metric.key)
          keys.initializeElement(at: number, to: UnsafeRawBufferPointer(rebasing: key[..<count]))
          place &+= count
        }
        return onFastPath {
          $0.log(
            count: metrics.count, { keys[$0] }, { metrics[$0].value },
            step: step ?? FastPath.nextStep)
        }
      }
    }
  }

  /// More, or longer ones, would need too much stack.
  private static var mostTogether: Int { 256 }
  private static var longestTogether: Int { 4096 }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies as much of a text as there is room for, and returns how much that is.
  fileprivate func copyUTF8(of text: String) -> Int {
    var text = text
    return text.withUTF8 { utf8 in
      let count = Swift.min(utf8.count, self.count)
      UnsafeMutableRawBufferPointer(rebasing: self[..<count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<count]))
      return count
    }
  }
}

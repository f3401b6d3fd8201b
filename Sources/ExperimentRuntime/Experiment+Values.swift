import EventLog
public import TrackingEntities

/// Values that are not numbers. They stand in the event file beside the metrics, in TensorBoard's
/// own form, and each kind is shown in a tab of its own.
extension Experiment {
  /// Logs how values are distributed, for TensorBoard's Histograms and Distributions tabs.
  ///
  /// - Parameters:
  ///   - key: Any text but the empty one.
  ///   - values: The values; those that are not finite are in no bucket, and are counted.
  ///   - buckets: How many buckets of the same width there are.
  ///   - step: Any integer; nil is the next one of this key, from 0.
  /// - Throws: `invalidArgument` for an empty key or a number of buckets that makes no sense; a
  ///   strict experiment also what kept it from being stored.
  @discardableResult
  public func logHistogram(
    _ key: String, of values: some Sequence<some BinaryFloatingPoint>,
    buckets: Int = Histogram.usualBuckets, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    let values = values as? [Double] ?? values.map { Double($0) }
    return try logHistogram(key, Histogram(of: values, buckets: buckets), step: step)
  }

  /// Logs a histogram that was counted already.
  @discardableResult
  public func logHistogram(
    _ key: String, _ histogram: Histogram, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logHistogram(Key(key), histogram, step: step.map { Int64($0) }, time: nil)
  }

  /// Logs text for TensorBoard's Text tab, which shows it as Markdown.
  ///
  /// - Throws: `invalidArgument` for an empty key or more than 8 MB.
  @discardableResult
  public func logText(
    _ key: String, _ text: String, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try logText(Key(key), text, step: step.map { Int64($0) }, time: nil)
  }

  /// Logs an encoded image for TensorBoard's Images tab.
  ///
  /// - Parameter bytes: A PNG, JPEG or GIF.
  /// - Throws: `serialisation` for anything else; `invalidArgument` for an empty key or more than
  ///   8 MB.
  @discardableResult
  public func logImage(
    _ key: String, _ bytes: some Sequence<UInt8>, step: Int? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try bytes.withRawBytes { (bytes) throws(TrackingError) in
      try logImage(Key(key), bytes, step: step.map { Int64($0) }, time: nil)
    }
  }

  /// Logs a value of another program for TensorBoard as it is: audio, a mesh, a curve.
  ///
  /// - Parameters:
  ///   - summary: A serialised `Summary.Value` of TensorBoard.
  ///   - step: The step.
  ///   - time: When it was made, in seconds since 1970; nil is now.
  /// - Throws: `serialisation` for what is none, and for what belongs into a metric or a parameter.
  @discardableResult
  public func logSummary(
    _ summary: some Sequence<UInt8>, step: Int, time: Double? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try summary.withRawBytes { (bytes) throws(TrackingError) in
      try logSummary(bytes, step: Int64(step), time: time)
    }
  }

  package func logHistogram(
    _ key: Key, _ histogram: Histogram, step: Int64?, time: Double?
  ) throws(TrackingError) -> Acknowledgement {
    try log(.histogram(key, histogram), step: step, time: time)
  }

  package func logText(
    _ key: Key, _ text: String, step: Int64?, time: Double?
  ) throws(TrackingError) -> Acknowledgement {
    try log(.text(key, text), step: step, time: time)
  }

  package func logImage(
    _ key: Key, _ bytes: UnsafeRawBufferPointer, step: Int64?, time: Double?
  ) throws(TrackingError) -> Acknowledgement {
    try Self.checkSize(bytes.count, "image '\(key.text.prefix(100))'")
    return try log(try .image(key, bytes), step: step, time: time)
  }

  package func logSummary(
    _ summary: UnsafeRawBufferPointer, step: Int64?, time: Double?
  ) throws(TrackingError) -> Acknowledgement {
    try Self.checkSize(summary.count, "value")
    return try log(try EventValue(summary: summary), step: step, time: time)
  }

  private static func checkSize(_ size: Int, _ what: String) throws(TrackingError) {
    guard size > EventFormat.longestValue else { return }
    throw TrackingError(
      .invalidArgument,
      "the \(what) has \(size) bytes, more than \(EventFormat.longestValue); save it as an artifact"
    )
  }

  private func log(
    _ value: EventValue, step: Int64?, time: Double?
  ) throws(TrackingError) -> Acknowledgement {
    if value.key.bytes.isEmpty {
      throw TrackingError(
        .invalidArgument, "a \(value.kind.name) needs a name; the key is empty")
    }
    try Self.checkSize(value.size, "\(value.kind.name) '\(value.key.text.prefix(100))'")
    return try logging { (session) throws(TrackingError) in
      session.log(value, step: step, time: time)
    }
  }

  /// What was logged that is not a number, of all writers, in the order in which it was written.
  ///
  /// ```swift
  /// let values = try experiment.values("weights", kind: "histogram")
  /// while let value = try values.next() { print(value.step, value.histogram?.counts ?? []) }
  /// ```
  ///
  /// - Parameters:
  ///   - key: Whose values; nil is any.
  ///   - kind: `histogram`, `text`, `image`, `audio`, or the name of another plugin; nil is any.
  /// - Throws: `notFound` with what there is, if a key is given and there is nothing of it.
  public func values(
    _ key: String? = nil, kind: String? = nil
  ) throws(TrackingError) -> LoggedValueReader {
    try values(key.map { Key($0) }, kind: kind)
  }

  package func values(_ key: Key?, kind: String?) throws(TrackingError) -> LoggedValueReader {
    storeWhatWaits()
    return try LoggedValueReader(of: self, key, kind: kind)
  }
}

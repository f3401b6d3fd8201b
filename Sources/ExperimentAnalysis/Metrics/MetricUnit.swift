import TrackingEntities

/// What a metric counts, where its name says so.
enum MetricUnit {
  case seconds
  case bytes

  /// The times that this package records, all of them in seconds.
  private static let times: Set<Key> = [
    "training_time", "train_time", "fit_time", "score_time", "prediction_time",
  ]
  private static let memory: Key = "system/memory_rss"

  /// The unit; nil where the name does not tell it. `latency` and `inference_time` are not known to
  /// be seconds, and `samples_per_second` counts samples.
  init?(of key: Key) {
    if Self.times.contains(key) {
      self = .seconds
      return
    }
    let words = MetricWords.split(key)
    if words.contains("per") { return nil }
    switch words.last {
    case "seconds", "secs": self = .seconds
    case "bytes": self = .bytes
    default:
      guard key == Self.memory else { return nil }
      self = .bytes
    }
  }

  /// How its values are written.
  var style: NumberStyle { self == .seconds ? .seconds : .bytes }
}

extension NumberStyle {
  /// The style for values of one metric, in its unit where it has one.
  init(for values: [MetricValue], of key: Key) {
    self = MetricUnit(of: key)?.style ?? NumberStyle(for: values)
  }
}

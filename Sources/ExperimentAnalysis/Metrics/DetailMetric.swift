import TrackingEntities

/// Metrics that are not results of their own: the scores of single folds, how busy the machine was.
/// They are columns of a comparison only when asked for, and nothing is judged by them unasked.
enum DetailMetric {
  private static let beginnings = ["fold/", "system/"]

  static func matches(_ key: Key) -> Bool {
    beginnings.contains { key.bytes.starts(with: $0.utf8) }
  }
}

import TrackingEntities

/// Parameters that start a random generator: what they change is noise.
enum SeedParameter {
  static func matches(_ key: Key) -> Bool {
    let words = MetricWords.split(key)
    return words.contains("seed") || words.suffix(2) == ["random", "state"]
  }
}

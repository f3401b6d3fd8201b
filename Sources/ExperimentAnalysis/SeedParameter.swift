import TrackingEntities

/// Parameters that start a random generator: what they change is noise. The one rule for them: a
/// name with the word seed, or `random_state`, also at its end.
enum SeedParameter {
  static func matches(_ key: Key) -> Bool {
    let words = MetricWords.split(key)
    return words.contains("seed") || words.suffix(2) == ["random", "state"]
  }
}

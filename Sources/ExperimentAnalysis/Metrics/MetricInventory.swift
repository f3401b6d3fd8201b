import TrackingEntities

/// Which metrics the candidates have.
struct MetricInventory {
  /// Every metric in the order first logged.
  private(set) var order: [Key] = []
  /// In how many completed candidates each metric has a number.
  private var ranked: [Key: Int] = [:]
  private var known: Set<Key> = []
  private var completed = 0

  /// Takes stock.
  init(_ candidates: [Candidate]) {
    for candidate in candidates {
      var numbers: Set<Key> = []
      var isCompleted = false
      for member in candidate.members {
        isCompleted = isCompleted || member.status == .completed
        for metric in member.metrics {
          if known.insert(metric.key).inserted { order.append(metric.key) }
          if member.status == .completed && metric.last.double.isFinite {
            numbers.insert(metric.key)
          }
        }
      }
      for key in numbers { ranked[key, default: 0] += 1 }
      if isCompleted { completed += 1 }
    }
  }

  /// Whether any candidate has the metric.
  func has(_ key: Key) -> Bool { known.contains(key) }

  /// Whether a completed candidate has a number for it.
  func isRanked(_ key: Key) -> Bool { ranked[key] != nil }

  /// Whether all completed candidates have a number for it.
  func allCompletedHave(_ key: Key) -> Bool { completed > 0 && ranked[key] == completed }

  /// The metric that most completed candidates have, the one logged first among equals. How well a
  /// model knows its training data, or how long it took, is taken only where there is nothing else.
  var mostCommon: Key? {
    let results = order.filter { !DetailMetric.matches($0) }
    let quality = results.filter { !TrainingTime.isAsked(for: $0) }
    let unseen = quality.filter { MetricWords.training.isDisjoint(with: MetricWords.split($0)) }
    return Self.mostCommon(unseen, ranked) ?? Self.mostCommon(quality, ranked)
      ?? Self.mostCommon(results, ranked)
  }

  private static func mostCommon(_ keys: [Key], _ ranked: [Key: Int]) -> Key? {
    var best: (key: Key, uses: Int)?
    for key in keys {
      if let uses = ranked[key], uses > best?.uses ?? 0 { best = (key, uses) }
    }
    return best?.key
  }
}

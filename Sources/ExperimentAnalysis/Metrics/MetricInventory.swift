import TrackingEntities

/// Which metrics the candidates have.
struct MetricInventory {
  /// Every metric in the order first logged.
  private(set) var order: [Key] = []
  private var uses: [Key: Use] = [:]
  private var completed = 0

  /// In how many completed candidates a metric has a number, and in which it was seen last.
  private struct Use {
    var candidates: Int
    var last: Int?
  }

  /// Takes stock.
  init(_ candidates: [Candidate]) {
    for (place, candidate) in candidates.enumerated() {
      var isCompleted = false
      for member in candidate.members {
        let counts = member.status == .completed
        isCompleted = isCompleted || counts
        for metric in member.metrics {
          count(metric.key, of: place, isRanked: counts && metric.last.double.isFinite)
        }
      }
      if isCompleted { completed += 1 }
    }
  }

  private mutating func count(_ key: Key, of candidate: Int, isRanked: Bool) {
    guard var use = uses[key] else {
      order.append(key)
      uses[key] = Use(candidates: isRanked ? 1 : 0, last: isRanked ? candidate : nil)
      return
    }
    guard isRanked, use.last != candidate else { return }
    use.candidates += 1
    use.last = candidate
    uses[key] = use
  }

  /// Whether any candidate has the metric.
  func has(_ key: Key) -> Bool { uses[key] != nil }

  /// Whether a completed candidate has a number for it.
  func isRanked(_ key: Key) -> Bool { ranked(key) > 0 }

  /// Whether all completed candidates have a number for it.
  func allCompletedHave(_ key: Key) -> Bool { completed > 0 && ranked(key) == completed }

  /// The metric that most completed candidates have, the one logged first among equals. How well a
  /// model knows its training data, or how long it took, is taken only where there is nothing else.
  var mostCommon: Key? {
    let results = order.filter { !DetailMetric.matches($0) }
    let quality = results.filter { !TrainingTime.isAsked(for: $0) }
    let unseen = quality.filter { MetricWords.training.isDisjoint(with: MetricWords.split($0)) }
    return mostCommon(unseen) ?? mostCommon(quality) ?? mostCommon(results)
  }

  private func mostCommon(_ keys: [Key]) -> Key? {
    var best: (key: Key, uses: Int)?
    for key in keys {
      let uses = ranked(key)
      if uses > best?.uses ?? 0 { best = (key, uses) }
    }
    return best?.key
  }

  private func ranked(_ key: Key) -> Int { uses[key]?.candidates ?? 0 }
}

import TrackingEntities

/// Which metrics of several experiments are worth most where not all can be shown.
enum MetricOrder {
  /// The metrics, the one that decides first, then those that most have.
  ///
  /// - Parameter common: All metrics, those that most have first.
  static func keys(of snapshots: [ExperimentSnapshot], common: [Key]) -> [Key] {
    let measured = snapshots.filter { !$0.metrics.isEmpty }
    let candidates = measured.map { Candidate(root: $0, members: [$0]) }
    let primary = (try? PrimaryMetric.choose(among: candidates, ComparisonOptions()))?.key
    let results = common.filter { !DetailMetric.matches($0) }
    var keys = results.isEmpty ? common : results
    let ofTraining = keys.filter { !MetricWords.training.isDisjoint(with: MetricWords.split($0)) }
    let times = keys.filter(TrainingTime.isAsked)
    // How well a model knows its training data, or how long it took, says less than all else.
    keys =
      keys.filter { !ofTraining.contains($0) && !times.contains($0) }
      + ofTraining.filter { !times.contains($0) } + times
    if let primary, let place = keys.firstIndex(of: primary) {
      keys.insert(keys.remove(at: place), at: 0)
    }
    return keys
  }

  /// The keys in which most have something, those logged first before others of as many.
  static func common(_ keys: [[Key]]) -> [Key] {
    var uses: [Key: Int] = [:]
    var order: [Key] = []
    for key in keys.joined() {
      if uses[key] == nil { order.append(key) }
      uses[key, default: 0] += 1
    }
    return order.enumerated().sorted { left, right in
      let (a, b) = (uses[left.element] ?? 0, uses[right.element] ?? 0)
      return a != b ? a > b : left.offset < right.offset
    }.map(\.element)
  }
}

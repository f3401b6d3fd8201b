public import TrackingEntities

/// Runs that belong together, as one row of a comparison.
public struct RunGroup: Sendable {
  /// The parameters that they have in common and that tell the groups apart.
  public internal(set) var params: [Value.Entry]
  /// All of them, also those that did not complete and are not counted.
  public let members: [ExperimentSnapshot]
  /// For each metric what the completed runs measured, in the order first logged.
  public let metrics: [(key: Key, statistics: RunStatistics)]
  /// The p-value of the difference from the best group; nil for the best itself, and where one of the
  /// two has a single run.
  public internal(set) var pValue: Double?
  /// Whether it can not be told from the best group: another run might turn the order around.
  public internal(set) var isTied = false

  init(_ members: [ExperimentSnapshot], params: [Value.Entry]) {
    self.members = members
    self.params = params
    var order: [Key] = []
    var values: [Key: [Double]] = [:]
    for member in members where member.status == .completed {
      for metric in member.metrics {
        if values[metric.key] == nil { order.append(metric.key) }
        values[metric.key, default: []].append(metric.last.double)
      }
    }
    metrics = order.compactMap { key in
      RunStatistics(values[key] ?? []).map { (key, $0) }
    }
  }

  /// The runs that completed.
  public var completed: [ExperimentSnapshot] { members.filter { $0.status == .completed } }

  /// What the completed runs measured of one metric.
  public func statistics(_ key: Key) -> RunStatistics? {
    metrics.first { $0.key == key }?.statistics
  }

  /// What they measured of the metric that decides, which may be the time they took.
  func statistics(_ primary: PrimaryMetric) -> RunStatistics? {
    RunStatistics(completed.compactMap { primary.value(of: $0)?.double })
  }

  /// The runs that count: those that completed with a finite value of the metric that decides.
  func counted(_ primary: PrimaryMetric?) -> Int {
    guard let primary else { return completed.count }
    return statistics(primary)?.count ?? 0
  }

  /// Whether a run that completed has no finite value of the metric that decides, or one that failed
  /// ended with NaN or infinity. The mean of the others is that of the survivors, and no more the mean
  /// of what the configuration does.
  func hasDiverged(_ primary: PrimaryMetric) -> Bool {
    members.contains { run in
      if run.status == .completed { return primary.value(of: run)?.double.isFinite != true }
      return run.status.isFinal && run.metric(primary.key)?.last.double.isFinite == false
    }
  }
}

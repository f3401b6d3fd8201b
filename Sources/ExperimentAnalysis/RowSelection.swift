import TrackingEntities

/// Turns each candidate into a row: the experiment itself, or the best one inside a sweep.
struct RowSelection {
  /// The rows, in the order of the candidates.
  let rows: [Comparison.Row]

  init(
    _ candidates: [Candidate], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) {
    rows = candidates.map { candidate in
      let shown = Self.shown(candidate, primary) ?? candidate.root
      let isInside = shown.folder != candidate.root.folder
      let above = isInside ? candidate.root : candidate.parent
      let name = Names.shown(shown)
      return Comparison.Row(
        name: above.map { Names.shown($0) + " / " + name } ?? name,
        snapshot: shown, sweep: isInside ? candidate.root : nil,
        members: candidate.members.count, cells: [],
        trainingTime: TrainingTime.of(shown)?.seconds,
        score: primary?.value(of: shown))
    }
  }

  /// The member that stands for all: the one that the sweep itself calls its best, else the best
  /// completed one by the sweep's own metric, and by that of the table only where the sweep has
  /// none.
  private static func shown(
    _ candidate: Candidate, _ primary: PrimaryMetric?
  ) -> ExperimentSnapshot? {
    guard candidate.members.count > 1 else { return candidate.members.first }
    let completed = candidate.completed
    if let place = SweepObjective.best(of: candidate.root),
      let best = completed.first(where: {
        $0.identity.child == place && $0.identity.parent == candidate.root.identity.id
      })
    {
      return best
    }
    if let own = SweepObjective(of: candidate.root),
      let best = best(completed, own.direction, { $0.metric(own.metric)?.last.double })
    {
      return best
    }
    guard let primary else { return completed.first ?? candidate.members.first }
    return best(completed, primary.direction) { primary.value(of: $0)?.double }
      ?? completed.first
      ?? candidate.members.first { primary.value(of: $0) != nil } ?? candidate.members.first
  }

  /// The first of those with the best finite value; nil if none has any.
  private static func best(
    _ members: [ExperimentSnapshot], _ direction: MetricDirection,
    _ value: (ExperimentSnapshot) -> Double?
  ) -> ExperimentSnapshot? {
    var best: (member: ExperimentSnapshot, value: Double)?
    for member in members {
      guard let value = value(member), value.isFinite else { continue }
      if let other = best, !direction.isBetter(value, than: other.value) { continue }
      best = (member, value)
    }
    return best?.member
  }
}

import TrackingEntities

/// Turns each candidate into a row: the experiment itself, or the best one inside a sweep.
struct Representatives {
  /// The rows, in the order of the candidates.
  let rows: [Comparison.Row]

  init(
    _ candidates: [Candidate], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) {
    rows = candidates.map { candidate in
      let shown = Self.best(candidate, primary) ?? candidate.root
      let isInside = shown.folder != candidate.root.folder
      let above = isInside ? candidate.root : candidate.parent
      let name = Names.shown(shown)
      return Comparison.Row(
        name: above.map { Names.shown($0) + " / " + name } ?? name,
        snapshot: shown, sweep: isInside ? candidate.root : nil, cells: [],
        trainingTime: TrainingTime.of(shown)?.seconds,
        score: primary?.value(of: shown))
    }
  }

  /// The best completed member; without one, the first member with a value, else the first.
  private static func best(
    _ candidate: Candidate, _ primary: PrimaryMetric?
  ) -> ExperimentSnapshot? {
    guard candidate.members.count > 1, let primary else { return candidate.members.first }
    var best: (member: ExperimentSnapshot, value: Double)?
    for member in candidate.completed {
      guard let value = primary.value(of: member)?.double, value.isFinite else { continue }
      if let other = best, !primary.direction.isBetter(value, than: other.value) { continue }
      best = (member, value)
    }
    return best?.member ?? candidate.completed.first
      ?? candidate.members.first { primary.value(of: $0) != nil } ?? candidate.members.first
  }
}

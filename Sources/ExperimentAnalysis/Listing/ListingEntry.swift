package import TrackingEntities

/// One experiment of a listing.
package struct ListingEntry: Sendable {
  /// What was known of it.
  package var snapshot: ExperimentSnapshot
  /// The folder of its increment, as `0042-recommendation-model`.
  package let increment: String
  /// The increment's absolute path.
  package let incrementPath: String
  /// The experiment around it, whether or not it is listed too.
  package let parent: ExperimentIdentity?

  package init(
    _ snapshot: ExperimentSnapshot, increment: String, incrementPath: String,
    parent: ExperimentIdentity?
  ) {
    self.snapshot = snapshot
    self.increment = increment
    self.incrementPath = incrementPath
    self.parent = parent
  }

  /// `exp-003`, `exp-003.12`.
  var label: String { snapshot.label(parentNumber: parent?.number ?? 0) }
}

/// What a sweep says of its best combination.
package enum SweepBest {
  /// The place of the best combination among the children; nil if the sweep does not say.
  package static func place(in sweep: ExperimentSnapshot) -> UInt64? {
    (sweep.fact("best")?["combination"]?.integer).flatMap { UInt64(exactly: $0) }
  }

  /// Whether the experiment leaves it to those inside it to say how good it is.
  package static func isNeeded(for snapshot: ExperimentSnapshot) -> Bool {
    snapshot.identity.kind == "sweep" && snapshot.metrics.isEmpty
  }

  /// The best of those inside a sweep: the one that the sweep names, else the best by the metric that
  /// the sweep's experiments are judged by; nil if none has any.
  package static func best(
    of sweep: ExperimentSnapshot, among members: [ExperimentSnapshot]
  ) -> ExperimentSnapshot? {
    if let place = place(in: sweep),
      let named = members.first(where: { $0.identity.child == place })
    {
      return named
    }
    let measured = members.filter { $0.status == .completed && !$0.metrics.isEmpty }
    let candidates = measured.map { Candidate(root: $0, members: [$0]) }
    guard let primary = try? PrimaryMetric.choose(among: candidates, ComparisonOptions()) else {
      return nil
    }
    var best: (member: ExperimentSnapshot, value: Double)?
    for member in measured {
      guard let value = primary.value(of: member)?.double, value.isFinite else { continue }
      if let other = best, !primary.direction.isBetter(value, than: other.value) { continue }
      best = (member, value)
    }
    return best?.member
  }

  /// The sweep with the values of its best experiment, as it is shown and sorted.
  package static func shown(
    _ sweep: ExperimentSnapshot, by best: ExperimentSnapshot
  ) -> ExperimentSnapshot {
    var shown = sweep
    shown.metrics = best.metrics
    let known = Set(sweep.params.map(\.key))
    shown.params += best.params.filter { !known.contains($0.key) }
    return shown
  }
}

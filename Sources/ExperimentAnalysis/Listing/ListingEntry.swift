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

  /// `exp-003`, `exp-003.12`; empty further down, and where the parent is not known.
  package var label: String {
    let number = parent?.number ?? 0
    return snapshot.identity.child == 0 || number > 0 ? snapshot.label(parentNumber: number) : ""
  }
}

/// What a sweep says of its best combination.
package enum SweepBest {
  /// The place of the best combination among the children; nil if the sweep does not say.
  package static func place(in sweep: ExperimentSnapshot) -> UInt64? {
    SweepObjective.best(of: sweep)
  }

  /// Whether the experiment leaves it to those inside it to say how good it is.
  package static func isNeeded(for snapshot: ExperimentSnapshot) -> Bool {
    snapshot.identity.kind == "sweep" && snapshot.metrics.isEmpty
  }

  /// The one of those inside a sweep that stands for it in comparisons; nil if none has come to a
  /// good end with a metric.
  package static func best(
    of sweep: ExperimentSnapshot, among members: [ExperimentSnapshot]
  ) -> ExperimentSnapshot? {
    let candidate = Candidate(root: sweep, members: members.filter { !$0.metrics.isEmpty })
    let primary = try? PrimaryMetric.choose(among: [candidate], ComparisonOptions())
    let best = RowSelection([candidate], primary, ComparisonOptions()).rows.first?.snapshot
    return best?.folder == sweep.folder || best?.status != .completed ? nil : best
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

import TrackingEntities

/// What a sweep looks for: its own metric and the way that gets better, as it was recorded when the
/// search was given.
struct SweepObjective: Equatable {
  let metric: Key
  let direction: MetricDirection

  /// That of a candidate: of the sweep itself, or of the sweep that a combination is in.
  init?(_ candidate: Candidate) {
    let own = SweepObjective(of: candidate.root)
    guard let found = own ?? candidate.parent.flatMap(SweepObjective.init(of:)) else { return nil }
    self = found
  }

  /// That of a sweep; nil where it has none, or several objectives.
  init?(of sweep: ExperimentSnapshot) {
    guard let facts = sweep.fact("sweep"), let name = facts["metric"]?.text, !name.isEmpty,
      let direction = facts["direction"]?.text.flatMap(MetricDirection.init(rawValue:))
    else { return nil }
    metric = Key(name)
    self.direction = direction
  }

  /// Which way the metrics get better that a candidate's sweep looks for, one or several.
  static func directions(of candidate: Candidate) -> [Key: MetricDirection] {
    var found: [Key: MetricDirection] = [:]
    for facts in [candidate.parent, candidate.root].compactMap({ $0?.fact("sweep") }) {
      for entry in facts["directions"]?.entries ?? [] {
        found[entry.key] = entry.value.text.flatMap(MetricDirection.init(rawValue:))
      }
    }
    if let objective = SweepObjective(candidate) { found[objective.metric] = objective.direction }
    return found
  }

  /// The place of the experiment that a sweep itself calls its best, among those inside it.
  static func best(of sweep: ExperimentSnapshot) -> UInt64? {
    sweep.fact("best")?["combination"]?.integer.flatMap { UInt64(exactly: $0) }
  }
}

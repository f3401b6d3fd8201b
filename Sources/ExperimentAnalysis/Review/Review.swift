public import TrackingEntities

/// What stands out among the experiments of an increment: facts computed from what was recorded,
/// each with its numbers. docs/review.md describes the rules.
public struct Review: Sendable {
  /// The increment.
  public let increment: String
  /// How many experiments there are, those inside others left out.
  public let experiments: Int
  /// How many of them completed.
  public let completed: Int
  /// The metric by which they are judged; nil if no completed experiment has any.
  public let primary: PrimaryMetric?
  /// The best experiment; nil if nothing is ranked.
  public let best: ExperimentSnapshot?
  private let bestName: String?
  /// What stands out, the most urgent first.
  public let findings: [Finding]

  /// Reviews experiments.
  ///
  /// - Parameters:
  ///   - snapshots: All of an increment, those inside others too.
  ///   - increment: The increment's name.
  ///   - metric: The metric to judge by; nil for the primary one.
  ///   - direction: Which way it gets better; nil for what its name tells.
  ///   - history: Reads the history of a metric; nil where it cannot be read.
  package init(
    of snapshots: [ExperimentSnapshot], in increment: String = "", by metric: Key? = nil,
    _ direction: MetricDirection? = nil,
    history: (ExperimentSnapshot, Key) -> ReviewedHistory? = { _, _ in nil }
  ) throws(TrackingError) {
    var options = ComparisonOptions()
    options.sortBy = metric
    if let metric, let direction { options.directions[metric] = direction }
    let comparison = try Comparison(of: snapshots, options, in: increment)
    let candidates = Candidates(snapshots, reruns: .newest, children: false).all
    let named = Self.toldApart(snapshots)
    let scopes = try ReviewScope.all(named, comparison.primary, options)
    let top = snapshots.filter(\.identity.parent.isEmpty)
    let ranked = comparison.rows.filter { $0.rank != nil }.sorted {
      ($0.rank ?? .max) < ($1.rank ?? .max)
    }
    let ties = TieFindings(snapshots, comparison, options)

    var findings = CurveFindings.notFinite(named)
    findings += scopes.flatMap(FailureFindings.all)
    findings += try ties.top() + scopes.flatMap(TieFindings.inside)
    findings += scopes.flatMap(EdgeFindings.all)
    findings += GapFindings.all(scopes)
    findings += CurveFindings.shapes(
      ranked.prefix(ReviewThresholds.mostCurves).map(ReviewText.snapshot), history)
    findings += MissingMetricFindings.all(candidates)

    self.increment = increment
    experiments = top.count
    completed = top.count { $0.status == .completed }
    primary = comparison.primary
    best = comparison.best?.snapshot
    bestName = comparison.best?.name
    self.findings = findings
  }

  /// The experiments with names that differ: those of copied folders have the folder behind it.
  private static func toldApart(_ snapshots: [ExperimentSnapshot]) -> [ExperimentSnapshot] {
    func place(_ snapshot: ExperimentSnapshot) -> [Key] {
      let identity = snapshot.identity
      return [Key(identity.parent), Key(identity.name), Key(String(identity.rerun))]
    }
    let uses = Dictionary(snapshots.map { (place($0), 1) }, uniquingKeysWith: +)
    return snapshots.map { snapshot in
      guard uses[place(snapshot)] != 1 else { return snapshot }
      var named = snapshot
      named.identity.name += " [\(snapshot.folder)]"
      return named
    }
  }

  /// What was reviewed, in one sentence.
  package var summary: String {
    var parts = [CountText.of(experiments, "experiment"), "\(completed) completed"]
    if let primary {
      parts.append(
        "judged by " + Heading.prose(primary.key)
          + (primary.isAssumed ? ", assuming that higher is better" : ""))
    }
    if let bestName { parts.append("the best is " + bestName) }
    return parts.joined(separator: ", ") + "."
  }

  /// What to say where nothing stands out.
  package static let nothing = "Nothing stands out."
}

import ExperimentStore
public import TrackingEntities

/// The runs of a comparison sorted into groups, and the rows for them.
struct RunGroups {
  /// One row for each group, in the order of their first runs; without cells and ranks.
  let rows: [Comparison.Row]
  /// How many sweeps were left out, because one run of theirs stands for many.
  let sweeps: Int
  private let grouping: RunGrouping

  init(
    _ candidates: [Candidate], _ grouping: RunGrouping, _ primary: PrimaryMetric?
  ) throws(TrackingError) {
    let runs = candidates.filter { !$0.isSweep }.compactMap(\.members.first)
    sweeps = candidates.count - runs.count
    self.grouping = grouping
    try grouping.check(runs)
    var order: [[Key: ParamValue]] = []
    var members: [[Key: ParamValue]: [ExperimentSnapshot]] = [:]
    for run in runs {
      let key = ParamValue.members(grouping.values(of: run))
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(run)
    }
    var groups = order.compactMap { key in
      members[key].map { RunGroup($0, params: $0.first.map(grouping.values) ?? []) }
    }
    if grouping.isAllBut { Self.keepDiffering(&groups) }
    let names = Self.names(groups, grouping)
    rows = zip(groups, names).compactMap { group, name in Self.row(group, name, primary) }
  }

  /// What a reader should know of the rows, once they are ranked.
  func notes(on rows: [Comparison.Row], _ primary: PrimaryMetric?) -> [String] {
    GroupNotes.sentences(rows, grouping, primary, sweeps: sweeps)
  }

  /// Leaves the parameters that tell the groups apart.
  private static func keepDiffering(_ groups: inout [RunGroup]) {
    let differing = Set(DifferingParams.keys(groups.map(\.params)))
    for index in groups.indices {
      groups[index].params.removeAll { !differing.contains($0.key) }
    }
  }

  /// `lr=0.1, depth=6`; the name of the runs where all runs of a group share one of their own.
  private static func names(_ groups: [RunGroup], _ grouping: RunGrouping) -> [String] {
    let shared = groups.map { group in Set(group.members.map { Key($0.name) }) }
    if grouping.isAllBut, shared.allSatisfy({ $0.count == 1 }),
      Set(shared.compactMap(\.first)).count == groups.count
    {
      return groups.map { $0.members.first.map(Names.shown) ?? "" }
    }
    return groups.map { group in
      label(group.params) ?? (groups.count == 1 ? "all runs" : "no parameters")
    }
  }

  /// `lr=0.1, depth=6`; nil without parameters.
  static func label(_ params: [Value.Entry]) -> String? {
    let texts = params.map { entry in
      "\(VisibleText.line(entry.key.text, limit: 40))=\(ValueText.line(entry.value, limit: 40))"
    }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  private static func row(
    _ group: RunGroup, _ name: String, _ primary: PrimaryMetric?
  ) -> Comparison.Row? {
    guard let shown = best(group, primary) ?? group.members.first else { return nil }
    let times = RunStatistics(group.completed.compactMap { TrainingTime.of($0)?.seconds })
    // Without a score there is no rank: the runs that survived say nothing of those that did not.
    let mean = primary.flatMap { group.hasDiverged($0) ? nil : group.statistics($0)?.mean }
    return Comparison.Row(
      name: name, snapshot: shown, sweep: nil, cells: [],
      trainingTime: times?.mean, score: mean.map { .double($0) }, group: group)
  }

  /// The run that stands for the group where one is asked for.
  private static func best(_ group: RunGroup, _ primary: PrimaryMetric?) -> ExperimentSnapshot? {
    guard let primary else { return group.completed.first }
    var best: (run: ExperimentSnapshot, value: Double)?
    for run in group.completed {
      guard let value = primary.value(of: run)?.double, value.isFinite else { continue }
      if let other = best, !primary.direction.isBetter(value, than: other.value) { continue }
      best = (run, value)
    }
    return best?.run ?? group.completed.first
  }
}

/// Runs that belong together, as one row of a comparison.
public struct RunGroup: Sendable {
  /// The parameters that they have in common and that tell the groups apart.
  public internal(set) var params: [Value.Entry]
  /// All of them, also those that did not complete and are not counted.
  public let members: [ExperimentSnapshot]
  /// For each metric what the completed runs measured, in the order first logged.
  public let metrics: [(key: Key, statistics: RunStatistics)]
  /// The p-value of the difference from the best group; nil for the best itself, and where one of
  /// the two has a single run.
  public internal(set) var pValue: Double?
  /// Whether it is tied with the best group: another run might reverse the order.
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

  /// Whether a run that completed has no finite value of the metric that decides, or one that
  /// failed ended with NaN or infinity. The mean of the others is that of the survivors, and no
  /// more the mean of what the configuration does.
  func hasDiverged(_ primary: PrimaryMetric) -> Bool {
    members.contains { run in
      if run.status == .completed { return primary.value(of: run)?.double.isFinite != true }
      return run.status.isFinal && run.metric(primary.key)?.last.double.isFinite == false
    }
  }
}

/// Which runs belong together: those that differ in nothing but their seed, or that agree in what
/// is studied.
public struct RunGrouping: Sendable, Equatable {
  /// The parameters that are named.
  public let params: [String]
  /// Whether all parameters but the named ones must agree, rather than the named ones.
  public let isAllBut: Bool

  /// Runs that agree in these parameters are one group.
  public static func by(_ params: [String]) -> RunGrouping {
    RunGrouping(params: params, isAllBut: false)
  }

  /// Runs that agree in everything but these parameters are one group.
  public static func allBut(_ params: [String]) -> RunGrouping {
    RunGrouping(params: params, isAllBut: true)
  }

  private init(params: [String], isAllBut: Bool) {
    self.params = params
    self.isAllBut = isAllBut
  }

  /// Reads names as other languages give them: `lr`, `model.depth`; `-seed` is all but the seed.
  package init(names: [String]) throws(TrackingError) {
    let left = names.filter { $0.utf8.first == UInt8(ascii: "-") }
    guard !names.isEmpty, left.isEmpty || left.count == names.count else {
      throw TrackingError(
        .invalidArgument,
        "runs are grouped by parameters (\"lr\", \"depth\") or by all but some (\"-seed\"), not by "
          + (names.isEmpty ? "nothing" : "both"))
    }
    params = left.isEmpty ? names : names.map { String($0.dropFirst()) }
    isAllBut = !left.isEmpty
  }

  /// The names as `init(names:)` reads them.
  package var names: [String] { isAllBut ? params.map { "-" + $0 } : params }

  /// What a run has of the parameters that must agree.
  func values(of snapshot: ExperimentSnapshot) -> [Value.Entry] {
    guard isAllBut else {
      return params.compactMap { name in
        let path = FieldPath(dotted: name)
        return path.find { snapshot.param($0) }.map { Value.Entry(Key(name), $0) }
      }
    }
    return FlattenedParams.ofParams(snapshot)
      .filter { leaf in !params.contains { Self.covers(Key($0), leaf.key) } }
  }

  /// Refuses a parameter that no run has: misspelt, it would make one group or many of all.
  func check(_ snapshots: [ExperimentSnapshot]) throws(TrackingError) {
    guard !snapshots.isEmpty else { return }
    let keys = DifferingParams.all(snapshots.map(FlattenedParams.ofParams))
    let known = keys.map(\.text)
    for name in params {
      let isKnown = keys.contains { Self.covers(Key(name), $0) }
      if isKnown { continue }
      let close = LookupSuggestions.closest(to: name, in: known)
      throw TrackingError(
        .notFound,
        "no experiment has a parameter \"\(VisibleText.line(name, limit: 80))\" to group by; "
          + "there are:",
        candidates: (close.isEmpty ? Array(known.prefix(12)) : close).map { VisibleText.line($0) })
    }
  }

  /// Whether a name is a parameter or a map that it lies in.
  private static func covers(_ name: Key, _ leaf: Key) -> Bool {
    name == leaf || leaf.bytes.starts(with: name.bytes + [UInt8(ascii: ".")])
  }
}

extension FieldPath {
  /// The path that a text with dots stands for.
  init(dotted text: String) {
    let names = text.split(separator: ".", omittingEmptySubsequences: false)
    self.init(parts: names.prefix(12).map { Part(text: String($0), isQuoted: false) }[...])
  }
}

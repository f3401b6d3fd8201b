import TrackingEntities

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
    var order: [[UInt8]] = []
    var members: [[UInt8]: [ExperimentSnapshot]] = [:]
    for run in runs {
      let key = Self.key(grouping.values(of: run))
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

  /// Equal for equal values, whatever the types of their numbers and the order of their names.
  private static func key(_ values: [Value.Entry]) -> [UInt8] {
    let sorted = values.sorted { $0.key < $1.key }
    let plain = sorted.map { Value.Entry($0.key, canonical($0.value)) }
    return (try? JSONWriter.write(.map(plain), layout: .compact)) ?? []
  }

  private static func canonical(_ value: Value) -> Value {
    guard case .number(let number) = value, let integer = Int64(exactly: number) else {
      return value
    }
    return .integer(integer)
  }

  /// Leaves the parameters that tell the groups apart.
  private static func keepDiffering(_ groups: inout [RunGroup]) {
    let maps = groups.map { group in
      Dictionary(group.params.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
    let common = (groups.first?.params ?? []).filter { entry in
      maps.allSatisfy { $0[entry.key].map { canonical($0) } == canonical(entry.value) }
    }
    let keys = Set(common.map(\.key))
    for index in groups.indices { groups[index].params.removeAll { keys.contains($0.key) } }
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
      let texts = group.params.map { entry in
        "\(VisibleText.line(entry.key.text, limit: 40))=\(ValueText.line(entry.value, limit: 40))"
      }
      if !texts.isEmpty { return texts.joined(separator: ", ") }
      return groups.count == 1 ? "all runs" : "no parameters"
    }
  }

  private static func row(
    _ group: RunGroup, _ name: String, _ primary: PrimaryMetric?
  ) -> Comparison.Row? {
    guard let shown = best(group, primary) ?? group.members.first else { return nil }
    let times = RunStatistics(group.completed.compactMap { TrainingTime.of($0)?.seconds })
    // No score, no place: the runs that survived say nothing of those that did not.
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

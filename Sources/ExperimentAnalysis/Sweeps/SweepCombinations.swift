import TrackingEntities

/// The combinations that a sweep has tried, the best first.
struct SweepCombinations {
  /// One combination, or one trial of a study.
  struct Row {
    let snapshot: ExperimentSnapshot
    /// The place by the score that decides, 1 for the best and for all that equal it; nil without a
    /// finite score, and where no single score decides.
    var rank: Int?
  }

  /// The section of facts in which a combination says how values are called that are objects.
  private static let section: Key = "combination"

  /// In the order of their ranks; in the order of the grid where no single score decides.
  private(set) var rows: [Row]
  /// The scores that are shown: the one that decides, else all that the search looks at.
  let scores: [Key]
  /// How many the search tries.
  let planned: Int
  /// How many times each is fitted; 0 where nothing is known of folds.
  let folds: Int
  /// What one is called.
  let noun: String
  /// The best one: what the search says, else the first with a score.
  let best: ExperimentSnapshot?

  /// - Parameters:
  ///   - sweep: The sweep.
  ///   - snapshots: It and everything inside it.
  init(of sweep: ExperimentSnapshot, _ snapshots: [ExperimentSnapshot]) {
    let tree = ExperimentTree(ExperimentOrder.sorted(snapshots))
    let folder = Key(sweep.folder)
    let root = tree.members.firstIndex { Key($0.folder) == folder }
    let children = root.map { tree.children[$0].map { tree.members[$0] } } ?? []
    let facts = sweep.fact("sweep")
    let objective = Self.objective(of: sweep, children)
    rows = children.map { Row(snapshot: $0) }
    planned = max(children.count, facts?["combinations"]?.integer.map(Int.init(clamping:)) ?? 0)
    folds = facts?["folds"]?.integer.map(Int.init(clamping:)) ?? 0
    noun = children.first?.identity.kind == "trial" ? "trial" : "combination"
    scores = objective.map { [$0.metric] } ?? Self.scores(of: children, facts)
    let chosen = SweepObjective.best(of: sweep)
    if let objective { Self.rank(&rows, by: objective) }
    best =
      rows.first { chosen != nil && $0.snapshot.identity.child == chosen }?.snapshot
      ?? rows.first { $0.rank != nil }?.snapshot
  }

  /// The parameters of all combinations, each once, in the order they were logged.
  var params: [Key] {
    var seen: Set<Key> = []
    return rows.flatMap { $0.snapshot.params.map(\.key) }.filter { seen.insert($0).inserted }
  }

  /// The standard deviation of a score over the folds.
  static func deviation(_ score: Key, of snapshot: ExperimentSnapshot) -> Double? {
    snapshot.metric(Key(bytes: score.bytes + Array("_std".utf8)))?.last.double
  }

  /// The value of a parameter as a reader writes it: an object by the name that tells it apart.
  static func text(_ param: Key, of snapshot: ExperimentSnapshot) -> String {
    if let label = snapshot.fact(section)?["labels"]?[param]?.text { return label }
    return snapshot.param(param).map { ValueText.line($0, limit: 200) } ?? ""
  }

  /// Where no single score decides: the objectives of the study, else the scores with a deviation.
  private static func scores(of children: [ExperimentSnapshot], _ facts: Value?) -> [Key] {
    let directions = facts?["directions"]?.entries.map(\.key) ?? []
    if !directions.isEmpty { return directions }
    var seen: Set<Key> = []
    return children.flatMap { child in
      child.metrics.map(\.key).filter { deviation($0, of: child)?.isFinite == true }
    }.filter { seen.insert($0).inserted }
  }

  /// The score that decides; nil where none does, or where the function that scores has given
  /// others.
  private static func objective(
    of sweep: ExperimentSnapshot, _ children: [ExperimentSnapshot]
  ) -> SweepObjective? {
    guard let objective = SweepObjective(of: sweep),
      children.contains(where: { $0.metric(objective.metric)?.last.double.isFinite == true })
    else { return nil }
    return objective
  }

  private static func rank(_ rows: inout [Row], by objective: SweepObjective) {
    let values = rows.map { $0.snapshot.metric(objective.metric)?.last.double ?? .nan }
    let order = rows.indices.sorted { one, other in
      if objective.direction.isBetter(values[one], than: values[other]) { return true }
      return !objective.direction.isBetter(values[other], than: values[one]) && one < other
    }
    var ranked: [Row] = []
    for (position, place) in order.enumerated() {
      var row = rows[place]
      if values[place].isFinite {
        let isTie = position > 0 && values[order[position - 1]] == values[place]
        row.rank = isTie ? ranked[position - 1].rank : position + 1
      }
      ranked.append(row)
    }
    rows = ranked
  }
}

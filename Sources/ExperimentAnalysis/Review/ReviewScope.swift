import TrackingEntities

/// Experiments that were tried for the same purpose: those at the top of the increment, or those
/// inside one sweep.
struct ReviewScope {
  /// A completed experiment with its finite score.
  struct Scored {
    let snapshot: ExperimentSnapshot
    let score: Double
  }

  /// Children of these kinds are parts of one experiment and no alternatives.
  private static let parts: Set<String> = ["stage", "fold"]

  /// The sweep; nil at the top.
  let parent: ExperimentSnapshot?
  /// All of them.
  let members: [ExperimentSnapshot]
  /// Those that are not only a bracket around others.
  let alternatives: [ExperimentSnapshot]
  /// What they are judged by; nil where none has a metric.
  let primary: PrimaryMetric?

  /// Those that completed with a finite score, the best first.
  let scored: [Scored]

  private init(
    _ parent: ExperimentSnapshot?, _ members: [ExperimentSnapshot],
    _ alternatives: [ExperimentSnapshot], _ primary: PrimaryMetric?
  ) {
    self.parent = parent
    self.members = members
    self.alternatives = alternatives
    self.primary = primary
    guard let primary else {
      scored = []
      return
    }
    let all: [Scored] = alternatives.compactMap { member in
      guard member.status == .completed, let score = primary.value(of: member)?.double,
        score.isFinite
      else { return nil }
      return Scored(snapshot: member, score: score)
    }
    let order = all.indices.sorted { one, other in
      if all[one].score == all[other].score { return one < other }
      return primary.direction.isBetter(all[one].score, than: all[other].score)
    }
    scored = order.map { all[$0] }
  }

  /// The scopes of an increment, the top one first.
  static func all(
    _ snapshots: [ExperimentSnapshot], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) throws(TrackingError) -> [ReviewScope] {
    let tree = ExperimentTree(ExperimentOrder.sorted(snapshots))
    var scopes: [ReviewScope] = []
    var top: [ExperimentSnapshot] = []
    for root in tree.roots {
      if try !append(tree, root, to: &scopes, options, depth: 0) { top.append(tree.members[root]) }
    }
    let roots = tree.roots.map { tree.members[$0] }
    return [ReviewScope(nil, roots, top, primary)] + scopes
  }

  /// Adds the scopes inside an experiment; false if there is none.
  private static func append(
    _ tree: ExperimentTree, _ index: Int, to scopes: inout [ReviewScope],
    _ options: ComparisonOptions, depth: Int
  ) throws(TrackingError) -> Bool {
    let sweep = tree.members[index]
    let inside = tree.children[index].filter { !parts.contains(tree.members[$0].identity.kind) }
    guard !inside.isEmpty, depth < ExperimentTree.deepest else { return false }
    let members = inside.map { tree.members[$0] }
    let candidates = members.map { Candidate(root: $0, parent: sweep, members: [$0]) }
    var own = options
    if let asked = options.sortBy, !MetricInventory(candidates).has(asked) { own.sortBy = nil }
    let primary = try PrimaryMetric.choose(among: candidates, own)
    var alternatives: [ExperimentSnapshot] = []
    var deeper: [ReviewScope] = []
    for child in inside {
      let isBracket = try append(tree, child, to: &deeper, options, depth: depth + 1)
      if !isBracket { alternatives.append(tree.members[child]) }
    }
    scopes.append(ReviewScope(sweep, members, alternatives, primary))
    scopes += deeper
    return true
  }

  /// What a finding is about: of a sweep after its folder.
  func subject(_ name: String) -> String { parent.map { "\($0.folder)/\(name)" } ?? name }

  /// ` of grid-search` in a sentence; nothing at the top.
  var place: String { parent.map { " of " + Names.shown($0) } ?? "" }

  /// How values of what they are judged by are written.
  var style: NumberStyle {
    guard let primary else { return .decimals(2) }
    return NumberStyle(for: scored.map { .double($0.score) }, of: primary.key)
  }
}

/// Parts of the sentences of a review.
enum ReviewText {
  /// The name with the number of a re-run.
  static func name(_ snapshot: ExperimentSnapshot) -> String {
    let name = Names.shown(snapshot)
    return snapshot.identity.rerun > 1 ? "\(name) (\(snapshot.identity.rerun))" : name
  }

  /// The experiment that a row of a comparison shows, under the name of the row: below its sweep,
  /// and told apart from others.
  static func snapshot(_ row: Comparison.Row) -> ExperimentSnapshot {
    var snapshot = row.snapshot
    snapshot.identity.name = row.name
    snapshot.identity.rerun = 1
    return snapshot
  }

  /// `a, b and 3 more`; the first ones of many.
  static func list(_ texts: [String], by separator: String = ", ") -> String {
    let shown = texts.prefix(ReviewThresholds.mostNamed)
    let more = texts.count - shown.count
    if more > 0 { return shown.joined(separator: separator) + " and \(more) more" }
    guard separator == ", ", let last = shown.last, shown.count > 1 else {
      return shown.joined(separator: separator)
    }
    return shown.dropLast().joined(separator: separator) + " and " + last
  }

  /// The name of a metric or a parameter as it was logged.
  static func key(_ key: Key) -> String { VisibleText.line(key.text, limit: 80) }
}

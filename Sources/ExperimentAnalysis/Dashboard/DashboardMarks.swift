package import TrackingEntities

/// What is told of experiments in relation to each other: which are one group, which is the best.
package enum DashboardMarks {
  /// The best of an increment's experiments, as a comparison with the usual options finds it.
  ///
  /// - Returns: The metric that decides, and the folders of the best and of the sweep around it.
  package static func best(
    of snapshots: [ExperimentSnapshot]
  ) -> (primary: PrimaryMetric?, folders: [String]) {
    let options = ComparisonOptions()
    let candidates = Candidates(snapshots, reruns: .newest, children: false).all
    guard let primary = try? PrimaryMetric.choose(among: candidates, options) else {
      return (nil, [])
    }
    var rows = RowOrder.sort(RowSelection(candidates, primary, options).rows, primary, options)
    guard let best = Ranking.rank(&rows, primary, primary.style(rows)) else { return (primary, []) }
    return (primary, [rows[best].snapshot, rows[best].sweep].compactMap { $0?.folder })
  }

  /// The metric that decides among experiments of several increments.
  package static func primary(of snapshots: [ExperimentSnapshot]) -> PrimaryMetric? {
    let candidates = Candidates(snapshots, reruns: .all, children: false).all
    return try? PrimaryMetric.choose(among: candidates, ComparisonOptions())
  }

  /// For each experiment a text that is the same for those that differ in nothing but their seed:
  /// the parameters that tell them from others. Nil where there is no other such run, or no
  /// parameter says what it was.
  package static func groups(of rows: [DashboardRow]) -> [String?] {
    var families: [Family: [Int]] = [:]
    var order: [Family] = []
    for (place, row) in rows.enumerated() {
      let family = Family(
        increment: Key(row.entry.incrementPath), parent: Key(row.parent ?? ""),
        kind: Key(row.snapshot.identity.kind))
      if families[family] == nil { order.append(family) }
      families[family, default: []].append(place)
    }
    var labels: [String?] = Array(repeating: nil, count: rows.count)
    var taken: Set<Key> = []
    for places in order.compactMap({ families[$0] }) {
      label(places, rows, &labels, &taken)
    }
    return labels
  }

  /// Runs that could be one group: of one increment, inside one experiment, of one kind.
  private struct Family: Hashable {
    let increment: Key
    let parent: Key
    let kind: Key
  }

  private static func label(
    _ places: [Int], _ rows: [DashboardRow], _ labels: inout [String?], _ taken: inout Set<Key>
  ) {
    guard places.count > 1 else { return }
    var groups: [[Key: ParamValue]: [Int]] = [:]
    var order: [(key: [Key: ParamValue], params: [Value.Entry])] = []
    for place in places {
      let params = FlattenedParams.ofParams(rows[place].snapshot)
        .filter { !SeedParameter.matches($0.key) }
      if params.isEmpty { continue }
      let key = ParamValue.members(params)
      if groups[key] == nil { order.append((key, params)) }
      groups[key, default: []].append(place)
    }
    guard order.contains(where: { (groups[$0.key]?.count ?? 0) > 1 }) else { return }
    let differing = Set(DifferingParams.keys(order.map(\.params)))
    for (key, params) in order {
      guard let members = groups[key], members.count > 1 else { continue }
      let told = params.filter { differing.contains($0.key) }
      let label = RunGroups.label(told) ?? "all runs"
      var unique = label
      var number = 2
      while !taken.insert(Key(unique)).inserted {
        unique = "\(label) (\(number))"
        number += 1
      }
      for place in members { labels[place] = unique }
    }
  }
}

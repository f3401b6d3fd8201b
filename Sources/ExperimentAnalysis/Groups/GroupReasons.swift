import TrackingEntities

/// Why the best group is the best, and whether it is.
struct GroupReasons {
  private let rows: [Comparison.Row]
  private let best: Comparison.Row
  private let primary: PrimaryMetric

  init(_ rows: [Comparison.Row], best: Comparison.Row, _ primary: PrimaryMetric) {
    self.rows = rows
    self.best = best
    self.primary = primary
  }

  /// The value, its uncertainty, and the groups with which it is tied.
  var sentence: String {
    let ranked = rows.filter { $0.rank != nil }
    let all = ranked.compactMap { $0.group?.statistics(primary) }
    let name = Heading.prose(primary.key)
    guard let own = best.group?.statistics(primary) else { return "" }
    let value = GroupText.mean(own, decimals: GroupText.decimals(all))
    let runs = CountText.of(own.count, "run")
    guard ranked.count > 1 else {
      let isOnly = !rows.contains { $0.rank == nil && $0.group?.statistics(primary) != nil }
      return isOnly
        ? "Only group with \(name) (\(value), \(runs))"
        : "Only group of which every run has a finite \(name) (\(value), \(runs))"
    }
    var sentence =
      "\(primary.direction.superlative) mean \(name) (\(value), \(runs))" + noise(ranked)
    if primary.isAssumed { sentence += ", assuming that higher is better" }
    return sentence
  }

  private func noise(_ ranked: [Comparison.Row]) -> String {
    let others = ranked.filter { $0.name != best.name }
    let tied = others.filter { $0.group?.isTied == true }.map(\.name)
    if !tied.isEmpty {
      let more = tied.count > 3 ? " and \(tied.count - 3) more" : ""
      return ", tied within noise with " + tied.prefix(3).joined(separator: "; ") + more
    }
    let tested = others.compactMap { row in row.group?.pValue.map { (row.name, $0) } }
    guard let closest = tested.max(by: { $0.1 < $1.1 }) else {
      return "; a single run does not show whether by more than noise"
    }
    let untested = tested.count < others.count ? " of those with several runs" : ""
    return ", beyond noise: the closest\(untested) is \(closest.0), p \(Self.relation(closest.1))"
  }

  private static func relation(_ pValue: Double) -> String {
    pValue < 0.0001
      ? "< 0.0001" : "= " + NumberText.fixed(pValue, decimals: pValue < 0.01 ? 4 : 3)
  }
}

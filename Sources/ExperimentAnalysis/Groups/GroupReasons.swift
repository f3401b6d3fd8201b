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

  /// The value, what it is worth, and the groups that it can not be told from.
  var sentence: String {
    let ranked = rows.filter { $0.rank != nil }
    let all = ranked.compactMap { $0.group?.statistics(primary) }
    let name = Heading.prose(primary.key)
    guard let own = best.group?.statistics(primary) else { return "" }
    let value = GroupText.mean(own, decimals: GroupText.decimals(all))
    let runs = own.count == 1 ? "one run" : "\(own.count) runs"
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
      return ", whether by more than noise a single run does not tell"
    }
    let untested = tested.count < others.count ? " of those with several runs" : ""
    return ", beyond noise: the closest\(untested) is \(closest.0), p \(Self.relation(closest.1))"
  }

  private static func relation(_ pValue: Double) -> String {
    pValue < 0.0001
      ? "< 0.0001" : "= " + NumberText.fixed(pValue, decimals: pValue < 0.01 ? 4 : 3)
  }
}

/// What a reader of a table of groups should know.
enum GroupNotes {
  static func sentences(
    _ rows: [Comparison.Row], _ grouping: RunGrouping, _ primary: PrimaryMetric?, sweeps: Int
  ) -> [String] {
    let groups = rows.compactMap(\.group)
    let names = grouping.params.map { VisibleText.line($0, limit: 60) }.joined(separator: ", ")
    var sentences = [
      (grouping.isAllBut
        ? "A row is all runs that differ in nothing but \(names)"
        : "A row is all runs with the same \(names)")
        + ": mean ± standard deviation of the completed ones."
    ]
    if let primary { sentences += diverged(rows, primary) }
    if groups.contains(where: \.isTied) {
      sentences.append(
        "Tied within noise: Welch's t-test at 5 % does not tell the means apart; more runs "
          + "might.")
    }
    let single = groups.filter { $0.counted(primary) == 1 }.count
    if single > 0 {
      sentences.append(
        "\(single) of \(groups.count) groups \(single == 1 ? "has" : "have") a single completed run, "
          + "of which no noise is known.")
    }
    if sweeps > 0 {
      sentences.append(
        "\(sweeps == 1 ? "1 sweep is" : "\(sweeps) sweeps are") not shown: compare with children to "
          + "group what is inside.")
    }
    return sentences
  }

  private static let mostNamed = 5

  private static func diverged(_ rows: [Comparison.Row], _ primary: PrimaryMetric) -> [String] {
    let found = rows.filter { $0.group?.hasDiverged(primary) == true }
    guard !found.isEmpty else { return [] }
    let named = found.prefix(mostNamed).map { row in
      "\(row.name) (\(row.group.map { GroupText.runs($0, primary) } ?? "–"))"
    }
    let more = found.count > mostNamed ? " and \(found.count - mostNamed) more" : ""
    return [
      "Not ranked, because not every run has a finite value of \(Heading.prose(primary.key)): "
        + named.joined(separator: "; ") + more + "."
    ]
  }
}

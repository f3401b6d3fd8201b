import TrackingEntities

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
        "Tied within noise: Welch's t-test at 5 % does not separate the means; more runs "
          + "might.")
    }
    let single = groups.filter { $0.counted(primary) == 1 }.count
    if single > 0 {
      sentences.append(
        "\(single) of \(groups.count) groups \(single == 1 ? "has" : "have") a single completed run, "
          + "whose noise is unknown.")
    }
    if sweeps > 0 {
      sentences.append(
        CountText.of(sweeps, "sweep") + (sweeps == 1 ? " is" : " are")
          + " not shown: compare with children to "
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

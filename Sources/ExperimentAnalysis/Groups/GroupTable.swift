import Glibc
import TrackingEntities

/// The columns of groups and their cells: `0.871 ± 0.012`.
enum GroupColumns {
  /// The columns of single runs with what groups have beside: the range of the primary metric and
  /// the number of runs.
  static func extend(
    _ columns: [Comparison.Column], _ primary: PrimaryMetric?
  ) -> [Comparison.Column] {
    var extended: [Comparison.Column] = []
    let last = columns.last?.content == .trainingTime ? columns.last : nil
    for column in columns where column.content != .trainingTime {
      if case .param = column.content { continue }
      extended.append(column)
      if case .metric(let key) = column.content, key == primary?.key {
        extended.append(.init(content: .range(key), heading: column.heading + " Range"))
      }
    }
    extended.append(.init(content: .runs, heading: "Runs"))
    return extended + [last].compactMap { $0 }
  }

  /// Writes the cells of all rows.
  static func fill(
    _ rows: inout [Comparison.Row], _ columns: [Comparison.Column], _ primary: PrimaryMetric?
  ) {
    for index in rows.indices {
      rows[index].cells = Array(repeating: .missing, count: columns.count)
    }
    for (position, column) in columns.enumerated() {
      switch column.content {
      case .metric(let key):
        fill(&rows, position, key, isJudge: key == primary?.key) {
          GroupText.mean($0, decimals: $1)
        }
      case .range(let key):
        fill(&rows, position, key) { GroupText.range($0, decimals: $1) }
      case .runs:
        for index in rows.indices {
          rows[index].cells[position].text =
            rows[index].group.map { GroupText.runs($0, primary) } ?? "–"
        }
      case .trainingTime:
        for index in rows.indices {
          guard let seconds = rows[index].trainingTime else { continue }
          rows[index].cells[position] = .init(
            value: .number(seconds), text: DurationText.seconds(seconds))
        }
      case .param, .change, .changedParams: break
      }
    }
  }

  private static func fill(
    _ rows: inout [Comparison.Row], _ position: Int, _ key: Key, isJudge: Bool = true,
    _ text: (RunStatistics, Int) -> String
  ) {
    let decimals = GroupText.decimals(rows.compactMap { $0.group?.statistics(key) })
    for index in rows.indices {
      guard let group = rows[index].group, let statistics = group.statistics(key) else { continue }
      var shown = text(statistics, decimals)
      // The column of runs counts those of the metric that decides.
      if !isJudge, statistics.count < group.completed.count {
        shown += " (\(statistics.count) of \(group.members.count))"
      }
      rows[index].cells[position] = .init(value: .number(statistics.mean), text: shown)
    }
  }
}

/// Places groups by the mean of the primary metric.
enum GroupRanking {
  /// Gives every group with a mean its rank and returns the best row. All that Welch's test
  /// does not tell from the best share its place.
  static func rank(_ rows: inout [Comparison.Row], _ primary: PrimaryMetric?) -> Int? {
    guard let primary else { return nil }
    var entries: [(index: Int, statistics: RunStatistics)] = []
    for (index, row) in rows.enumerated() {
      if row.score != nil, let statistics = row.group?.statistics(primary),
        statistics.mean.isFinite
      {
        entries.append((index, statistics))
      }
    }
    entries.sort { left, right in
      if left.statistics.mean == right.statistics.mean { return left.index < right.index }
      return primary.direction.isBetter(left.statistics.mean, than: right.statistics.mean)
    }
    guard let best = entries.first else { return nil }
    for (position, entry) in entries.enumerated() {
      rows[entry.index].rank = position + 1
      guard position > 0 else { continue }
      let pValue = WelchTest.pValue(best.statistics, entry.statistics)
      let isTied =
        pValue.map { $0 >= WelchTest.significance }
        ?? (entry.statistics.mean == best.statistics.mean)
      rows[entry.index].group?.pValue = pValue
      rows[entry.index].group?.isTied = isTied
      if isTied { rows[entry.index].rank = 1 }
    }
    return best.index
  }
}

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

/// How the numbers of groups are written.
enum GroupText {
  /// So many decimals that a typical deviation shows two digits that count: more would be noise.
  static func decimals(_ statistics: [RunStatistics]) -> Int {
    let deviations = statistics.compactMap(\.deviation).filter { $0 > 0 && $0.isFinite }.sorted()
    guard !deviations.isEmpty else {
      let style = NumberStyle(for: statistics.map { .double($0.mean) })
      if case .decimals(let decimals) = style { return decimals }
      return 2
    }
    let exponent = log10(deviations[deviations.count / 2]).rounded(.down)
    return min(max(2, 1 - (Int(exactly: exponent) ?? 0)), NumberStyle.mostDecimals)
  }

  /// `0.871 ± 0.012`; the mean alone of one run.
  static func mean(_ statistics: RunStatistics, decimals: Int) -> String {
    let mean = NumberText.fixed(statistics.mean, decimals: decimals)
    guard let deviation = statistics.deviation else { return mean }
    return mean + " ± " + NumberText.fixed(deviation, decimals: decimals)
  }

  /// `0.858 – 0.887`
  static func range(_ statistics: RunStatistics, decimals: Int) -> String {
    guard statistics.count > 1 else { return "–" }
    return NumberText.fixed(statistics.minimum, decimals: decimals) + " – "
      + NumberText.fixed(statistics.maximum, decimals: decimals)
  }

  /// `5`, or `4 of 5` if one did not complete or has no finite value of the metric that decides.
  static func runs(_ group: RunGroup, _ primary: PrimaryMetric?) -> String {
    let (counted, all) = (group.counted(primary), group.members.count)
    return counted == all ? String(all) : "\(counted) of \(all)"
  }
}

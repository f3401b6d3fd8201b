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

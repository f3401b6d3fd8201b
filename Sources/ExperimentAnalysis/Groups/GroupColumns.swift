import TrackingEntities

/// The columns of groups and their cells: `0.871 ± 0.012`.
enum GroupColumns {
  /// The columns of single runs with what groups have beside: the range of the primary metric and the
  /// number of runs.
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

import TrackingEntities

/// What a reader should know about the table and can not see in it.
struct Notes {
  /// The notes, one sentence each.
  private(set) var sentences: [String] = []

  init(
    _ rows: [Comparison.Row], _ primary: PrimaryMetric?, _ options: ComparisonOptions,
    _ table: TableColumns, earlierReruns: Int, _ candidates: [Candidate]
  ) {
    if let filter = options.filter {
      sentences.append("Only experiments with \(VisibleText.line(filter.text)).")
    }
    if let primary {
      let unranked = rows.count { $0.status == .completed && $0.rank == nil }
      let name = Heading.prose(primary.key)
      if unranked > 0 {
        sentences.append(
          "\(Self.count(unranked, "completed experiment")) without a finite value of \(name) "
            + "can not be the best.")
      }
    }
    for (row, candidate) in Self.sweeps(rows, candidates).prefix(10) {
      sentences.append(
        "\(Names.shown(candidate.root)) shows the best of its "
          + "\(candidate.members.count) experiments, \(Names.shown(row.snapshot)).")
    }
    if earlierReruns > 0 && options.series == nil {
      sentences.append("\(Self.count(earlierReruns, "earlier run")) of the same names not shown.")
    }
    if table.hiddenMetrics > 0 {
      sentences.append("\(Self.count(table.hiddenMetrics, "more metric")) not shown.")
    }
    for key in table.unknown {
      sentences.append("No experiment has a metric \"\(VisibleText.line(key.text, limit: 80))\".")
    }
    if table.columns.contains(where: { $0.content == .trainingTime }) {
      let own = rows.count {
        $0.trainingTime != nil && TrainingTime.of($0.snapshot)?.source == nil
      }
      if own == rows.count(where: { $0.trainingTime != nil }) {
        sentences.append("Training Time is how long each experiment ran.")
      } else if own > 0 {
        sentences.append(
          "Training Time is how long the experiment ran where no training time was logged.")
      }
    }
  }

  private static func sweeps(
    _ rows: [Comparison.Row], _ candidates: [Candidate]
  ) -> [(Comparison.Row, Candidate)] {
    let swept = rows.filter { $0.sweep != nil }
    if swept.isEmpty { return [] }
    let byFolder = Dictionary(
      candidates.map { (Key($0.root.folder), $0) }, uniquingKeysWith: { first, _ in first })
    return swept.compactMap { row in
      guard let sweep = row.sweep, let candidate = byFolder[Key(sweep.folder)] else { return nil }
      return (row, candidate)
    }
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}

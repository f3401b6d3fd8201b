import ExperimentStore
import TrackingEntities

/// What a reader should know about the table and cannot see in it.
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
      let unranked = rows.count {
        $0.group == nil && $0.status == .completed && $0.rank == nil
      }
      let name = Heading.prose(primary.key)
      if unranked > 0 {
        sentences.append(
          "\(CountText.of(unranked, "completed experiment")) without a finite value of \(name) "
            + "cannot be the best.")
      }
    }
    for (row, candidate) in Self.sweeps(rows, candidates).prefix(10) {
      sentences.append(Self.best(row, of: candidate, primary))
    }
    if earlierReruns > 0 && options.series == nil {
      sentences.append("\(CountText.of(earlierReruns, "earlier run")) of the same names not shown.")
    }
    if table.hiddenMetrics > 0 {
      sentences.append("\(CountText.of(table.hiddenMetrics, "more metric")) not shown.")
    }
    let known = table.logged.map(\.text)
    let unknown =
      table.unknown
      + options.directions.keys.filter { !table.logged.contains($0) }
      .filter { !TrainingTime.isAsked(for: $0) && !table.unknown.contains($0) }.sorted()
    for key in unknown where !rows.isEmpty {
      let close = LookupSuggestions.closest(to: key.text, in: known, limit: 1).first
      let hint = close.map { "; did you mean \(VisibleText.line($0, limit: 80))?" } ?? "."
      sentences.append(
        "No experiment has a metric \"\(VisibleText.line(key.text, limit: 80))\"\(hint)")
    }
    for name in table.unknownParams where !rows.isEmpty {
      let close = LookupSuggestions.closest(
        to: name.text, in: table.loggedParams.map(\.text), limit: 1
      ).first
      let hint = close.map { "; did you mean \(VisibleText.line($0, limit: 80))?" } ?? "."
      sentences.append(
        "No experiment has a parameter \"\(VisibleText.line(name.text, limit: 80))\"\(hint)")
    }
    if table.hiddenParams > 0 {
      sentences.append("\(CountText.of(table.hiddenParams, "more parameter")) not shown.")
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

  /// `grid-search shows the best of its 16 experiments by ROC AUC, 0004.`
  private static func best(
    _ row: Comparison.Row, of candidate: Candidate, _ primary: PrimaryMetric?
  ) -> String {
    let name = Names.shown(candidate.root)
    let shown = Names.shown(row.snapshot)
    let count = candidate.members.count
    if count == 1 { return "\(name) shows its only experiment that takes part, \(shown)." }
    let own = SweepObjective(of: candidate.root)?.metric
    if own == nil, SweepObjective.best(of: candidate.root) == row.snapshot.identity.child {
      return "\(name) shows the best of its \(count) experiments as the search chose it, \(shown)."
    }
    guard let metric = own ?? primary?.key, row.status == .completed,
      row.snapshot.metric(metric)?.last.double.isFinite == true
    else { return "\(name) shows one of its \(count) experiments, \(shown)." }
    return
      "\(name) shows the best of its \(count) experiments by \(Heading.prose(metric)), \(shown)."
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
}

public import TrackingEntities

extension Comparison {
  /// Compares experiments.
  ///
  /// Completed ones are ranked by the primary metric; all others follow them with their status and
  /// are never the best, nor is one whose value is missing, NaN or infinite.
  public init(
    of snapshots: [ExperimentSnapshot], _ options: ComparisonOptions = ComparisonOptions()
  ) throws(TrackingError) {
    var reruns = options.reruns
    if options.series != nil || options.only != nil { reruns = .all }
    let found = Candidates(snapshots, reruns: reruns, children: options.children)
    var candidates = found.all
    if let chosen = options.series ?? options.only {
      candidates = try Series.pick(chosen, from: candidates, snapshots)
    }
    let primary = try PrimaryMetric.choose(among: candidates, options)
    var rows = Representatives(candidates, primary, options).rows
    if options.series == nil { rows = RowOrder.sort(rows, primary, options) }
    Names.tellApart(&rows)

    let table = TableColumns(rows, primary, options)
    table.fill(&rows)
    let style = primary.map { $0.style(rows) } ?? .decimals(2)
    let best = Ranking.rank(&rows, primary, style)

    self.columns = table.columns
    self.primary = best == nil ? nil : primary
    self.best = best.map { rows[$0] }
    if let best, let primary {
      reasons = Reasons(rows, best: best, primary, style, table.columns).sentences
    }
    selected = rows.filter { $0.selection != nil }
    notes =
      Notes(rows, primary, options, table, earlierReruns: found.earlierReruns, candidates)
      .sentences + options.notes
    if let limit = options.limit, limit >= 0, rows.count > limit {
      hiddenRows = rows.count - limit
      rows.removeLast(hiddenRows)
    }
    self.rows = rows
  }
}

extension PrimaryMetric {
  /// How its values are written, whether or not it has a column.
  func style(_ rows: [Comparison.Row]) -> NumberStyle {
    isTime ? .seconds : NumberStyle(for: rows.compactMap(\.score))
  }
}

public import TrackingEntities

extension Comparison {
  /// Compares experiments.
  ///
  /// Completed ones are ranked by the primary metric; all others follow them with their status and
  /// are never the best, nor is one whose value is missing, NaN or infinite.
  ///
  /// - Parameters:
  ///   - snapshots: The experiments.
  ///   - options: What to compare and how.
  ///   - increment: The increment's name, for a filter that asks for it.
  public init(
    of snapshots: [ExperimentSnapshot], _ options: ComparisonOptions = ComparisonOptions(),
    in increment: String = ""
  ) throws(TrackingError) {
    let found = try Candidates.chosen(from: snapshots, options, in: increment)
    let candidates = found.all
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
    isFiltered = options.filter != nil
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

extension Candidates {
  /// The candidates that the options ask for.
  static func chosen(
    from snapshots: [ExperimentSnapshot], _ options: ComparisonOptions, in increment: String
  ) throws(TrackingError) -> Candidates {
    let isWanted = { options.filter?.matches($0, in: increment) ?? true }
    guard let names = options.series ?? options.only else {
      return Candidates(
        snapshots, reruns: options.reruns, children: options.children, isWanted: isWanted)
    }
    var found = Candidates(snapshots, reruns: .all, children: options.children)
    found.all = try Series.pick(names, from: found.all, snapshots)
      .compactMap { $0.only(where: isWanted) }
    return found
  }
}

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
    var rows = RowSelection(candidates, primary, options).rows
    let singles = rows
    let groups = try options.groupBy.map { (grouping) throws(TrackingError) in
      try RunGroups(candidates, grouping, primary)
    }
    if let groups { rows = groups.rows }
    if options.series == nil { rows = RowOrder.sort(rows, primary, options) }
    Names.tellApart(&rows)

    let table = TableColumns(groups == nil ? rows : singles, primary, options)
    let columns = groups == nil ? table.columns : GroupColumns.extend(table.columns, primary)
    let style = primary.map { $0.style(rows) } ?? .decimals(2)
    let best: Int?
    if groups == nil {
      table.fill(&rows)
      best = Ranking.rank(&rows, primary, style)
    } else {
      GroupColumns.fill(&rows, columns, primary)
      best = GroupRanking.rank(&rows, primary)
    }

    self.columns = columns
    self.primary = best == nil ? nil : primary
    self.best = best.map { rows[$0] }
    let why = best.flatMap { best in
      primary.map { Reasons(rows, best: best, $0, style, columns) }
    }
    reasons = why?.sentences ?? []
    selected = rows.filter { $0.selection != nil }
    if let best, let primary {
      proposals = Self.proposals(
        for: [rows[best]] + selected,
        ProposedReasons(rows, primary, style, directions: options.directions))
    }
    notes =
      Notes(rows, primary, options, table, earlierReruns: found.earlierReruns, candidates)
      .sentences + (why?.drawbacks ?? []) + options.notes
    notes += groups?.notes(on: rows, primary) ?? []
    isFiltered = options.filter != nil
    self.increment = increment
    if let limit = options.limit, limit >= 0, rows.count > limit {
      hiddenRows = rows.count - limit
      rows.removeLast(hiddenRows)
    }
    self.rows = rows
  }
}

extension Comparison {
  private static func proposals(for rows: [Row], _ reasons: ProposedReasons) -> [Proposal] {
    var proposals: [Proposal] = []
    for row in rows.prefix(Decisions.mostListed)
    where !proposals.contains(where: { $0.name == row.name }) {
      let sentences = reasons.sentences(for: row, besidesTable: true)
      if sentences.isEmpty { continue }
      proposals.append(
        Proposal(name: row.name, folder: row.snapshot.folder, reasons: sentences))
    }
    return proposals
  }
}

extension PrimaryMetric {
  /// The column that shows it.
  var column: Comparison.Column.Content { isTime ? .trainingTime : .metric(key) }

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
    let isWanted: (ExperimentSnapshot) -> Bool = { snapshot in
      let place = snapshot.increment.isEmpty ? increment : snapshot.increment
      return options.filter?.matches(snapshot, in: place) ?? true
    }
    if options.series != nil && options.only != nil {
      throw TrackingError(
        .invalidArgument,
        "'experiments' and 'only' both say which experiments to compare; give 'experiments' for a "
          + "series in this order with its changes, 'only' for these ranked")
    }
    if options.series != nil && options.groupBy != nil {
      throw TrackingError(
        .invalidArgument,
        "a series shows each experiment and cannot be grouped; name them in 'only'")
    }
    guard let names = options.series ?? options.only else {
      return Candidates(
        snapshots, reruns: options.reruns ?? (options.groupBy == nil ? .newest : .all),
        children: options.children, isWanted: isWanted)
    }
    var found = Candidates(snapshots, reruns: .all, children: options.children)
    found.all = try OrderedComparison.pick(names, from: found.all, snapshots)
      .compactMap { $0.only(where: isWanted) }
    return found
  }
}

package import ExperimentAnalysis
package import TrackingEntities

extension IncrementListing {
  /// The experiments as a table of plain values, for programs.
  ///
  /// - Parameter fields: Which columns, as `name,metrics.auc,params.lr`; nil for all there are.
  /// - Returns: The table, and what the reader should know about the fields.
  package func dataTable(
    fields: String?
  ) throws(TrackingError) -> (table: DataTable, notes: [String]) {
    let (columns, shown, notes) = try columns(fields: fields)
    var table = columns.table
    for place in entries.indices { table.append(columns.row(entries[place], shown: shown[place])) }
    return (table, notes)
  }

  /// The columns of such a table, and each experiment as it is shown.
  func columns(
    fields: String?
  ) throws(TrackingError) -> (
    columns: ListingFields, shown: [ExperimentSnapshot], notes: [String]
  ) {
    let shown = entries.map(Self.shown)
    guard let fields else { return (ListingFields(usualOf: shown, telling: isAcross), shown, []) }
    let columns = try ListingFields(fields, of: shown)
    return (columns, shown, columns.notes(on: shown))
  }

  /// Which experiments come first where nobody chose: the newest, those inside others after them.
  package var newestFirst: IncrementListing {
    if isOrdered { return self }
    let order = ListingOrder(entries, keepsOrder: false, most: .max)
    let ordered = order.lines.compactMap { line in
      if case .experiment(let place, _) = line { entries[place] } else { nil }
    }
    return IncrementListing(ordered, notes: notes, isOrdered: isOrdered, isAcross: isAcross)
  }
}

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
    let shown = entries.map(Self.shown)
    let columns =
      try fields.map { (list) throws(TrackingError) in try ListingFields(list, of: shown) }
      ?? ListingFields(usualOf: shown, telling: isAcross)
    var place = -1
    let table = columns.table(entries) { _ in
      place += 1
      return shown[place]
    }
    return (table, fields == nil ? [] : columns.notes(on: shown))
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

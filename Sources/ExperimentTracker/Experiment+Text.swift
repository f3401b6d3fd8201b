package import ExperimentAnalysis
package import ExperimentRuntime
package import TrackingEntities

extension Experiment {
  /// The experiment for a terminal.
  ///
  /// - Parameter width: How wide it may be; 0 is no limit.
  package func text(width: Int, colours: Bool = false) throws(TrackingError) -> String {
    let listing = try IncrementListing(of: [self])
    guard let entry = listing.entries.first else { return "" }
    return ExperimentText.render(
      entry.snapshot, increment: increment, label: entry.label, width: width > 0 ? width : nil,
      colours: colours)
  }

  /// The experiment as a table of one row; all that is known where no fields are given.
  package func dataTable(
    fields: String?
  ) throws(TrackingError) -> (table: DataTable, notes: [String]) {
    try IncrementListing(of: [self]).dataTable(fields: fields)
  }
}

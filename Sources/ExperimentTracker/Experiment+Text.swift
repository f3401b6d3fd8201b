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
      entry.snapshot, increment: increment, label: entry.label,
      inside: try inside(entry, width: width > 0 ? max(1, width - 2) : nil, colours: colours),
      width: width > 0 ? width : nil, colours: colours)
  }

  /// So many of those inside are shown.
  private static let mostInside = 20

  /// Those inside the experiment as a table, by their places.
  private func inside(
    _ entry: ListingEntry, width: Int?, colours: Bool
  ) throws(TrackingError) -> [String] {
    let parent = entry.snapshot
    guard let folder = try Increment.around(self).experimentsFolder() else { return [] }
    let members = ExperimentCatalog(folder).snapshots(below: parent.folder)
      .filter { $0.folder != parent.folder && $0.identity.parent == parent.identity.id }
      .sorted { $0.identity.child < $1.identity.child }
    guard !members.isEmpty else { return [] }
    let entries = members.map { member in
      ListingEntry(
        member, increment: entry.increment, incrementPath: entry.incrementPath,
        parent: parent.identity)
    }
    let order = ListingOrder(entries, keepsOrder: true, most: Self.mostInside)
    let table = ListingTable(entries, order, telling: false, namingParents: false) {
      IncrementListing.shown(entries[$0])
    }
    return ListingText.render(table, width: width, colours: colours)
      .split(separator: "\n", omittingEmptySubsequences: false).dropFirst().map(String.init)
  }

  /// The experiment as a table of one row; all that is known where no fields are given.
  package func dataTable(
    fields: String?
  ) throws(TrackingError) -> (table: DataTable, notes: [String]) {
    try IncrementListing(of: [self]).dataTable(fields: fields)
  }
}

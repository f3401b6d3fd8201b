internal import ContentDigest
package import TrackingEntities

/// One experiment of the dashboard.
package struct DashboardRow: Sendable {
  /// What the page calls it: its identifier, or one made from its place where it has none of its
  /// own.
  package let id: String
  package var entry: ListingEntry
  /// What the page calls the experiment around it.
  package var parent: String?
  /// The same for runs that differ in nothing but their seed; nil for one without such others.
  package var group: String?
  /// Whether it is the best of its increment.
  package var isBest = false
  /// The revision at which something of it changed last.
  package var revision: Int

  package var snapshot: ExperimentSnapshot { entry.snapshot }

  package init(id: String, _ entry: ListingEntry, parent: String?, revision: Int) {
    (self.id, self.entry, self.parent, self.revision) = (id, entry, parent, revision)
  }
}

/// Identifiers for experiments that have none of their own: unreadable ones, and copies of others.
package enum DashboardID {
  /// The identifier of what is at a place, 32 hexadecimal digits as of any other.
  package static func made(of increment: String, _ folder: String) -> String {
    String(SHA256Hasher.digest(of: Array("\(increment)\u{0}\(folder)".utf8)).prefix(32))
  }
}

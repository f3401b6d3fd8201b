package import TrackingEntities
package import TrackingStore

/// All experiments of an increment, read one by one: a damaged one is listed with its problem and
/// never hides the others.
package struct ExperimentCatalog: Sendable {
  package let experiments: ExperimentsFolder

  package init(_ experiments: ExperimentsFolder) { self.experiments = experiments }

  /// What is known of each experiment, top-level ones by number, children after their parent by place.
  package func snapshots(
    children: Bool, archived: Bool
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    let listing = try experiments.list(archived: archived)
    let wanted = listing.experiments.filter { children || !$0.isChild }
    let unreadable = listing.problems.map { Self.unreadable($0.folder, $0.message) }
    return (wanted.map { snapshot(of: $0.folder) } + unreadable).sorted(by: Self.precedes)
  }

  /// What is known of one folder; a snapshot with nothing but its problem if it cannot be read.
  package func snapshot(of folder: String) -> ExperimentSnapshot {
    do throws(TrackingError) {
      let directory = try experiments.directory.folder(folder)
      if let snapshot = try ExperimentReader(directory, folder: folder).read() { return snapshot }
      return Self.unreadable(folder, "no file in it can be read as an experiment")
    } catch {
      return Self.unreadable(folder, error.message)
    }
  }

  /// What a look-up needs to know of each experiment.
  package func lookupEntries() throws(TrackingError) -> [LookupEntry] {
    try experiments.list().experiments.map { listed in
      let identity = snapshot(of: listed.folder).identity
      return LookupEntry(
        folder: listed.folder, name: identity.name, number: identity.number,
        child: identity.child, rerun: identity.rerun, created: identity.created,
        archived: listed.archived)
    }
  }

  /// The numbers in use, for a copy of a store in which none was claimed yet.
  package func numbers() throws(TrackingError) -> [UInt64] {
    try snapshots(children: false, archived: true).map(\.identity.number)
  }

  private static func unreadable(_ folder: String, _ problem: String) -> ExperimentSnapshot {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(id: "", name: name, created: 0), folder: folder)
    snapshot.status = .unknown
    snapshot.history = .damaged
    snapshot.problems = ["\(folder): \(problem)"]
    return snapshot
  }

  private static func precedes(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
    let (a, b) = (left.identity, right.identity)
    if a.number != b.number { return a.number < b.number }
    if a.child != b.child { return a.child < b.child }
    return left.folder.utf8.lexicographicallyPrecedes(right.folder.utf8)
  }
}

extension ListedExperiment {
  /// Whether it lies in another experiment.
  package var isChild: Bool {
    folder.utf8.filter { $0 == UInt8(ascii: "/") }.count > (archived ? 1 : 0)
  }
}

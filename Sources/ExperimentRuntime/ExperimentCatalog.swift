import EventLog
package import ExperimentStore
import FileSystem
import Glibc
package import TrackingEntities

/// All experiments of an increment, read one by one: a damaged one is listed with its problem and
/// never hides the others.
package struct ExperimentCatalog: Sendable {
  package let experiments: ExperimentsFolder

  package init(_ experiments: ExperimentsFolder) { self.experiments = experiments }

  /// What is known of each experiment, top-level ones by number, each followed by
  /// those inside it, by place.
  package func snapshots(
    children: Bool, archived: Bool
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    var found: [ExperimentSnapshot] = []
    let reader = ReaderProcess()
    let problems = try experiments.visit(
      children: children, archived: archived, in: .onDisk
    ) {
      found.append(snapshot(of: $0, seenFrom: reader))
    }
    found += problems.map { Self.unreadable($0.folder, $0.message) }
    return ExperimentOrder.sorted(found)
  }

  /// What is known of each experiment in the archive, those inside others too.
  package func archivedSnapshots() throws(TrackingError) -> [ExperimentSnapshot] {
    var found: [ExperimentSnapshot] = []
    let reader = ReaderProcess()
    try experiments.visit(archived: true, children: true) {
      found.append(snapshot(of: $0, seenFrom: reader))
    }
    return ExperimentOrder.sorted(found)
  }

  /// What is known of an experiment with its children, parents first.
  package func snapshots(below folder: String) -> [ExperimentSnapshot] {
    var found: [ExperimentSnapshot] = []
    let reader = ReaderProcess()
    _ = experiments.visit(below: folder) { found.append(snapshot(of: $0, seenFrom: reader)) }
    return found
  }

  /// What is known of one folder; a snapshot with nothing but its problem if it cannot be read.
  package func snapshot(of folder: String) -> ExperimentSnapshot {
    do throws(TrackingError) {
      let (directory, entries) = try experiments.directory.listedFolder(folder)
      return snapshot(of: folder, directory, entries, seenFrom: ReaderProcess())
    } catch {
      return Self.unreadable(folder, error.message)
    }
  }

  /// As `snapshot(of:)`, but throws where the file system refuses to say what is in the folder: who
  /// is about to resume an experiment may not take that for none.
  package func snapshotOrRefusal(of folder: String) throws(TrackingError) -> ExperimentSnapshot {
    do throws(TrackingError) {
      let (directory, entries) = try experiments.directory.listedFolder(folder)
      if let snapshot = try ExperimentReader(directory, folder: folder).read(entries) {
        return snapshot
      }
    } catch {
      let isAway = error.systemCode == ENOENT || error.systemCode == ENOTDIR
      guard error.code == .format || isAway else { throw error }
    }
    return snapshot(of: folder)
  }

  private func snapshot(
    of found: FoundExperiment, seenFrom reader: ReaderProcess
  ) -> ExperimentSnapshot {
    snapshot(of: found.listed.folder, found.directory, found.entries, seenFrom: reader)
  }

  private func snapshot(
    of folder: String, _ directory: Directory, _ entries: [DirectoryEntry],
    seenFrom reader: ReaderProcess
  ) -> ExperimentSnapshot {
    do throws(TrackingError) {
      let reader = ExperimentReader(directory, folder: folder, seenFrom: reader)
      if let snapshot = try reader.read(entries) { return snapshot }
      return Self.unreadable(folder, "no file in it can be read as an experiment")
    } catch {
      return Self.unreadable(folder, error.message)
    }
  }

  /// What a look-up needs to know of each experiment.
  package func lookupEntries() throws(TrackingError) -> [LookupEntry] {
    var entries: [LookupEntry] = []
    let reader = ReaderProcess()
    _ = try experiments.visit(archived: true) { found in
      entries.append(lookupEntry(of: found, seenFrom: reader))
    }
    return entries
  }

  /// Finds an experiment as `ExperimentLookup.find` does, among those in the archive or among the
  /// others, and reads only those whose folders are called as it would be.
  ///
  /// - Parameter all: Tells what is known of all, which is asked for a number that is no name: no
  ///   folder tells it.
  /// - Returns: nil if there is none. One whose folder somebody has given another name may be
  ///   there.
  package func find(
    _ text: String, archived: Bool, _ all: () throws(TrackingError) -> [LookupEntry]
  ) throws(TrackingError) -> LookupEntry? {
    if let folder = ExperimentLookup.folder(in: text) {
      return entry(at: folder).flatMap { $0.archived == archived ? $0 : nil }
    }
    let reader = ReaderProcess()
    let patterns = ExperimentLookup.names(in: text).map { FolderNamePattern($0) }
    let pattern = FolderNamePattern(text)
    var entries: [LookupEntry] = []
    try experiments.visit(
      archived: archived, children: false, where: { name in patterns.contains { $0.fits(name) } }
    ) { found in
      entries.append(lookupEntry(of: found, seenFrom: reader))
    }
    if ExperimentLookup.mayBeNumber(text) {
      if let found = try ExperimentLookup.exact(text, among: entries),
        found.name.isSame(as: text), ExperimentLookup.isNamedByNumber(found)
      {
        return found
      }
      return try ExperimentLookup.find(text, in: try all().filter { $0.archived == archived })
    }
    for path in archived ? [text, ExperimentsFolder.archived(text)] : [text]
    where path.pathParts.count > 1 {
      guard let entry = entry(at: path), entry.archived == archived, !entries.contains(entry)
      else { continue }
      entries.append(entry)
    }
    if let found = try ExperimentLookup.exact(text, among: entries) { return found }
    if text.isEmpty { return nil }
    let isPath = text.utf8.contains(UInt8(ascii: "/"))
    // Those inside others count where no other has the name, or begins like that by its path.
    try experiments.visit(archived: archived, children: true) { found in
      let folder = found.listed.folder
      guard found.listed.isInside,
        pattern.fits(folder.lastPathPart) || (isPath && folder.isContinuation(of: text))
      else { return }
      entries.append(lookupEntry(of: found, seenFrom: reader))
    }
    if let found = try ExperimentLookup.exact(text, among: entries) { return found }
    if !isPath { entries = [] }
    try experiments.visit(
      archived: archived, children: false, where: pattern.fitsBeginning
    ) { found in
      entries.append(lookupEntry(of: found, seenFrom: reader))
    }
    return try ExperimentLookup.beginning(text, among: entries)
  }

  private func entry(at folder: String) -> LookupEntry? {
    experiments.experiment(at: folder).map { lookupEntry(of: $0, seenFrom: ReaderProcess()) }
  }

  private func lookupEntry(
    of found: FoundExperiment, seenFrom reader: ReaderProcess
  ) -> LookupEntry {
    let snapshot = snapshot(of: found, seenFrom: reader)
    let identity = snapshot.identity
    return LookupEntry(
      folder: found.listed.folder, name: identity.name, number: identity.number,
      child: identity.child, rerun: identity.rerun, created: identity.created,
      archived: found.listed.archived, id: identity.id,
      isReproduction: snapshot.isReproduction)
  }

  /// The numbers in use, for a copy of a store in which none was claimed yet.
  package func numbers() throws(TrackingError) -> [UInt64] {
    try snapshots(children: false, archived: true).map(\.identity.number)
  }

  private static func unreadable(_ folder: String, _ problem: String) -> ExperimentSnapshot {
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(id: "", name: folder.lastPathPart, created: 0), folder: folder)
    snapshot.status = .unknown
    snapshot.history = .damaged
    snapshot.problems = ["\(folder): \(problem)"]
    return snapshot
  }
}

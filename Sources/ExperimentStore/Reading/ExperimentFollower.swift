package import EventLog
package import FileSystem
package import TrackingEntities

/// Reads what is known of an experiment again and again, each time only what was added to its event
/// files since, and changes nothing.
package struct ExperimentFollower: Sendable {
  private let folder: String
  private var files: [String: SessionLogFollower] = [:]
  private var sizes = EventFileSizes()
  /// What the event files were when they were read last.
  private var state: Int?
  /// The snapshot with the status as it was recorded last.
  private var recorded: ExperimentSnapshot?
  /// The snapshot with the status as it is; nil if nothing in the folder is an experiment's.
  package private(set) var snapshot: ExperimentSnapshot?

  /// - Parameter folder: The experiment's folder relative to `experiments/`, for the snapshot.
  package init(folder: String) { self.folder = folder }

  /// Looks again.
  ///
  /// - Returns: Whether something is known that was not.
  package mutating func update(
    in directory: Directory, seenFrom reader: ReaderProcess = ReaderProcess()
  ) throws(TrackingError) -> Bool {
    var hasher = Hasher()
    try sizes.add(to: &hasher, in: directory, owners: true)
    let state = hasher.finalize()
    let before = snapshot
    let experiment = ExperimentReader(directory, folder: folder, seenFrom: reader)
    let isGrown = state != self.state
    if isGrown {
      self.state = nil
      recorded = try read(directory)
      self.state = state
    }
    guard let recorded else {
      snapshot = try experiment.read()
      return snapshot != before
    }
    var now = recorded.status == .running ? experiment.judged(recorded) : recorded
    if now.status.isFinal {
      guard isGrown || before?.status != now.status else { return false }
      // What else is known of one that is over, such as what it has lost, its summary says.
      now = try experiment.read() ?? now
    }
    snapshot = now
    return now != before
  }

  /// What the event files say; nil if there are none of ours.
  private mutating func read(_ directory: Directory) throws(TrackingError) -> ExperimentSnapshot? {
    let entries = try directory.entries()
    let names = try ExperimentFiles.eventFiles(in: directory, entries: entries).map(\.file)
    var known: [String: SessionLogFollower] = [:]
    for name in names {
      var file = files[name] ?? SessionLogFollower(file: name)
      try file.readOn(in: directory)
      known[name] = file
    }
    files = known
    return SnapshotFold.fold(logs, folder: folder)
  }

  private var logs: [WriterFile] {
    files.values.map { WriterFile(file: $0.log.file, log: $0.log) }
  }

  /// When the owner's last session began, in seconds since 1970; nil where no file says so.
  package var sessionStart: Double? {
    SnapshotFold.order(logs).last {
      $0.log.header?.role == .owner && $0.log.header?.amends == false
    }?.log.started
  }

  /// How a metric went: the owner's sessions, else the first of the others that has it.
  package func curve(_ key: Key) -> [Double] {
    var curve: [Double] = []
    for file in SnapshotFold.order(logs) {
      let isOwners = file.log.header?.role == .owner
      guard isOwners || curve.isEmpty,
        let place = file.log.metrics.firstIndex(where: { $0.key == key }),
        let curves = files[file.file]?.curves, curves.indices.contains(place)
      else { continue }
      curve += curves[place].values
    }
    return curve
  }
}

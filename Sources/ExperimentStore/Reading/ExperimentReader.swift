package import EventLog
package import FileSystem
package import TrackingEntities

/// Reads what is known of one experiment, and changes nothing.
///
/// `.summary.json` says which event files it was made from and how large they were. Where that
/// fits, it is all that is read; else the event files are, which are the truth; where there are
/// none, the views are read as they are.
package struct ExperimentReader {
  let directory: Directory
  let folder: String
  private let reader: ReaderProcess

  /// - Parameters:
  ///   - folder: The experiment's folder relative to `experiments/`, for the snapshot.
  ///   - reader: From where it is seen; the same one for many experiments that are read together.
  package init(
    _ directory: Directory, folder: String, seenFrom reader: ReaderProcess = ReaderProcess()
  ) {
    self.directory = directory
    self.folder = folder
    self.reader = reader
  }

  /// The snapshot with the status as it is now: `crashed` or `unknown` where the writer is gone.
  ///
  /// - Parameter entries: What is in the folder, if that is known.
  /// - Returns: nil if nothing in the folder is an experiment's.
  package func read(_ entries: [DirectoryEntry]? = nil) throws(TrackingError) -> ExperimentSnapshot?
  {
    guard let snapshot = try recorded(entries) else { return nil }
    return snapshot.status == .running ? judged(snapshot) : snapshot
  }

  /// The snapshot with the status as it was recorded last.
  package func recorded(
    _ entries: [DirectoryEntry]? = nil
  ) throws(TrackingError) -> ExperimentSnapshot? {
    guard let entries else { return try recorded(try directory.entries()) }
    let files = try ExperimentFiles.eventFiles(in: directory, entries: entries)
    return try stored(files, entries)
  }

  /// The event files as they are, in order of their writers.
  package func writerFiles() throws(TrackingError) -> [WriterFile] {
    let files = try ExperimentFiles.eventFiles(in: directory, entries: try directory.entries())
    return SnapshotFold.order(try read(files))
  }

  private func stored(
    _ files: [(file: String, size: UInt64)], _ entries: [DirectoryEntry]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    // Read after the sizes of the event files: of one that grows it may tell of more, and then both
    // are read.
    let summary = entries.has(SummaryFile.name) ? readSummary() : nil
    if let trusted = trusted(summary, for: files) { return trusted }
    if let events = try events(files, summary) { return events }
    return try untrustedViews(entries, summary, unreadable: files.map(\.file))
  }

  package func readSummary() -> SummaryFile? {
    (try? directory.read(SummaryFile.name)).flatMap(\.self).flatMap(SummaryFile.init)
  }

  /// What the summary says where it was made from the event files as they are.
  package func trustedSummary(_ files: [(file: String, size: UInt64)]) -> ExperimentSnapshot? {
    trusted(readSummary(), for: files)
  }

  private func trusted(
    _ summary: SummaryFile?, for files: [(file: String, size: UInt64)]
  ) -> ExperimentSnapshot? {
    guard let summary, !files.isEmpty, summary.isExact, summary.isMade(from: files) else {
      return nil
    }
    return summary.snapshot(folder: folder)
  }

  func read(
    _ files: [(file: String, size: UInt64)], mayBePending: Bool = true
  ) throws(TrackingError) -> [WriterFile] {
    var logs: [WriterFile] = []
    for file in files {
      let log = try SessionLogReader.read(
        directory: directory, file: file.file, mayBePending: mayBePending)
      logs.append(WriterFile(file: file.file, log: log))
    }
    return logs
  }

  /// What the event files say, and the summary of what they have lost since.
  private func events(
    _ files: [(file: String, size: UInt64)], _ summary: SummaryFile?
  ) throws(TrackingError) -> ExperimentSnapshot? {
    if files.isEmpty { return nil }
    let logs = try read(files)
    guard let snapshot = SnapshotFold.fold(logs, folder: folder) else { return nil }
    guard let summary else { return snapshot }
    return completed(snapshot, logs, by: summary).snapshot
  }

  /// An experiment that is recorded as running, as it stands: where its process is gone it has
  /// crashed, and took as long as it gave signs of life.
  package func judged(_ snapshot: ExperimentSnapshot) -> ExperimentSnapshot {
    var judged = snapshot
    judged.status = liveStatus(of: snapshot)
    if judged.status == .crashed { judged.duration = snapshot.elapsed }
    return judged
  }

  /// The status of an experiment that is recorded as running: `crashed` or `unknown` where its
  /// owner is not there.
  private func liveStatus(of snapshot: ExperimentSnapshot) -> ExperimentStatus {
    liveStatus(of: snapshot.writers.map { ($0.file, $0.header) })
  }

  func liveStatus(of writers: [(file: String, header: SessionHeader)]) -> ExperimentStatus {
    let owners = writers.filter { $0.header.role == .owner && !$0.header.amends }
    guard let owner = owners.last else { return .unknown }
    let liveness = Liveness.of(
      owner.header, directory: directory, file: owner.file, seenFrom: reader.process)
    return switch liveness {
    case .alive: .running
    case .dead: .crashed
    case .unknown: .unknown
    }
  }
}

/// What is known of an experiment without an event file of ours.
extension ExperimentReader {
  /// The views as they are, whoever wrote them. What was not changed since the summary was written
  /// is read from there, for it says more.
  private func untrustedViews(
    _ entries: [DirectoryEntry], _ summary: SummaryFile?, unreadable: [String]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    let names = Set(entries.lazy.filter { $0.kind == .file }.map(\.name))
    guard summary != nil || names.contains(Views.metadata) || names.contains(Views.params) else {
      return nil
    }
    var problems: [String] = []
    func changed(
      _ name: String, _ parse: ([UInt8]) throws(TrackingError) -> Value
    ) -> Value? {
      guard names.contains(name) else { return nil }
      do throws(TrackingError) {
        let bytes = try directory.read(name) ?? []
        if let summary, summary.vouches(for: name, digest: ViewDigest.of(bytes)) { return nil }
        return try parse(bytes)
      } catch {
        problems.append("\(name): \(error.message)")
        return nil
      }
    }
    let metadata = changed(Views.metadata) { (bytes) throws(TrackingError) in
      try Value(yaml: bytes)
    }
    let params = changed(Views.params) { (bytes) throws(TrackingError) in try Value(json: bytes) }
    let metrics = changed(Views.metrics) { (bytes) throws(TrackingError) in
      try Value(json: bytes)
    }
    let views = ViewsDecoder.decode(
      metadata: metadata ?? .map([]), params: params ?? .map([]), metrics: metrics ?? .map([]),
      folder: folder)
    var snapshot = views
    if let summary {
      let known = summary.snapshot(folder: folder)
      if metadata == nil { snapshot = known } else { snapshot.writers = known.writers }
      snapshot.params = params == nil ? known.params : views.params
      snapshot.metrics = metrics == nil ? known.metrics : views.metrics
    } else if metadata == nil && !problems.isEmpty {
      // Where metadata.yaml cannot be read, nothing says that the experiment was completed.
      snapshot.status = .unknown
    }
    snapshot.history = unreadable.isEmpty ? .missing : .damaged
    snapshot.problems += problems + unreadable.map { "\($0): no header of ours can be read in it" }
    return snapshot
  }
}

package import EventLog
package import FileSystem
package import TrackingEntities

/// Reads what is known of one experiment, and changes nothing.
///
/// metadata.yaml stamps name and size of every event file it was made from and the digests of the
/// other views. Where all of them fit, the views are read; else the event files are. Small event files
/// are read at once: that is less work than three views, and they are the truth, unless they have become
/// shorter than metadata.yaml says.
package struct ExperimentReader {
  /// Event files of more bytes than this together take longer to read than the views.
  private static let small: UInt64 = 8 << 10

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
    let events = smallEvents(files, entries)
    // Read after the event files: of one that grows it may tell of more, and then both are read again.
    let metadata = files.isEmpty ? nil : (try? directory.read(Views.metadata)) ?? nil
    let mayBeShort = metadata.map { WriterStamps.mayExceed(files, $0) } ?? false
    if let events, !mayBeShort { return events }
    if let metadata, let views = views(metadata, madeFrom: files) { return views }
    if let events = try self.events(files, mayBeShort ? metadata : nil) { return events }
    return try untrustedViews(entries, unreadable: files.map(\.file))
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

  /// What the event files say where that is quickly read; nil where it is not, and where something is
  /// wrong with them, of which the views may know more.
  private func smallEvents(
    _ files: [(file: String, size: UInt64)], _ entries: [DirectoryEntry]
  ) -> ExperimentSnapshot? {
    guard let first = files.first, files.count <= 2, first.size <= Self.small,
      files.dropFirst().allSatisfy({ $0.size <= Self.small - first.size }),
      !ExperimentFiles.mayBePending(files.map(\.file), entries),
      let logs = try? read(files, mayBePending: false),
      logs.allSatisfy({ $0.log.header != nil && $0.log.damages.isEmpty })
    else { return nil }
    return SnapshotFold.fold(logs, folder: folder)
  }

  /// What the event files say.
  ///
  /// - Parameter metadata: metadata.yaml, where it may know of more than the event files hold.
  private func events(
    _ files: [(file: String, size: UInt64)], _ metadata: [UInt8]?
  ) throws(TrackingError) -> ExperimentSnapshot? {
    if files.isEmpty { return nil }
    let logs = try read(files)
    guard let snapshot = SnapshotFold.fold(logs, folder: folder) else { return nil }
    guard let stamps = metadata.flatMap(WriterStamps.init) else { return snapshot }
    return completed(snapshot, logs, by: stamps).snapshot
  }

  /// An experiment that is recorded as running, as it stands: where its process is gone it has
  /// crashed, and took as long as it gave signs of life.
  package func judged(_ snapshot: ExperimentSnapshot) -> ExperimentSnapshot {
    var judged = snapshot
    judged.status = liveStatus(of: snapshot)
    if judged.status == .crashed { judged.duration = snapshot.elapsed }
    return judged
  }

  /// The status of an experiment that is recorded as running: `crashed` or `unknown` where its owner
  /// is not there.
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

/// The three views of an experiment as a reader takes them.
extension ExperimentReader {
  /// What the views say where they were made from the event files as they are.
  package func trustedViews(
    _ files: [(file: String, size: UInt64)]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    guard !files.isEmpty, let metadata = try? directory.read(Views.metadata) else { return nil }
    return views(metadata, madeFrom: files)
  }

  private func views(
    _ metadata: [UInt8], madeFrom files: [(file: String, size: UInt64)]
  ) -> ExperimentSnapshot? {
    guard let body = Views.unsealed(metadata) else { return nil }
    let lines = metadata.withUnsafeBufferPointer {
      MetricLines(UnsafeBufferPointer(rebasing: $0[..<body.endIndex]))
    }
    guard let members = try? YAMLParser.parse(lines?.rest ?? Array(body)),
      members["format"]?.integer == Int64(SessionHeader.currentFormat),
      Self.stamps(members["writers"]?.elements ?? [], are: files)
    else { return nil }
    return whole(Array(body), members, lines)
  }

  /// The views, if metadata.yaml vouches for the two others and says that all is in them.
  ///
  /// - Parameter lines: The statistics that were taken out of what was parsed.
  func whole(
    _ body: [UInt8], _ members: Value, _ lines: MetricLines?
  ) -> ExperimentSnapshot? {
    guard members["exact"]?.boolean == true, let params = try? directory.read(Views.params),
      let metrics = try? directory.read(Views.metrics),
      members["views"]?["params.json"]?.text == ViewDigest.of(params),
      members["views"]?["metrics.json"]?.text == ViewDigest.of(metrics),
      let paramValues = try? JSONParser.parse(params),
      let metricValues = try? JSONParser.parse(metrics)
    else { return nil }
    let statistics = lines?.completed(by: metricValues)
    let isWhole = lines == nil || statistics != nil
    guard let whole = isWhole ? members : try? YAMLParser.parse(body) else { return nil }
    return MetadataView.decode(
      metadata: whole, params: paramValues, metrics: metricValues, statistics: statistics,
      folder: folder)
  }

  /// Whether the views were made from these files as they are.
  private static func stamps(
    _ stamped: [Value], are files: [(file: String, size: UInt64)]
  ) -> Bool {
    guard stamped.count == files.count else { return false }
    return files.allSatisfy { file in
      stamped.contains {
        $0["file"]?.text == file.file && $0["size"]?.double == Double(file.size)
      }
    }
  }

  /// The views as they are, whoever wrote them: there is no event file of ours that knows more.
  private func untrustedViews(
    _ entries: [DirectoryEntry], unreadable: [String]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    let names = Set(entries.lazy.filter { $0.kind == .file }.map(\.name))
    guard names.contains(Views.metadata) || names.contains(Views.params) else { return nil }
    var problems: [String] = []
    let metadata = view(Views.metadata, names, &problems) { (bytes) throws(TrackingError) in
      try Value(yaml: bytes)
    }
    let params = view(Views.params, names, &problems) { (bytes) throws(TrackingError) in
      try Value(json: bytes)
    }
    let metrics = view(Views.metrics, names, &problems) { (bytes) throws(TrackingError) in
      try Value(json: bytes)
    }
    var snapshot = MetadataView.decode(
      metadata: metadata, params: params, metrics: metrics, folder: folder)
    snapshot.history = unreadable.isEmpty ? .missing : .damaged
    // Where metadata.yaml cannot be read, nothing says that the experiment was completed.
    if metadata == .map([]) && !problems.isEmpty { snapshot.status = .unknown }
    snapshot.problems += problems + unreadable.map { "\($0): no header of ours can be read in it" }
    return snapshot
  }

  private func view(
    _ name: String, _ names: Set<String>, _ problems: inout [String],
    _ parse: ([UInt8]) throws(TrackingError) -> Value
  ) -> Value {
    guard names.contains(name) else { return .map([]) }
    do throws(TrackingError) {
      return try parse(try directory.read(name) ?? [])
    } catch {
      problems.append("\(name): \(error.message)")
      return .map([])
    }
  }
}

import EventLog
import ExperimentStore
import FileSystem
package import TrackingEntities

extension WriterSession {
  /// All that is known now, this process's own latest calls included.
  package mutating func snapshot() throws(TrackingError) -> ExperimentSnapshot {
    let directory = try directory
    let snapshot = judged(try recorded(try directory.entries()))
    remember(snapshot)
    return snapshot
  }

  /// A number that stays the same as long as nothing new is known of the experiment; nil where only
  /// reading can tell. Costs some questions about files and reads none of them.
  package mutating func state() -> UInt64? {
    guard let directory = try? directory else { return nil }
    var hasher = Hasher()
    hasher.combine(revision)
    hasher.combine(header?.writer)
    hasher.combine(dropped)
    do throws(TrackingError) {
      try sizes.add(to: &hasher, in: directory, owners: !isUnderWay)
      if !isUnderWay, try !readingStamp.add(to: &hasher, in: directory) { return nil }
    } catch {
      return nil
    }
    return UInt64(bitPattern: Int64(hasher.finalize())) | 1
  }

  /// Keeps what `state` has to ask about beside the event files.
  package mutating func remember(_ snapshot: ExperimentSnapshot) {
    readingStamp = isUnderWay ? ReadingStamp() : ReadingStamp(snapshot)
  }

  /// The snapshot as a reader tells it.
  private func judged(_ snapshot: ExperimentSnapshot) -> ExperimentSnapshot {
    if snapshot.status != .running || isUnderWay { return snapshot }
    guard let directory = try? directory else { return snapshot }
    return ExperimentReader(directory, folder: folder).judged(snapshot)
  }

  /// All that is known now, with the status as it was recorded last.
  mutating func recorded(
    _ entries: [DirectoryEntry]
  ) throws(TrackingError) -> ExperimentSnapshot {
    guard let writer else {
      let reader = ExperimentReader(try directory, folder: folder)
      if let snapshot = try reader.recorded(entries) { return snapshot }
      throw TrackingError(
        .experimentNotFound,
        "'\(place.path)' holds no experiment any more; was it deleted or moved?")
    }
    rename(to: writer.file)
    // Read before the event files: the views written later describe one that grows.
    let reader = ExperimentReader(try directory, folder: folder)
    let summary = decidesStatus ? nil : reader.readSummary()
    var files = try otherFiles(entries)
    // What is recorded from now on comes after all that is known.
    lamport = files.reduce(lamport) { max($0, $1.log.highestLamport) }
    if file == openedFile { files.append(log.asRead(file: file, size: writer.size)) }
    guard var snapshot = SnapshotFold.fold(SnapshotFold.order(files), folder: folder) else {
      throw TrackingError(.internalError, "the experiment in '\(place.path)' has no header")
    }
    hasLosses = false
    if let summary {
      (snapshot, hasLosses) = reader.completed(snapshot, files, by: summary)
    }
    snapshot.dropped &+= dropped &- toldLost
    return snapshot
  }

  /// The files of the other writers; each is read again only when its size changed.
  private mutating func otherFiles(
    _ entries: [DirectoryEntry]
  ) throws(TrackingError) -> [WriterFile] {
    let directory = try directory
    let present = try ExperimentFiles.eventFiles(in: directory, entries: entries)
    var files: [WriterFile] = []
    for (file, size) in present where file != self.file || file != openedFile {
      if let known = others[file], known.log.size == size {
        files.append(known)
      } else {
        let log = try SessionLogReader.read(directory: directory, file: file)
        let read = WriterFile(file: file, log: log)
        others[file] = read
        files.append(read)
      }
    }
    return files
  }

  /// The newest version of each artifact. Records of others are folded again only when something
  /// changed where they write: two folders while this process runs the experiment, and then new
  /// event files.
  mutating func artifactIndex() throws(TrackingError) -> ArtifactIndex {
    let directory = try directory
    var others = othersSignature(in: directory)
    if !isUnderWay { try addOwners(to: &others, in: directory) }
    if let artifacts, artifacts.others == others { return artifacts }
    let index = ArtifactIndex(try recorded(try directory.entries()).artifacts, others: others)
    artifacts = index
    return index
  }

  /// What changes when another process resumes an experiment that has ended.
  private func addOwners(
    to signature: inout Signature, in directory: Directory
  ) throws(TrackingError) {
    let files = try directory.names(atMost: .max) { entry in
      entry.kind == .file && entry.name.isContinuation(of: ExperimentFiles.eventPrefix)
    }
    signature.add(files: (files ?? []).filter { $0 != file }.sorted(), in: directory)
  }

  /// What changes when another process than the owner's says something.
  func othersSignature(in directory: Directory) -> Signature {
    var signature = Signature()
    signature.add(folder: ExperimentFiles.edits, in: directory)
    for writer in signature.add(folder: ExperimentFiles.writers, in: directory) {
      signature.add(folder: "\(ExperimentFiles.writers)/\(writer)", in: directory)
    }
    for file in others.keys.sorted() { signature.add(file, in: directory) }
    return signature
  }

  /// Writes the views, if they are this process's to write: the owner's while it lives, then
  /// anybody's.
  package mutating func refresh() throws(TrackingError) {
    let begun = Clock.steady()
    defer {
      pace.written(
        at: Clock.coarse(), seconds: Clock.steady() - begun, isLate: !isUnderWay)
    }
    (artifactsWaiting, revision) = (false, revision &+ 1)
    let directory = try directory
    let entries = try directory.entries()
    showSettingsOfRunning(entries)
    let snapshot = try recorded(entries)
    // What only a reader can tell, that the process is gone, is not written down.
    guard decidesStatus || judged(snapshot).status.isFinal, snapshot.history != .missing else {
      return
    }
    // The summary alone knows what the event files have lost.
    if hasLosses { return }
    try GitFiles.write(in: directory, among: entries, for: snapshot)
    for (view, kept) in try views.write(snapshot, in: directory, among: entries) {
      notices.append(
        "\(view) of '\(identity.name)' had been edited by hand: it is made from what was logged and was "
          + "rewritten. The edited file is kept as \(kept); log what you want changed")
    }
    if settings.isStale, snapshot.status.isFinal,
      (try? directory.replace(ExperimentFiles.settings, ShownSettings.file(of: snapshot))) != nil
    {
      settings.isStale = false
    }
    isDirty = false
  }
}

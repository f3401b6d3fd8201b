package import TrackingEntities
import TrackingStore

extension WriterSession {
  /// All that is known now, this process's own latest calls included.
  package mutating func snapshot() throws(TrackingError) -> ExperimentSnapshot {
    var snapshot = try recorded(try directory.entries())
    snapshot.status = status(of: snapshot)
    return snapshot
  }

  /// The status as a reader tells it.
  private func status(of snapshot: ExperimentSnapshot) -> ExperimentStatus {
    if snapshot.status != .running || isUnderWay { return snapshot.status }
    return ExperimentReader(directory, folder: folder).liveStatus(of: snapshot)
  }

  /// All that is known now, with the status as it was recorded last.
  private mutating func recorded(
    _ entries: [DirectoryEntry]
  ) throws(TrackingError) -> ExperimentSnapshot {
    guard let writer else {
      let reader = ExperimentReader(directory, folder: folder)
      if let snapshot = try reader.recorded(entries) { return snapshot }
      throw TrackingError(
        .experimentNotFound,
        "'\(directory.path)' holds no experiment any more; was it deleted or moved?")
    }
    rename(to: writer.file)
    var files = try otherFiles(entries)
    if file == openedFile { files.append(log.asRead(file: file, size: writer.size)) }
    guard var snapshot = SnapshotFold.fold(SnapshotFold.order(files), folder: folder) else {
      throw TrackingError(.internalError, "the experiment in '\(directory.path)' has no header")
    }
    snapshot.dropped &+= dropped &- toldLost
    return snapshot
  }

  /// The files of the other writers; each is read again only when its size changed.
  private mutating func otherFiles(
    _ entries: [DirectoryEntry]
  ) throws(TrackingError) -> [WriterFile] {
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

  /// Writes the views, if they are this process's to write: the owner's while it lives, then anybody's.
  package mutating func refresh() throws(TrackingError) {
    let begun = Clock.steady()
    defer {
      refreshed = Clock.coarse()
      refreshCost = Clock.steady() - begun
    }
    let entries = try directory.entries()
    let snapshot = try recorded(entries)
    // What only a reader can tell, that the process is gone, is not written down.
    guard decidesStatus || status(of: snapshot).isFinal, snapshot.history != .missing else {
      return
    }
    try GitFiles.write(in: directory, among: entries, for: snapshot)
    edited += try views.write(snapshot, among: entries)
    isDirty = false
  }
}

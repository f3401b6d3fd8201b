package import TrackingEntities
import TrackingStore

extension WriterSession {
  /// All that is known now, this process's own latest calls included.
  package mutating func snapshot() throws(TrackingError) -> ExperimentSnapshot {
    let reader = ExperimentReader(directory, folder: folder)
    guard writer != nil else {
      if let snapshot = try reader.read() { return snapshot }
      throw TrackingError(
        .experimentNotFound,
        "'\(directory.path)' holds no experiment any more; was it deleted or moved?")
    }
    if let writer, writer.isOpen { rename(to: writer.file) }
    let files = try otherFiles() + [log.asRead(file: file, size: writer?.size ?? 0)]
    guard var snapshot = SnapshotFold.fold(SnapshotFold.order(files), folder: folder) else {
      throw TrackingError(.internalError, "the experiment in '\(directory.path)' has no header")
    }
    snapshot.dropped &+= lost &+ (ended ? 0 : writer?.dropped ?? 0)
    if snapshot.status == .running, !decidesStatus || ended {
      snapshot.status = try reader.read()?.status ?? .unknown
    }
    return snapshot
  }

  /// The files of the other writers; each is read again only when its size changed.
  private mutating func otherFiles() throws(TrackingError) -> [WriterFile] {
    let present = try ExperimentFiles.eventFiles(in: directory, entries: try directory.entries())
    var files: [WriterFile] = []
    for (file, size) in present where file != self.file {
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
  package mutating func refresh(durable: Bool) throws(TrackingError) {
    let begun = Clock.steady()
    defer {
      refreshed = Clock.coarse()
      refreshCost = Clock.steady() - begun
    }
    let snapshot = try snapshot()
    guard decidesStatus || snapshot.status.isFinal else { return }
    try GitFiles.write(in: directory, for: snapshot)
    edited += try views.write(snapshot, durable: durable)
    isDirty = false
  }
}

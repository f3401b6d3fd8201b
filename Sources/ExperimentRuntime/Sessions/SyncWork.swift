import EventLog
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// What has to be forced to the disk, gathered under an experiment's lock and done without it.
struct SyncWork {
  let directory: Directory
  /// The event file, relative to the folder; nil if this process has none.
  let file: String?
  /// The artifacts that are not on the disk yet.
  let artifacts: [String]
  /// Who wrote the event file.
  let writer: EventWriter?
  /// Artifacts of which a sync failed before, with what they have to hold.
  let unsure: [Artifact]
  /// How many points and records are in the event file.
  let items: UInt64
  /// Whether the experiments inside have left it to this one.
  let children: Bool

  func run() throws(TrackingError) {
    for artifact in unsure { try ArtifactSync.rewrite(artifact, in: directory) }
    guard let writer else { return try force() }
    try writer.syncing { (_) throws(TrackingError) in try force() }
  }

  private func force() throws(TrackingError) {
    try ArtifactSync.sync((file.map { [$0] } ?? []) + artifacts, in: directory)
    if children { try syncChildren() }
  }

  /// The event files of all experiments inside, whichever process wrote them. What is on the disk
  /// already costs a few microseconds; of the rest, all is on its way before the first is waited
  /// for.
  private func syncChildren() throws(TrackingError) {
    for (folder, file) in try writtenInside() {
      guard let folder = try open(folder) else { continue }
      try ArtifactSync.sync([file], in: folder)
    }
  }

  /// The experiments inside one, each with an event file whose bytes are being written now. Paths
  /// and no open folders, of which a sweep may have more than a process may open.
  private func writtenInside() throws(TrackingError) -> [(folder: String, file: String)] {
    var found: [(folder: String, file: String)] = []
    var pending = [""]
    while let path = pending.popLast() {
      guard let folder = try path.isEmpty ? directory : open(path) else { continue }
      for entry in try folder.entries() where entry.kind == .folder {
        let inner = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
        let before = found.count
        for file in try open(inner)?.entries() ?? []
        where file.kind == .file && file.name.isContinuation(of: ExperimentFiles.eventPrefix) {
          SystemCalls.startWriting(directory.descriptor, "\(inner)/\(file.name)")
          found.append((inner, file.name))
        }
        if found.count > before { pending.append(inner) }
      }
    }
    return found
  }

  /// A folder inside; nil if it was removed meanwhile or is not accessible.
  private func open(_ path: String) throws(TrackingError) -> Directory? {
    do throws(TrackingError) {
      return try directory.folder(path)
    } catch  where [ENOENT, EACCES, EPERM].contains(error.systemCode) {
      return nil
    }
  }
}

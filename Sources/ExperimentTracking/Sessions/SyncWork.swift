import TrackingEntities
import TrackingStore

/// What has to be forced to the disk, gathered under an experiment's lock and done without it.
struct SyncWork {
  let directory: Directory
  /// The event file, relative to the folder; nil if this process has none.
  let file: String?
  /// The artifacts that are not on the disk yet.
  let artifacts: [String]
  /// Whether the experiments inside have left it to this one.
  let children: Bool

  func run() throws(TrackingError) {
    if let file { try ArtifactSync.sync(file, in: directory) }
    for path in artifacts { try ArtifactSync.sync(path, in: directory) }
    if children { try syncChildren() }
  }

  /// The event files of all experiments inside, whichever process wrote them. What is on the disk
  /// already costs a few microseconds.
  private func syncChildren() throws(TrackingError) {
    var folders = [directory]
    while let outer = folders.popLast() {
      for entry in try outer.entries() where entry.kind == .folder {
        guard let inner = try? outer.folder(entry.name) else { continue }
        let files = try inner.entries().filter {
          $0.kind == .file && $0.name.hasPrefix(ExperimentFiles.eventPrefix)
        }
        for file in files { try ArtifactSync.sync(file.name, in: inner) }
        if !files.isEmpty { folders.append(inner) }
      }
    }
  }
}

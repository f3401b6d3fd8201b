internal import CPlatform
package import FileSystem
package import TrackingEntities

/// The names of the files and folders that the store itself keeps in an experiment's folder.
package enum ExperimentFiles {
  /// Folder of the writers beside the owner; each has a folder of its own in it.
  package static let writers = "writers"
  /// Folder of the files of those who only add notes, tags and artifacts.
  package static let edits = "edits"
  /// Folder of what reproduces the experiment.
  package static let environment = "environment"
  /// Folder of artifacts that are still being written.
  package static let saving = ".saving"
  /// Folder of older versions of artifacts.
  package static let versions = ".versions"
  /// For what the temporary files are that take the place of event files.
  package static let renewed = "renewed"
  /// For TensorBoard alone: settings and status where the event files say older ones. It sorts
  /// before them, and TensorBoard heeds what it reads first.
  package static let settings = "events.hparams.tfevents.specweave-ml"
  /// What an event file's name begins with.
  package static let eventPrefix = "events.out.tfevents."
  /// What an editor's file ends with.
  package static let editSuffix = ".tfrecord"

  /// The event files of an experiment, relative to its folder, with their sizes; what their writers
  /// have not drained yet counts.
  package static func eventFiles(
    in directory: Directory, entries: [DirectoryEntry]
  ) throws(TrackingError) -> [(file: String, size: UInt64)] {
    var files: [String] = []
    var pending: Set<String> = []
    for entry in entries {
      switch (entry.kind, entry.name) {
      case (.file, let name) where name.isContinuation(of: eventPrefix):
        files.append(name)
      case (.file, let name) where PendingLayout.eventFile(of: name) != nil:
        pending.insert(name)
      case (.folder, writers):
        let folder = try directory.folder(writers)
        for writer in try folder.entries() where writer.kind == .folder {
          for file in try folder.folder(writer.name).entries() where file.kind == .file {
            let path = "\(writers)/\(writer.name)/\(file.name)"
            if file.name.isContinuation(of: eventPrefix) { files.append(path) }
            if PendingLayout.eventFile(of: file.name) != nil { pending.insert(path) }
          }
        }
      case (.folder, edits):
        for file in try directory.folder(edits).entries()
        where file.kind == .file && file.name.isEnding(in: editSuffix) {
          files.append("\(edits)/\(file.name)")
        }
      default: break
      }
    }
    var sized: [(file: String, size: UInt64)] = []
    for file in files.sorted() {
      let isPending =
        !pending.isEmpty && PendingLayout.name(of: file).map(pending.contains) ?? false
      let pending = isPending ? try? PendingContent.read(directory, of: file) : .nothing
      let status = try SystemCalls.status(directory.descriptor, file)
      let size = UInt64(clamping: status.st_size)
      sized.append((file, pending?.size(with: size) ?? PendingContent.unknownSize))
    }
    return sized
  }

  /// The event files beside which a pending file lies, relative to an experiment's folder.
  package static func filesWithPending(
    in directory: Directory, entries: [DirectoryEntry]
  ) throws(TrackingError) -> [String] {
    var found = entries.compactMap { $0.kind == .file ? PendingLayout.eventFile(of: $0.name) : nil }
    if entries.has(writers) {
      let folder = try directory.folder(writers)
      for writer in try folder.entries() where writer.kind == .folder {
        for file in try folder.folder(writer.name).entries() where file.kind == .file {
          guard let event = PendingLayout.eventFile(of: file.name) else { continue }
          found.append("\(writers)/\(writer.name)/\(event)")
        }
      }
    }
    return found.sorted()
  }

  /// Whether something may be pending for one of the event files: there is a pending file in the
  /// folder, or the event file lies in a folder of its own.
  package static func mayBePending(_ files: [String], _ entries: [DirectoryEntry]) -> Bool {
    files.contains { $0.utf8.starts(with: "\(writers)/".utf8) }
      || entries.contains { PendingLayout.eventFile(of: $0.name) != nil }
  }
}

internal import CPlatform
import Glibc
package import TrackingEntities
package import TrackingStore

/// Forces files to the disk: their bytes, all files of a folder, and the names that lead to them. Each
/// file and each folder is waited for once, however many paths lead through it.
package struct ArtifactSync {
  private let directory: Directory
  /// The folders on the way to what was synced, whose names are to be forced too.
  private var folders: [String] = []

  /// - Parameter paths: Where the files and folders are in the directory.
  package static func sync(_ paths: [String], in directory: Directory) throws(TrackingError) {
    // All are on their way before the first is waited for.
    if paths.count > 1 {
      for path in paths { SystemCalls.startWriting(directory.descriptor, path) }
    }
    var sync = ArtifactSync(directory: directory)
    for path in paths { try sync.sync(path) }
    for folder in sync.folders { try sync.syncFolder(folder) }
  }

  private mutating func sync(_ path: String) throws(TrackingError) {
    var parts = path.split(separator: "/").map(String.init)
    guard parts.popLast() != nil, try syncBytes(path) else { return }
    while true {
      let folder = parts.joined(separator: "/")
      if !folders.contains(folder) { folders.append(folder) }
      guard parts.popLast() != nil else { return }
    }
  }

  /// The file, or the files of a folder, by path; a list instead of recursion, so that no depth ends
  /// the process. False if nothing is there any more.
  private func syncBytes(_ path: String) throws(TrackingError) -> Bool {
    var isThere = false
    var pending = [path]
    while let path = pending.popLast() {
      let file = try Self.present { () throws(TrackingError) in
        try SystemCalls.open(directory.descriptor, path, O_RDONLY | O_NONBLOCK)
      }
      guard let file else { continue }
      isThere = true
      defer { SystemCalls.close(file) }
      try SystemCalls.sync(file, path)
      guard try SystemCalls.status(file).st_mode & S_IFMT == S_IFDIR else { continue }
      for entry in try directory.folder(path).entries() where entry.kind != .other {
        pending.append(path + "/" + entry.name)
      }
    }
    return isThere
  }

  private func syncFolder(_ path: String) throws(TrackingError) {
    let folder =
      try path.isEmpty
      ? directory
      : Self.present { () throws(TrackingError) in
        try directory.folder(path)
      }
    guard let folder else { return }
    try SystemCalls.sync(folder.descriptor, folder.path)
  }

  /// What somebody has removed meanwhile needs no sync.
  private static func present<Result>(
    _ body: () throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result? {
    do throws(TrackingError) {
      return try body()
    } catch  where error.systemCode == ENOENT {
      return nil
    }
  }
}

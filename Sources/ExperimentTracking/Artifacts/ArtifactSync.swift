internal import CPlatform
import Glibc
package import TrackingEntities
package import TrackingStore

/// Forces an artifact to the disk: its bytes, all files of a folder, and the names that lead to it.
package enum ArtifactSync {
  package static func sync(_ path: String, in directory: Directory) throws(TrackingError) {
    var parent = directory
    var parts = path.split(separator: "/").map(String.init)
    guard let name = parts.popLast() else { return }
    for part in parts {
      guard let folder = try present({ () throws(TrackingError) in try parent.folder(part) }) else {
        return
      }
      try SystemCalls.sync(parent.descriptor, parent.path)
      parent = folder
    }
    try sync(name, below: parent)
    try SystemCalls.sync(parent.descriptor, parent.path)
  }

  /// The files of a folder, by path; a list instead of recursion, so that no depth ends the process.
  private static func sync(_ name: String, below parent: Directory) throws(TrackingError) {
    var pending = [name]
    while let path = pending.popLast() {
      let file = try present { () throws(TrackingError) in
        try SystemCalls.open(parent.descriptor, path, O_RDONLY | O_NONBLOCK)
      }
      guard let file else { continue }
      defer { SystemCalls.close(file) }
      try SystemCalls.sync(file, path)
      guard try SystemCalls.status(file).st_mode & S_IFMT == S_IFDIR else { continue }
      for entry in try parent.folder(path).entries() where entry.kind != .other {
        pending.append(path + "/" + entry.name)
      }
    }
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

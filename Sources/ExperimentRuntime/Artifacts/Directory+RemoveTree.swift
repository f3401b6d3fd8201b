import EventLog
import ExperimentStore
package import FileSystem
import TrackingEntities

extension Directory {
  /// Removes a folder that this process made, with all that is in it, following no link.
  package func removeTree(_ path: String) {
    var parts = path.pathParts
    guard let name = parts.popLast() else { return }
    guard
      let parent = parts.isEmpty ? self : try? folder(parts.joined(separator: "/"))
    else { return }
    // Folders in the order they were found: each is removed after all that were found in it.
    var found: [(parent: Directory, name: String)] = [(parent, name)]
    var next = 0
    while next < found.count {
      let (parent, name) = found[next]
      next += 1
      guard let folder = try? parent.folder(name) else { continue }
      for entry in (try? folder.entries()) ?? [] {
        if entry.kind == .folder {
          found.append((folder, entry.name))
        } else {
          try? PendingReplay.removeMemory(of: entry.name, in: folder)
          try? SystemCalls.remove(folder.descriptor, entry.name)
        }
      }
    }
    for (parent, name) in found.reversed() {
      try? SystemCalls.remove(parent.descriptor, name, folder: true)
    }
  }
}

package import FileSystem
import CPlatform
import Glibc
package import TrackingEntities

extension ArtifactCopy {
  /// Copies a file or a folder of an experiment to the same path in another folder.
  ///
  /// - Returns: Its hash, as it is recorded of an artifact; nil if nothing is there.
  package static func export(
    _ path: String, from source: Directory, to target: Directory
  ) throws(TrackingError) -> String? {
    guard let status = try SystemCalls.statusIfPresent(source.descriptor, path) else { return nil }
    if platform_is_directory(status.st_mode) != 0 {
      return try FolderCopy.copy(try source.folder(path), to: try target.makeFolder(path)).sha256
    }
    let parent = path.pathParent
    let folder = parent.isEmpty ? target : try target.makeFolder(parent)
    let file = try SystemCalls.open(source.descriptor, path, O_RDONLY | O_NONBLOCK)
    defer { SystemCalls.close(file) }
    return try copy(file, path, to: (folder, path.lastPathPart)).sha256
  }
}

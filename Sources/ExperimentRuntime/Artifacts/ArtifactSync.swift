internal import CPlatform
import ExperimentStore
package import FileSystem
import Glibc
package import TrackingEntities

/// Forces files to the disk: their bytes, all files of a folder, and the names that lead to them.
/// Each file and each folder is waited for once, however many paths lead through it; where there
/// are many, the whole file system once instead.
package struct ArtifactSync {
  private let directory: Directory
  /// The folders on the way to what was synced, whose names are to be forced too, in order.
  private var folders: [String] = []
  private var known: Set<Key> = []

  /// From this many files on, one sync of the file system is less to wait for: a sync of a file
  /// takes some milliseconds, and that of the file system writes what other programs have written
  /// as well.
  private static let many = 200

  /// - Parameter paths: Where the files and folders are in the directory.
  package static func sync(_ paths: [String], in directory: Directory) throws(TrackingError) {
    if try hold(paths, moreThan: many, in: directory),
      try SystemCalls.syncFileSystem(directory.descriptor)
    {
      return
    }
    // All are on their way before the first is waited for.
    if paths.count > 1 {
      for path in paths { SystemCalls.startWriting(directory.descriptor, path) }
    }
    var sync = ArtifactSync(directory: directory)
    for path in paths { try sync.sync(path) }
    for folder in sync.folders { try sync.syncFolder(folder) }
  }

  /// Takes the place of an artifact by a copy of it, so that the next sync forces it to the disk:
  /// after one that failed, the kernel takes the pages of the old one that it could not write for
  /// written ones.
  ///
  /// - Throws: `storage` if it can no longer be read back as it was saved: then it is lost.
  package static func rewrite(
    _ artifact: Artifact, in directory: Directory
  ) throws(TrackingError) {
    var pending = [artifact.path]
    while let path = pending.popLast() {
      let status = try SystemCalls.statusIfPresent(directory.descriptor, path)
      guard let status else { continue }
      if platform_is_directory(status.st_mode) != 0 {
        for entry in try directory.folder(path).entries() {
          pending.append(path + "/" + entry.name)
        }
      } else if platform_is_regular(status.st_mode) != 0 {
        try ArtifactCopy.renew(path, in: directory, mode: status.st_mode & 0o777)
      }
    }
    let found = try ArtifactCopy.content(of: artifact.path, in: directory)
    guard let found, found.sha256 != artifact.sha256 else { return }
    throw TrackingError(
      .storage,
      "the disk failed while '\(artifact.path)' was written, and it can no longer be read back as it "
        + "was saved; save it again on a disk that works",
      systemCode: EIO)
  }

  /// Whether there are more files and folders than that at the paths.
  private static func hold(
    _ paths: [String], moreThan limit: Int, in directory: Directory
  ) throws(TrackingError) -> Bool {
    var count = paths.count
    var pending = paths
    while count <= limit, let path = pending.popLast() {
      let status = try SystemCalls.statusIfPresent(directory.descriptor, path)
      guard let status, platform_is_directory(status.st_mode) != 0,
        let folder = try directory.folderIfPresent(path)
      else { continue }
      for entry in try folder.entries() where entry.kind != .other {
        count += 1
        if entry.kind == .folder { pending.append(path + "/" + entry.name) }
      }
    }
    return count > limit
  }

  private mutating func sync(_ path: String) throws(TrackingError) {
    var parts = path.pathParts
    guard parts.popLast() != nil, try syncBytes(path) else { return }
    while true {
      let folder = parts.joined(separator: "/")
      if known.insert(Key(folder)).inserted { folders.append(folder) }
      guard parts.popLast() != nil else { return }
    }
  }

  /// The file, or the files of a folder, by path; a list instead of recursion, so that no depth
  /// ends the process. False if nothing is there any more.
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
    try SystemCalls.syncFolder(folder.descriptor, folder.path)
  }

  /// What was removed meanwhile needs no sync.
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

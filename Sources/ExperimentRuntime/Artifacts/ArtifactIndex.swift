import CPlatform
import FileSystem
import Glibc
import TrackingEntities

/// The newest version of each artifact by its path, so that saving one more need not look at them
/// all.
struct ArtifactIndex {
  private var newest: [Key: Artifact] = [:]
  /// For each folder on the way to an artifact, one of those in it.
  private var inside: [Key: String] = [:]
  /// The state of what others write, when this was right.
  let others: Signature

  init(_ artifacts: [Artifact], others: Signature) {
    self.others = others
    for artifact in artifacts.reversed() { apply(artifact) }
  }

  /// Takes in what was recorded of an artifact.
  mutating func apply(_ artifact: Artifact) {
    let key = Key(artifact.path)
    if artifact.removed {
      if newest[key]?.version == artifact.version { newest[key] = nil }
      return
    }
    if artifact.keptAs.isEmpty { newest[key] = artifact }
    var folder = artifact.path.pathParent
    while !folder.isEmpty {
      inside[Key(folder)] = artifact.path
      folder = folder.pathParent
    }
  }

  /// The artifact that has the path now.
  func artifact(at path: String) -> Artifact? { newest[Key(path)] }

  /// An artifact that lies below the path.
  func artifact(inside path: String) -> String? { inside[Key(path)] }

  /// An artifact at the path, or below it, whose name differs in the case of letters: there is one
  /// file for both where the file system does not tell them apart. Numbers of files do not tell:
  /// over FUSE each name may have its own.
  func artifact(sharing path: String, in directory: Directory) -> String? {
    guard directory.exists(path) else { return nil }
    let folded = path.lowercased()
    return newest.values.first { artifact in
      let other = artifact.path.lowercased()
      return other == folded || other.hasPrefix(folded + "/")
    }?.path
  }
}

/// What changes when another process writes something about an experiment: found out with a few
/// questions, however much there is to read.
package struct Signature: Hashable, Sendable {
  private var parts: [Part] = []
  /// What is in the folders: their times may be too coarse to tell that something was added.
  private var names: [[String]] = []

  private struct Part: Hashable, Sendable {
    let inode: UInt64
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64
  }

  /// Adds files, and what they are called.
  mutating func add(files: [String], in directory: Directory) {
    names.append(files)
    for file in files { add(file, in: directory) }
  }

  /// Adds a folder, whether it exists or not, with the names in it.
  ///
  /// - Returns: the names, in order.
  @discardableResult
  mutating func add(folder path: String, in directory: Directory) -> [String] {
    add(path, in: directory)
    let found = (try? directory.folderIfPresent(path)?.entries()) ?? []
    names.append(found.map(\.name).sorted())
    return names.last ?? []
  }

  /// Adds a file or a folder, whether it exists or not.
  mutating func add(_ path: String, in directory: Directory) {
    guard let status = try? SystemCalls.statusIfPresent(directory.descriptor, path) else {
      return parts.append(Part(inode: 0, size: -1, seconds: 0, nanoseconds: 0))
    }
    parts.append(
      Part(
        inode: UInt64(status.st_ino), size: Int64(status.st_size),
        seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec)))
  }
}

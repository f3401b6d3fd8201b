import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

/// A note of what is about to take the place of an older version of an artifact.
///
/// A process that is killed after that, and before it has recorded it, leaves a file that is no
/// version. Whoever has the next turn in the folder finds the note and gives the older version its
/// name back. Was the new one recorded, but not yet where the older one is, that is made up for.
struct UnfinishedSave {
  /// The path of the artifact.
  let path: String
  /// Where its older version is kept from then on.
  let kept: String
  /// The version that it is about to have, and the hash of that.
  let version: UInt64
  let sha256: String

  private static let file = ExperimentFiles.saving + "/.unfinished"

  func note(in directory: Directory) throws(TrackingError) {
    var bytes: [UInt8] = []
    for part in [String(version), sha256, kept, path] { bytes += Array(part.utf8) + [0] }
    _ = try directory.create(Self.file, bytes)
  }

  static func forget(in directory: Directory) {
    // Once more if that failed: a note without a process is read by every later save.
    for _ in 0..<2 where directory.exists(file) {
      try? SystemCalls.remove(directory.descriptor, file)
    }
    try? SystemCalls.remove(directory.descriptor, ExperimentFiles.saving, folder: true)
  }

  /// What the last holder of the turn was about to save, if it is gone; nil otherwise.
  static func read(in directory: Directory) throws(TrackingError) -> UnfinishedSave? {
    guard let bytes = try directory.read(file) else { return nil }
    let parts = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard bytes.last == 0, parts.count == 4, let version = UInt64(parts[0]) else {
      // It was cut off: then nothing had happened yet.
      forget(in: directory)
      return nil
    }
    return UnfinishedSave(path: parts[3], kept: parts[2], version: version, sha256: parts[1])
  }

  /// Gives the older version its name back, if the new one has it.
  func restore(to older: Artifact, in directory: Directory) throws(TrackingError) {
    guard directory.exists(kept) else { return }
    let named = try ArtifactCopy.content(of: path, in: directory)
    if named?.sha256 == older.sha256 { return remove(kept, in: directory) }
    // What another program has put there meanwhile is not ours to remove.
    guard named == nil || named?.sha256 == sha256,
      try ArtifactCopy.content(of: kept, in: directory)?.sha256 == older.sha256
    else { return }
    if named != nil { remove(path, in: directory) }
    try SystemCalls.rename(directory.descriptor, kept, directory.descriptor, path)
  }

  private func remove(_ path: String, in directory: Directory) {
    do {
      try SystemCalls.remove(directory.descriptor, path)
    } catch {
      directory.removeTree(path)
    }
  }
}

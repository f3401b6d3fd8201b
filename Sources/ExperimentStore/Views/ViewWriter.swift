package import FileSystem
import Glibc
package import TrackingEntities

/// Replaces the views of an experiment and keeps what a user has edited.
package struct ViewWriter: Sendable {
  /// The digests of what we wrote last, by file.
  private var written: [String: String] = [:]

  package init() {}

  /// Writes the views, `.summary.json` last: it vouches for the others. They are not forced to the
  /// disk, because the event files are, from which they can be made again.
  ///
  /// - Parameter present: What is in the folder.
  /// - Returns: the files that had been edited, and as what they are kept.
  package mutating func write(
    _ snapshot: ExperimentSnapshot, in directory: Directory, among present: [DirectoryEntry]
  ) throws(TrackingError) -> [(view: String, kept: String)] {
    var edited: [(view: String, kept: String)] = []
    for (name, bytes) in try Views(of: snapshot).contents {
      let digest = ViewDigest.of(bytes)
      if present.has(name) {
        if let kept = try keepEdited(name, digest, in: directory) {
          edited.append((name, kept))
        } else if written[name] == digest, directory.exists(name) {
          continue
        }
      }
      try directory.replace(name, bytes)
      written[name] = digest
    }
    return edited
  }

  /// Moves a file away if it is neither what we wrote, nor what `.summary.json` vouches for, nor
  /// what we are about to write. One without content, or zeros in its place, is what a power cut
  /// may leave.
  private func keepEdited(
    _ name: String, _ digest: String, in directory: Directory
  ) throws(TrackingError) -> String? {
    let present: [UInt8]?
    do throws(TrackingError) {
      present = try directory.read(name)
    } catch  where error.code == .format || error.systemCode == ELOOP {
      // A pipe, a link or a file that is much too long: nothing of ours.
      return try EditedFile.keep(name, in: directory)
    }
    guard let present, present.contains(where: { $0 != 0 }) else { return nil }
    let now = ViewDigest.of(present)
    if now == written[name] || now == digest { return nil }
    if Self.vouches(for: name, now, present, in: directory) { return nil }
    return try EditedFile.keep(name, in: directory)
  }

  /// Whether `.summary.json`, as it stands, says that this is our own writing, perhaps of another
  /// process.
  private static func vouches(
    for name: String, _ digest: String, _ bytes: [UInt8], in directory: Directory
  ) -> Bool {
    if name == Views.summary { return SummaryFile.isSealed(bytes) }
    guard let summary = try? directory.read(Views.summary) else { return false }
    return SummaryFile(summary)?.vouches(for: name, digest: digest) == true
  }
}

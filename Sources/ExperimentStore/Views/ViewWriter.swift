package import FileSystem
import Glibc
package import TrackingEntities

/// Replaces the views of an experiment and keeps what a user has edited.
package struct ViewWriter: Sendable {
  /// The digests of what we wrote last, by file.
  private var written: [String: String] = [:]

  package init() {}

  /// Writes the views, `.summary.json` first: it vouches for the others as they will be and as they
  /// are now, so that a kill in between leaves none that looks edited. They are not forced to the
  /// disk, because the event files are, from which they can be made again.
  ///
  /// - Parameter present: What is in the folder.
  /// - Returns: the files that had been edited, and as what they are kept.
  package mutating func write(
    _ snapshot: ExperimentSnapshot, in directory: Directory, among present: [DirectoryEntry]
  ) throws(TrackingError) -> [(view: String, kept: String)] {
    var edited: [(view: String, kept: String)] = []
    var replaced: [Value.Entry] = []
    let summary = present.has(Views.summary) ? try? directory.read(Views.summary) : nil
    let vouching = summary.flatMap(\.self).flatMap(SummaryFile.init)
    for (name, bytes) in try Views(of: snapshot).contents where present.has(name) {
      let state = try keepEdited(name, ViewDigest.of(bytes), vouching, in: directory)
      if let kept = state.kept { edited.append((name, kept)) }
      if name != Views.summary, let digest = state.digest {
        replaced.append(.init(Key(name), .text(digest)))
      }
    }
    let contents = try Views(of: snapshot, replacing: replaced).contents
    for (name, bytes) in contents.reversed() {
      let digest = ViewDigest.of(bytes)
      if written[name] == digest, directory.exists(name) { continue }
      try directory.replace(name, bytes)
      written[name] = digest
    }
    return edited
  }

  /// Moves a file away if it is neither what we wrote, nor what `.summary.json` vouches for, nor
  /// what we are about to write. One without content, or zeros in its place, is what a power cut
  /// may leave.
  ///
  /// - Returns: As what it is kept, if it had been edited; else the digest of what is there.
  private func keepEdited(
    _ name: String, _ digest: String, _ summary: SummaryFile?, in directory: Directory
  ) throws(TrackingError) -> (kept: String?, digest: String?) {
    let present: [UInt8]?
    do throws(TrackingError) {
      present = try directory.read(name)
    } catch  where error.code == .format || error.systemCode == ELOOP {
      // A pipe, a link or a file that is much too long: nothing of ours.
      return (try EditedFile.keep(name, in: directory), nil)
    }
    guard let present, present.contains(where: { $0 != 0 }) else { return (nil, nil) }
    let now = ViewDigest.of(present)
    let isOurs =
      now == written[name] || now == digest
      || (name == Views.summary
        ? SummaryFile.isSealed(present) : summary?.vouches(for: name, digest: now) == true)
    return isOurs ? (nil, now) : (try EditedFile.keep(name, in: directory), nil)
  }
}

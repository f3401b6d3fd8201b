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
    let views = try Views(of: snapshot)
    var vouching: SummaryFile?
    if present.has(Views.summary) {
      let state = try keepEdited(Views.summary, in: directory) {
        vouching = SummaryFile($1)
        return SummaryFile.isSealed($1)
      }
      if let kept = state.kept { edited.append((Views.summary, kept)) }
    }
    for (name, bytes) in views.pages where present.has(name) {
      let state = try keepEdited(name, in: directory) { (digest, _) in
        digest == ViewDigest.of(bytes) || vouching?.vouches(for: name, digest: digest) == true
      }
      if let kept = state.kept { edited.append((name, kept)) }
      if let digest = state.digest { replaced.append(.init(Key(name), .text(digest))) }
    }
    let summary = (name: Views.summary, bytes: try views.summary(replacing: replaced))
    for (name, bytes) in [summary] + views.pages.reversed() {
      let digest = ViewDigest.of(bytes)
      if written[name] == digest, directory.exists(name) { continue }
      try directory.replace(name, bytes)
      written[name] = digest
    }
    return edited
  }

  /// Moves a file away if it is not what we wrote. One without content, or zeros in its place, is
  /// what a power cut may leave.
  ///
  /// - Parameter isOurs: Whether another process of ours has written it, by digest and content.
  /// - Returns: As what it is kept, if it had been edited; else the digest of what is there.
  private func keepEdited(
    _ name: String, in directory: Directory,
    _ isOurs: (_ digest: String, _ bytes: [UInt8]) -> Bool
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
    if now == written[name] || isOurs(now, present) { return (nil, now) }
    return (try EditedFile.keep(name, in: directory), nil)
  }
}

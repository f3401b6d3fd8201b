import ExperimentStore
import Glibc
public import TrackingEntities

extension Experiment {
  /// Reads an artifact and compares it with what was saved.
  ///
  /// - Parameters:
  ///   - path: As it was saved.
  ///   - version: Which one, from 1 on; nil is the newest.
  /// - Throws: `format` if its content is another one or it is gone; `notFound` with the artifacts
  ///   there are; `storage` if it cannot be read.
  public func checkArtifact(_ path: String, version: UInt64? = nil) throws(TrackingError) {
    let artifacts = try snapshot().artifacts
    let found = artifacts.first { artifact in
      artifact.path.utf8.elementsEqual(path.utf8)
        && (version.map { $0 == artifact.version } ?? artifact.keptAs.isEmpty)
    }
    guard let artifact = found else {
      let wanted = version.map { "version \($0) of the artifact" } ?? "artifact"
      throw TrackingError(
        .notFound, "'\(name)' has no \(wanted) '\(path)'; it has:",
        candidates: LookupSuggestions.ordered(
          artifacts.filter { $0.keptAs.isEmpty }.map(\.path), closestTo: path, limit: 20))
    }
    let file = artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs
    let content = try ArtifactCopy.content(of: file, in: try directory)
    guard let content else {
      throw TrackingError(.format, "the artifact '\(file)' of '\(name)' is gone")
    }
    guard content.size == artifact.size, content.sha256 == artifact.sha256 else {
      throw TrackingError(
        .format,
        "the artifact '\(file)' of '\(name)' is not what was saved: it has "
          + CountText.of(content.size, "byte")
          + " with the SHA-256 \(content.sha256), and \(artifact.size) with \(artifact.sha256) were saved; "
          + "take it from a copy, or save it again")
    }
  }
}

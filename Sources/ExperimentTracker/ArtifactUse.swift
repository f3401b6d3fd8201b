import ExperimentAnalysis
public import ExperimentRuntime
import FileSystem
public import TrackingEntities

/// That an experiment produced or used an artifact.
public struct ArtifactUse: Sendable, Equatable {
  /// How an experiment and an artifact belong together.
  public enum Relation: String, Sendable {
    /// It saved the artifact.
    case produced
    /// It noted that it uses the artifact, which another one saved.
    case used
  }

  /// How they belong together.
  public let relation: Relation
  /// The experiment's name.
  public let name: String
  /// The absolute path of the experiment's folder.
  public let experiment: String
  /// The artifact's path within the experiment that produced it.
  public let path: String
  /// 1 for the first of this path, 2 for the next, ...
  public let version: UInt64
  /// SHA-256 in hexadecimal.
  public let sha256: String
}

/// Where the uses of artifacts are recorded.
enum ArtifactUseFacts {
  /// The section of facts with the artifacts of others.
  static let inputs: Key = "inputs"
  /// The section with the files of versioned artifacts that lie elsewhere.
  static let outputs: Key = "outputs"

  /// What an experiment produced and used.
  static func uses(of entry: ListingEntry) -> [ArtifactUse] {
    let snapshot = entry.snapshot
    func use(
      _ relation: ArtifactUse.Relation, _ path: String, _ version: UInt64, _ sha256: String
    ) -> ArtifactUse {
      ArtifactUse(
        relation: relation, name: snapshot.name, experiment: entry.path, path: path,
        version: version, sha256: sha256)
    }
    func noted(_ section: Key, _ relation: ArtifactUse.Relation) -> [ArtifactUse] {
      (snapshot.fact(section)?.entries ?? []).compactMap { entry in
        guard let path = entry.value["path"]?.text, let sha256 = entry.value["sha256"]?.text,
          let version = entry.value["version"]?.integer
        else { return nil }
        return use(relation, path, UInt64(clamping: version), sha256)
      }
    }
    return snapshot.artifacts.map { use(.produced, $0.path, $0.version, $0.sha256) }
      + noted(outputs, .produced) + noted(inputs, .used)
  }
}

extension Experiment {
  /// Notes that this experiment uses the newest version of an artifact of another one: who made it,
  /// which version it is, and its SHA-256, so that ``Increment/uses(ofArtifact:)`` finds it.
  ///
  /// - Parameters:
  ///   - path: The path within the folder of the other.
  ///   - source: The experiment that made it.
  /// - Returns: The absolute path of the file.
  /// - Throws: `notFound` with the artifacts there are.
  @discardableResult
  public func useArtifact(
    _ path: String, of source: Experiment
  ) throws(TrackingError) -> String {
    try noteUse(of: path, by: source).file
  }

  /// As `useArtifact`, with what became of the note.
  package func noteUse(
    of path: String, by source: Experiment
  ) throws(TrackingError) -> (file: String, noted: Acknowledgement) {
    let file = try source.artifactPath(path)
    let newest = try source.snapshot().artifacts.first {
      $0.keptAs.isEmpty && $0.path.isSame(as: path)
    }
    guard let newest else {
      throw TrackingError(.notFound, "'\(source.name)' has no artifact '\(path)'")
    }
    let folder = source.path.lastPathPart
    let facts: Value = [
      "experiment": .text(source.name), "increment": .text(source.increment),
      "folder": .text(folder), "id": .text(source.identity.id), "path": .text(path),
      "version": .integer(Int64(clamping: newest.version)), "sha256": .text(newest.sha256),
    ]
    let noted = try logFact(
      ArtifactUseFacts.inputs.text, [Value.Entry(Key("\(folder)/\(path)"), facts)])
    return (file, noted)
  }
}

extension Increment {
  /// Which experiments produced or used an artifact, by its content; those inside others and
  /// archived ones too.
  ///
  /// - Parameter sha256: 8 to 64 hexadecimal digits, the beginning of its SHA-256.
  public func uses(ofArtifact sha256: String) throws(TrackingError) -> [ArtifactUse] {
    let wanted = sha256.lowercased()
    let isDigest = wanted.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    guard (8...64).contains(wanted.utf8.count), isDigest else {
      throw TrackingError(
        .invalidArgument,
        "an artifact is looked for by 8 to 64 hexadecimal digits of its SHA-256, not by '\(sha256)'"
      )
    }
    return try entries(children: true, archived: true).flatMap(ArtifactUseFacts.uses)
      .filter { $0.sha256.isContinuation(of: wanted) }
  }
}

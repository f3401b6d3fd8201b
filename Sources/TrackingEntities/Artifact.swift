/// A file or folder stored with an experiment.
public struct Artifact: Sendable, Equatable {
  /// The path within the experiment's folder, with `/`.
  public var path: String
  /// The size in bytes; of all files for a folder.
  public var size: UInt64
  /// SHA-256 in hexadecimal; of the sorted manifest for a folder.
  public var sha256: String
  /// What it holds: `model`, `figure`, `table`, `data`, `text`, `file`, `folder`, ...
  public var kind: String
  /// 1 for the first of this path, 2 for the next, ...
  public var version: UInt64
  /// Where an older version is kept, below `.versions/`; empty for the newest.
  public var keptAs: String
  /// Whether this record takes the artifact away.
  public var removed: Bool
  /// What the caller knows of it: the serialiser, the Python type, the number of files.
  public var details: Value

  /// Makes an artifact.
  public init(
    path: String, size: UInt64, sha256: String, kind: String = "file", version: UInt64 = 1,
    keptAs: String = "", removed: Bool = false, details: Value = .map([])
  ) {
    self.path = path
    self.size = size
    self.sha256 = sha256
    self.kind = kind
    self.version = version
    self.keptAs = keptAs
    self.removed = removed
    self.details = details
  }
}

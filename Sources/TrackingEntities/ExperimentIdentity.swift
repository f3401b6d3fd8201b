/// Who an experiment is: fixed when it is created.
public struct ExperimentIdentity: Sendable, Equatable {
  /// 32 hexadecimal digits, unique.
  public var id: String
  /// The name exactly as given; `exp-NNN` if none was.
  public var name: String
  /// The number in the increment, 0 for a child.
  public var number: UInt64
  /// The place within the parent, 0 for a top-level experiment.
  public var child: UInt64
  /// 1 for the first experiment of this name, 2 for its first re-run, ...
  public var rerun: UInt64
  /// `experiment`, `sweep`, `combination`, `pipeline`, `stage`, `fold`, ... whatever the caller
  /// says.
  public var kind: String
  /// The parent's id; empty for a top-level experiment.
  public var parent: String
  /// When it was created, in seconds since 1970.
  public var created: Double

  /// Makes an identity.
  public init(
    id: String, name: String, number: UInt64 = 0, child: UInt64 = 0, rerun: UInt64 = 1,
    kind: String = "experiment", parent: String = "", created: Double
  ) {
    self.id = id
    self.name = name
    self.number = number
    self.child = child
    self.rerun = rerun
    self.kind = kind
    self.parent = parent
    self.created = created
  }
}

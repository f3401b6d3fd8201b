/// Which experiments are to be archived: those that fulfil every condition that is given.
public struct ArchiveConditions: Sendable {
  /// Those that nothing happened in since.
  public var olderThan: AgeLimit?
  /// Those that fulfil it.
  public var filter: ExperimentFilter?
  /// These, by name, number, folder or path.
  public var names: [String]?
  /// Whether those that are tagged `production`, selected, unreadable, or perhaps written by
  /// another host, are moved too. One that is running never is.
  public var force = false

  /// Makes conditions that nothing fulfils until one is given.
  public init() {}

  /// Whether none is given.
  package var isEmpty: Bool { olderThan == nil && filter == nil && names == nil }
}

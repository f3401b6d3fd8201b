/// Everything that is written into an event file beside the points of metrics.
public enum Record: Sendable, Equatable {
  /// The first record of a file: which experiment, which writer.
  indirect case header(SessionHeader)
  /// A parameter; a later one of the same key replaces the value shown and keeps the earlier one.
  case param(key: Key, value: Value)
  /// A tag added or removed.
  case tag(name: String, removed: Bool)
  /// A note.
  case note(String)
  /// A change of status during a session or after it.
  indirect case status(ExperimentStatus, Failure?)
  /// A stored artifact, or its removal.
  indirect case artifact(Artifact)
  /// The decision for this experiment.
  case selection(Selection)
  /// Something known about the experiment: a section such as `git`, `environment`, `data`.
  /// A later fact of the same section replaces the earlier one key by key.
  case fact(section: Key, value: Value)
  /// The end of a session.
  indirect case end(SessionEnd)
}

/// A record with its place in time and in the order of all writers.
public struct StampedRecord: Sendable, Equatable {
  /// What happened.
  public var record: Record
  /// Seconds since 1970, for people; never used to order.
  public var time: Double
  /// Lamport counter: orders the records of all writers of one experiment, ties by writer.
  public var lamport: UInt64

  /// Stamps a record.
  public init(_ record: Record, time: Double, lamport: UInt64) {
    self.record = record
    self.time = time
    self.lamport = lamport
  }
}

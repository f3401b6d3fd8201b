/// What a writer of an experiment may do.
public enum WriterRole: UInt64, Sendable {
  /// Opened the experiment; writes in its folder and decides its status.
  case owner = 0
  /// Logs points and records of its own beside the owner: a rank, a fork, a worker.
  case attached = 1
  /// Adds notes, tags, artifacts from outside; no points.
  case editor = 2

  /// The role as files and programs are told it.
  package var name: String {
    switch self {
    case .owner: "owner"
    case .attached: "attached"
    case .editor: "editor"
    }
  }

  /// The role of that name.
  package init?(name: String) {
    switch name {
    case "owner": self = .owner
    case "attached": self = .attached
    case "editor": self = .editor
    default: return nil
    }
  }
}

/// The first record of an event file.
public struct SessionHeader: Sendable, Equatable {
  /// The version of the format that the file was written in.
  public var format: UInt64
  /// The oldest reader that understands it.
  public var minimumReader: UInt64
  /// The experiment.
  public var experiment: ExperimentIdentity
  /// 16 hexadecimal digits, unique among the writers of the experiment.
  public var writer: String
  /// What the writer may do.
  public var role: WriterRole
  /// 1 for the first session of the owner, 2 after a resume, ...
  public var session: UInt64
  /// The writer's label: `rank-1`, `fork-2`; empty for the owner.
  public var label: String
  /// The distributed rank, where there is one.
  public var rank: Int64?
  /// Whether the session only adds to a finished experiment and leaves status and end as they are.
  public var amends: Bool
  /// Where the writer runs.
  public var process: ProcessIdentity

  /// The format that this library writes.
  public static let currentFormat: UInt64 = 1

  /// Makes a header.
  public init(
    experiment: ExperimentIdentity, writer: String, role: WriterRole, session: UInt64,
    label: String = "", rank: Int64? = nil, amends: Bool = false, process: ProcessIdentity,
    format: UInt64 = currentFormat, minimumReader: UInt64 = 1
  ) {
    self.format = format
    self.minimumReader = minimumReader
    self.experiment = experiment
    self.writer = writer
    self.role = role
    self.session = session
    self.label = label
    self.rank = rank
    self.amends = amends
    self.process = process
  }
}

/// The last record of a session.
public struct SessionEnd: Sendable, Equatable {
  /// How it ended.
  public var status: ExperimentStatus
  /// The error, where there was one.
  public var failure: Failure?
  /// How long the session took, in seconds of a clock that never jumps.
  public var duration: Double
  /// How it was closed: `finish`, `at exit`.
  public var closed: String
  /// How many records were dropped because they could not be stored.
  public var dropped: UInt64

  /// Makes an end.
  public init(
    status: ExperimentStatus, failure: Failure? = nil, duration: Double,
    closed: String = "finish", dropped: UInt64 = 0
  ) {
    self.status = status
    self.failure = failure
    self.duration = duration
    self.closed = closed
    self.dropped = dropped
  }
}

/// All that is known of an experiment at one moment, without the histories of its metrics.
public struct ExperimentSnapshot: Sendable, Equatable {
  /// Who it is.
  public var identity: ExperimentIdentity
  /// The folder, relative to the increment's `experiments/`, as `grid-search/0003`.
  public var folder: String
  /// How it stands, liveness included.
  public var status: ExperimentStatus = .running
  /// The error that ended it.
  public var failure: Failure?
  /// When it ended, in seconds since 1970; nil while it runs.
  public var ended: Double?
  /// How long its sessions took together, in seconds; nil while it runs.
  public var duration: Double?
  /// How it was closed.
  public var closed = ""
  /// Parameters in the order they were first logged.
  public var params: [Param] = []
  /// Metrics in the order they were first logged.
  public var metrics: [MetricSummary] = []
  /// Tags in the order they were added.
  public var tags: [String] = []
  /// Notes in order.
  public var notes: [Note] = []
  /// Artifacts by path, the newest version of each first, older ones after it.
  public var artifacts: [Artifact] = []
  /// The decision for it, if there was one.
  public var selection: Selection?
  /// What is known about it by section: `about`, `git`, `command`, `environment`, `data`, ...
  public var facts: [Value.Entry] = []
  /// The writers, the owner's sessions first.
  public var writers: [Writer] = []
  /// Whether the history could be read.
  public var history: HistoryState = .complete
  /// What was found damaged, one sentence each with file and offset.
  public var problems: [String] = []
  /// How many records were dropped because they could not be stored.
  public var dropped: UInt64 = 0
  /// The last time that anything was written, in seconds since 1970.
  public var lastWrite: Double = 0

  /// A parameter with the values it had before.
  public struct Param: Sendable, Equatable {
    /// The name.
    public var key: Key
    /// The value logged last.
    public var value: Value
    /// Earlier, different values.
    public var previous: [Value]

    /// Makes a parameter.
    public init(key: Key, value: Value, previous: [Value] = []) {
      self.key = key
      self.value = value
      self.previous = previous
    }
  }

  /// A note with its time.
  public struct Note: Sendable, Equatable {
    /// Seconds since 1970.
    public var time: Double
    /// What was noted.
    public var text: String

    /// Makes a note.
    public init(time: Double, text: String) {
      self.time = time
      self.text = text
    }
  }

  /// One writer's file.
  public struct Writer: Sendable, Equatable {
    /// The file, relative to the experiment's folder.
    public var file: String
    /// The bytes of the file that the snapshot was made from.
    public var size: UInt64
    /// Its header.
    public var header: SessionHeader

    /// Makes a writer.
    public init(file: String, size: UInt64, header: SessionHeader) {
      self.file = file
      self.size = size
      self.header = header
    }
  }

  /// Whether the event files are there and whole.
  public enum HistoryState: String, Sendable {
    /// All there.
    case complete
    /// Parts could not be read; see the problems.
    case damaged
    /// There is no event file: what is shown comes from the views.
    case missing
  }

  /// Makes an empty snapshot.
  public init(identity: ExperimentIdentity, folder: String) {
    self.identity = identity
    self.folder = folder
  }
}

extension ExperimentSnapshot {
  /// The name with its number, as people call it: `exp-003-xgboost`, `xgboost-v1`.
  public var name: String { identity.name }

  /// `exp-003`, or `exp-003.12` for the twelfth child of that experiment's parent.
  public func label(parentNumber: UInt64 = 0) -> String {
    let digits = String(identity.child == 0 ? identity.number : parentNumber)
    let padded = String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    return identity.child == 0 ? "exp-\(padded)" : "exp-\(padded).\(identity.child)"
  }

  /// The summary of one metric.
  public func metric(_ key: Key) -> MetricSummary? { metrics.first { $0.key == key } }

  /// The value of one parameter.
  public func param(_ key: Key) -> Value? { params.first { $0.key == key }?.value }

  /// What is known in one section.
  public func fact(_ section: Key) -> Value? { facts.first { $0.key == section }?.value }
}

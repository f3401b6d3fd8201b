import TextCodecs

/// All that is known of an experiment at one moment, without the histories of its metrics.
///
/// A value like any other that costs one reference to hand on, so that many thousands can be sorted
/// and compared.
public struct ExperimentSnapshot: Sendable, Equatable {
  private var shared: Shared

  private final class Shared: Sendable {
    let content: SnapshotContent

    init(_ content: SnapshotContent) { self.content = content }
  }

  /// A snapshot of what was found.
  package init(_ content: SnapshotContent) { shared = Shared(content) }

  /// Makes an empty snapshot.
  public init(identity: ExperimentIdentity, folder: String) {
    self.init(SnapshotContent(identity: identity, folder: folder))
  }

  /// Equal in everything that is known.
  public static func == (left: Self, right: Self) -> Bool {
    left.shared.content == right.shared.content
  }

  private mutating func set<Part>(
    _ part: WritableKeyPath<SnapshotContent, Part>, _ value: Part
  ) {
    var content = shared.content
    content[keyPath: part] = value
    shared = Shared(content)
  }
}

extension ExperimentSnapshot {
  /// Who it is.
  public var identity: ExperimentIdentity {
    get { shared.content.identity }
    set { set(\.identity, newValue) }
  }

  /// The folder, relative to the increment's `experiments/`, as `grid-search/0003`.
  public var folder: String {
    get { shared.content.folder }
    set { set(\.folder, newValue) }
  }

  /// The increment's name, where experiments of several increments are looked at together; else
  /// empty.
  public var increment: String {
    get { shared.content.increment }
    set { set(\.increment, newValue) }
  }

  /// How it stands, liveness included.
  public var status: ExperimentStatus {
    get { shared.content.status }
    set { set(\.status, newValue) }
  }

  /// The error that ended it.
  public var failure: Failure? {
    get { shared.content.failure }
    set { set(\.failure, newValue) }
  }

  /// When it ended, in seconds since 1970; nil while it runs.
  public var ended: Double? {
    get { shared.content.ended }
    set { set(\.ended, newValue) }
  }

  /// How long its sessions took together, in seconds; nil while it runs. One that was killed counts
  /// up to its last write.
  public var duration: Double? {
    get { shared.content.duration }
    set { set(\.duration, newValue) }
  }

  /// While it is recorded as running: how long its sessions took up to the last write, in seconds.
  package var elapsed: Double? {
    get { shared.content.elapsed }
    set { set(\.elapsed, newValue) }
  }

  /// How it was closed.
  public var closed: String {
    get { shared.content.closed }
    set { set(\.closed, newValue) }
  }

  /// Parameters in the order they were first logged.
  public var params: [Param] {
    get { shared.content.params }
    set { set(\.params, newValue) }
  }

  /// Metrics in the order they were first logged.
  public var metrics: [MetricSummary] {
    get { shared.content.metrics }
    set { set(\.metrics, newValue) }
  }

  /// Tags in the order they were added.
  public var tags: [String] {
    get { shared.content.tags }
    set { set(\.tags, newValue) }
  }

  /// Notes in order.
  public var notes: [Note] {
    get { shared.content.notes }
    set { set(\.notes, newValue) }
  }

  /// Artifacts by path, the newest version of each first, older ones after it.
  public var artifacts: [Artifact] {
    get { shared.content.artifacts }
    set { set(\.artifacts, newValue) }
  }

  /// The decision for it, if there was one.
  public var selection: Selection? {
    get { shared.content.selection }
    set { set(\.selection, newValue) }
  }

  /// What is known about it by section: `about`, `git`, `command`, `environment`, `data`, ...
  public var facts: [Value.Entry] {
    get { shared.content.facts }
    set { set(\.facts, newValue) }
  }

  /// The writers, the owner's sessions first.
  public var writers: [Writer] {
    get { shared.content.writers }
    set { set(\.writers, newValue) }
  }

  /// Whether the history could be read.
  public var history: HistoryState {
    get { shared.content.history }
    set { set(\.history, newValue) }
  }

  /// What was found damaged, one sentence each with file and offset.
  public var problems: [String] {
    get { shared.content.problems }
    set { set(\.problems, newValue) }
  }

  /// How many records were dropped because they could not be stored.
  public var dropped: UInt64 {
    get { shared.content.dropped }
    set { set(\.dropped, newValue) }
  }

  /// The last time that anything was written, in seconds since 1970.
  public var lastWrite: Double {
    get { shared.content.lastWrite }
    set { set(\.lastWrite, newValue) }
  }
}

extension ExperimentSnapshot {
  /// The name with its number, as people call it: `exp-003-xgboost`, `xgboost-v1`.
  public var name: String { shared.content.identity.name }

  /// `exp-003`, or `exp-003.12` for the twelfth child of that experiment's parent.
  public func label(parentNumber: UInt64 = 0) -> String {
    let padded = (identity.child == 0 ? identity.number : parentNumber).zeroPadded(3)
    return identity.child == 0 ? "exp-\(padded)" : "exp-\(padded).\(identity.child)"
  }

  /// The summary of one metric.
  public func metric(_ key: Key) -> MetricSummary? {
    shared.content.metrics.first { $0.key == key }
  }

  /// The value of one parameter.
  public func param(_ key: Key) -> Value? {
    shared.content.params.first { $0.key == key }?.value
  }

  /// What is known in one section.
  public func fact(_ section: Key) -> Value? {
    shared.content.facts.first { $0.key == section }?.value
  }
}

extension ExperimentSnapshot {
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
}

/// What a snapshot holds, while it is put together; `ExperimentSnapshot` says what each part is.
package struct SnapshotContent: Sendable, Equatable {
  package var identity: ExperimentIdentity
  package var folder: String
  package var increment = ""
  package var status: ExperimentStatus = .running
  package var failure: Failure?
  package var ended: Double?
  package var duration: Double?
  package var elapsed: Double?
  package var closed = ""
  package var params: [ExperimentSnapshot.Param] = []
  package var metrics: [MetricSummary] = []
  package var tags: [String] = []
  package var notes: [ExperimentSnapshot.Note] = []
  package var artifacts: [Artifact] = []
  package var selection: Selection?
  package var facts: [Value.Entry] = []
  package var writers: [ExperimentSnapshot.Writer] = []
  package var history: ExperimentSnapshot.HistoryState = .complete
  package var problems: [String] = []
  package var dropped: UInt64 = 0
  package var lastWrite = 0.0

  package init(identity: ExperimentIdentity, folder: String) {
    self.identity = identity
    self.folder = folder
  }
}

extension ExperimentSnapshot {
  /// The warning about an experiment that cannot be read completely; nil where it can.
  package var damageNotice: String? {
    guard let first = problems.first else { return nil }
    let more = problems.count > 1 ? "; and \(problems.count - 1) more" : ""
    return "'\(folder)' is damaged: \(first)\(more)"
  }

  /// The warnings about all that cannot be read completely.
  package static func damageNotices(_ snapshots: some Sequence<ExperimentSnapshot>) -> [String] {
    let all = snapshots.compactMap(\.damageNotice)
    guard all.count > mostNotices else { return all }
    let more = all.count - mostNotices
    return all.prefix(mostNotices) + [
      CountText.of(more, "more experiment") + (more == 1 ? " is" : " are") + " damaged"
    ]
  }

  private static var mostNotices: Int { 10 }
}

extension ExperimentSnapshot {
  /// The section of facts that says which experiment this one was made to reproduce, and later what
  /// came of it.
  package static let reproduction: Key = "reproduction"

  /// Whether it was made to reproduce another.
  package var isReproduction: Bool {
    fact(Self.reproduction)?["of"]?.text.map { !$0.isEmpty } ?? false
  }
}

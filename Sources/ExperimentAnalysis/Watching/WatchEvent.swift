public import TrackingEntities

/// Something that happened to an experiment while it was watched: an alert, or a change of how it
/// stands.
public struct WatchEvent: Sendable, Equatable {
  /// What happened.
  public enum Kind: String, Sendable, CaseIterable {
    /// An alert: the last value of a metric is NaN or infinite.
    case notFinite = "not-finite"
    /// An alert: a running experiment has logged no point for a while.
    case stalled
    /// An alert: its process ended without recording an end.
    case crashed
    /// An alert: it ended with an error.
    case failed
    /// It started.
    case started
    /// It runs again after its end.
    case resumed
    /// It ended as its author wanted.
    case completed
    /// Its author stopped it.
    case interrupted
    /// What an alert was about is over: the metric is a number again, points are logged again.
    case recovered
    /// Its folder is not there any more.
    case gone

    /// Whether it is one that somebody should look at.
    public var isAlert: Bool {
      switch self {
      case .notFinite, .stalled, .crashed, .failed: true
      default: false
      }
    }
  }

  /// What happened.
  public let kind: Kind
  /// The experiment's name.
  public let experiment: String
  /// Its folder, relative to the increment's `experiments/`.
  public let folder: String
  /// The increment's name.
  public let increment: String
  /// The metric that it is about; nil if it is about the whole experiment.
  public let metric: Key?
  /// The last value of the metric.
  public let value: MetricValue?
  /// The step of that value.
  public let step: Int64?
  /// Since when it is so, in seconds since 1970: the time of the value that is no number, of the
  /// last point of one that stalls, of the last write of one that crashed, of the end.
  public let since: Double
  /// When it was noticed, in seconds since 1970.
  public let time: Double
  /// One sentence.
  public let message: String

  init(
    _ kind: Kind, of snapshot: ExperimentSnapshot, in increment: String, metric: Key? = nil,
    value: MetricValue? = nil, step: Int64? = nil, since: Double, now: Double, _ message: String
  ) {
    self.kind = kind
    experiment = snapshot.name
    folder = snapshot.folder
    self.increment = increment
    self.metric = metric
    (self.value, self.step) = (value, step)
    (self.since, time) = (since, now)
    self.message = message
  }
}

extension WatchEvent {
  /// The name of a metric as it was logged, so that it can be asked for.
  static func shown(_ key: Key, limit: Int = 80) -> String {
    key.bytes.isEmpty ? "\"\"" : VisibleText.line(key.text, limit: limit)
  }

  /// As JSON values; docs/schemas/watch-event.schema.json describes them.
  package var members: [Value.Entry] {
    var members: [Value.Entry] = [
      .init("kind", .text(kind.rawValue)),
      .init("alert", .boolean(kind.isAlert)),
      .init("experiment", .text(experiment)),
      .init("folder", .text(folder)),
      .init("increment", .text(increment)),
    ]
    members.append(.init("metric", metric.map { .text($0.text) } ?? .null))
    members.append(.init("value", value?.value ?? .null))
    members.append(.init("step", step.map { .integer($0) } ?? .null))
    members.append(.init("since", .number(since)))
    members.append(.init("time", .number(time)))
    members.append(.init("message", .text(message)))
    return members
  }

  /// The columns of `row`.
  package static let columns: [DataTable.Column] = [
    .init("time", isTime: true), .init("kind"), .init("experiment"), .init("metric"),
    .init("message"),
  ]

  /// As a row of a table.
  package var row: [Value] {
    [
      .number(time), .text(kind.rawValue), .text(experiment),
      metric.map { .text($0.text) } ?? .null, .text(message),
    ]
  }

  /// What programs are told of it by variables of their environment.
  package var variables: [String: String] {
    [
      "SPECWEAVE_ALERT": kind.rawValue,
      "SPECWEAVE_EXPERIMENT": experiment,
      "SPECWEAVE_FOLDER": folder,
      "SPECWEAVE_INCREMENT": increment,
      "SPECWEAVE_METRIC": metric?.text ?? "",
      "SPECWEAVE_VALUE": value.map { NumberText.shortest($0.double) } ?? "",
      "SPECWEAVE_STEP": step.map { String($0) } ?? "",
      "SPECWEAVE_TIME": Timestamp.text(time),
      "SPECWEAVE_MESSAGE": message,
    ]
  }
}

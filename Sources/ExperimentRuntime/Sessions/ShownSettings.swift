import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

/// What TensorBoard's HParams tab was told of an experiment by this session.
///
/// TensorBoard heeds the settings that it reads first. So they are written once they stand: at the
/// end, or while an experiment runs, when no parameter has come for a while. What changes after
/// that goes to a file of its own, which TensorBoard reads before all others.
struct ShownSettings {
  /// How long no parameter may have come.
  private static let rest = 10.0

  /// Whether what TensorBoard reads first is not right any more.
  var isStale = false
  /// What the event file says of the settings.
  private(set) var written: EventValue?
  private var latest = Clock.coarse()

  /// Notes what changes them.
  mutating func note(_ record: Record) {
    switch record {
    case .param: (isStale, latest) = (true, Clock.coarse())
    case .status, .end: isStale = true
    default: break
    }
  }

  /// Whether to write them although the experiment goes on.
  func areDue(at now: Double) -> Bool { written == nil && now - latest >= Self.rest }

  /// Notes what was written to the event file.
  ///
  /// - Parameter isFirst: Whether TensorBoard reads nothing else of this run before it.
  mutating func wrote(_ start: EventValue, isFirst: Bool) {
    isStale = !isFirst || written.map { !$0.isSame(as: start) } ?? false
    if written == nil { written = start }
  }

  static func start(_ snapshot: ExperimentSnapshot) -> EventValue {
    SessionInfo.start(TensorBoardSettings.of(snapshot), started: snapshot.identity.created)
  }

  static func end(_ snapshot: ExperimentSnapshot) -> EventValue {
    SessionInfo.end(SessionInfo.Outcome(snapshot.status), ended: snapshot.ended)
  }

  /// The content of the file that TensorBoard reads before all others.
  static func file(of snapshot: ExperimentSnapshot) -> [UInt8] {
    SessionInfo.file(start(snapshot), end(snapshot), time: snapshot.identity.created)
  }
}

extension WriterSession {
  /// Shows the settings of an experiment that goes on, if they stand.
  mutating func showSettingsOfRunning(_ entries: [DirectoryEntry]) {
    guard isUnderWay, log.items > 0, settings.areDue(at: Clock.coarse()), let writer,
      let snapshot = try? recorded(entries), !snapshot.metrics.isEmpty
    else { return }
    let start = ShownSettings.start(snapshot)
    show(start, writer)
    settings.wrote(start, isFirst: number == 1)
  }

  /// Shows the settings, if the event file does not have them yet, and how the experiment ended.
  mutating func showEnd() {
    guard let writer, let entries = try? (try? directory)?.entries(),
      let snapshot = try? recorded(entries)
    else { return }
    let start = ShownSettings.start(snapshot)
    if settings.written == nil { show(start, writer) }
    settings.wrote(start, isFirst: number == 1)
    show(ShownSettings.end(snapshot), writer)
  }

  private mutating func show(_ value: EventValue, _ writer: EventWriter) {
    let time = Clock.now()
    if writer.append(value, step: 0, time: time).isKept { log.add(value, at: time) }
  }
}

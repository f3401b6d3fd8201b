import EventLog
import ExperimentStore
import FileSystem
public import TrackingEntities

/// A value that is not a number, as it was logged.
public struct LoggedValue: Sendable {
  private let found: FoundValue

  fileprivate init(_ found: FoundValue) { self.found = found }

  /// The key.
  public var key: String { found.key.text }
  /// `histogram`, `text`, `image`, `audio`, or the name of another plugin of TensorBoard.
  public var kind: String { found.kind.name }
  /// The step.
  public var step: Int64 { found.step }
  /// Seconds since 1970.
  public var time: Double { found.time }
  /// The number of its writer, an index into the snapshot's writers.
  public var writer: UInt32 { found.writer }
  /// The serialised `Summary.Value` of TensorBoard.
  public var summary: [UInt8] { found.summary }
  /// The histogram; nil if it is none.
  public var histogram: Histogram? { found.histogram }
  /// The text; nil if it is none.
  public var text: String? { found.text }
  /// The encoded image; nil if it is none.
  public var image: [UInt8]? { found.image }

  package var keyBytes: [UInt8] { found.key.bytes }
}

/// Reads the values that are not numbers one after the other, from the first to where each event
/// file ended when its turn came. It needs memory for one of them.
public final class LoggedValueReader: Sendable {
  private let directory: Directory
  private let key: Key?
  private let kind: String?
  private let lock = ForkSafeLock()
  nonisolated(unsafe) private var files: ArraySlice<(writer: UInt32, file: String)>
  nonisolated(unsafe) private var current: OpenFile?
  /// The first value, which was looked for to know whether there is any.
  nonisolated(unsafe) private var first: FoundValue?
  nonisolated(unsafe) private var damages: [TFRecordDamage]

  /// The file whose turn it is.
  private final class OpenFile {
    var reader: EventValueReader

    init(_ reader: consuming EventValueReader) { self.reader = reader }
  }

  init(of experiment: Experiment, _ key: Key?, kind: String?) throws(TrackingError) {
    directory = try experiment.directory
    self.key = key
    self.kind = kind
    let history = try ExperimentReader(directory, folder: experiment.folder).historyFiles()
    files = history.files[...]
    damages = history.damages
    first = try read()
    if first == nil, let key { try Self.refuse(experiment, key, kind) }
  }

  /// The next value; nil at the end.
  public func next() throws(TrackingError) -> LoggedValue? {
    try lock.withLock { (_) throws(TrackingError) in
      if let first {
        self.first = nil
        return LoggedValue(first)
      }
      return try read().map(LoggedValue.init)
    }
  }

  /// What could not be read so far, one sentence each with file and offset.
  public var problems: [String] { lock.withLock { _ in damages.map(\.description) } }

  private func read() throws(TrackingError) -> FoundValue? {
    while true {
      guard let current else {
        guard let next = files.popFirst() else { return nil }
        current = OpenFile(
          try EventValueReader(directory: directory, file: next.file, writer: next.writer))
        continue
      }
      while let found = try current.reader.next(of: key) {
        if kind == nil || found.kind.name == kind { return found }
      }
      damages += current.reader.takeDamages()
      self.current = nil
    }
  }

  private static func refuse(
    _ experiment: Experiment, _ key: Key, _ kind: String?
  ) throws(TrackingError) {
    var present: [String] = []
    let all = try LoggedValueReader(of: experiment, nil, kind: kind)
    while let value = try all.next() {
      if !present.contains(where: { $0.utf8.elementsEqual(value.key.utf8) }) {
        present.append(value.key)
      }
    }
    throw TrackingError(
      .notFound,
      "'\(experiment.name)' has no \(kind ?? "value") '\(key.text)'; it has:",
      candidates: LookupSuggestions.ordered(present, closestTo: key.text, limit: 20))
  }
}

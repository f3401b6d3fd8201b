import EventLog
import ExperimentStore
import FileSystem
package import TrackingEntities

/// Reads the history of one metric in pieces of any size, from its beginning to where each event
/// file ended when its turn came. It needs memory for one piece.
public final class MetricHistoryReader: Sendable {
  private let directory: Directory
  let key: Key
  private let lock = ForkSafeLock()
  nonisolated(unsafe) private var files: ArraySlice<(writer: UInt32, file: String)>
  nonisolated(unsafe) private var current: OpenFile?
  /// The beginning of the first piece.
  nonisolated(unsafe) private var begun: PointTable?

  /// The file whose turn it is; it keeps its place between the pieces.
  private final class OpenFile {
    var reader: HistoryReader

    init(_ reader: consuming HistoryReader) { self.reader = reader }
  }

  /// Opens the history of a metric and reads up to its first point. Only where there is none, all
  /// that is known of the experiment is read, to say what is there instead.
  init(of experiment: Experiment, _ key: Key) throws(TrackingError) {
    directory = try experiment.directory
    self.key = key
    let history = try ExperimentReader(directory, folder: experiment.folder).historyFiles()
    files = history.files[...]
    let table = PointTable()
    table.damages = history.damages
    begun = table
    try fill(table, 1)
    if table.count == 0 { try Self.refuse(experiment, key) }
  }

  /// The next points in the memory that they were read into; nil at the end.
  package func columns(_ most: Int) throws(TrackingError) -> HistoryColumns? {
    try lock.withLock { (_) throws(TrackingError) in
      let table = begun ?? PointTable()
      begun = nil
      try fill(table, max(1, most))
      return table.count == 0 && table.damages.isEmpty ? nil : HistoryColumns(table)
    }
  }

  private func fill(_ table: PointTable, _ most: Int) throws(TrackingError) {
    while table.count < most {
      guard let current else {
        guard let next = files.popFirst() else { return }
        current = OpenFile(
          try HistoryReader(directory: directory, file: next.file, key: key, writer: next.writer))
        continue
      }
      try current.reader.read(into: table, most: most)
      if table.count < most { self.current = nil }
    }
  }

  private static func refuse(_ experiment: Experiment, _ key: Key) throws(TrackingError) {
    let snapshot = try experiment.snapshot()
    guard snapshot.metric(key) != nil else {
      throw TrackingError(
        .notFound, "'\(experiment.name)' has no metric '\(key.text)'; it has:",
        candidates: LookupSuggestions.ordered(
          snapshot.metrics.map(\.key.text), closestTo: key.text, limit: 20))
    }
    if snapshot.history == .missing {
      throw TrackingError(
        .notFound,
        "the history of '\(key.text)' is missing: the event files of '\(experiment.name)' are not "
          + "there")
    }
  }
}

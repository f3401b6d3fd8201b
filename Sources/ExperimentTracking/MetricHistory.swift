public import TrackingEntities
import TrackingStore

/// All points of one metric, of all writers, in the order they were written.
public struct MetricHistory: Sendable {
  /// The steps.
  public internal(set) var steps: [Int64] = []
  /// The values as doubles: exact for doubles, rounded for integers beyond 2^53.
  public internal(set) var values: [Double] = []
  /// The values as integers, if all of them are integers.
  public internal(set) var integers: [Int64]?
  /// Seconds since 1970.
  public internal(set) var times: [Double] = []
  /// For each point the number of its writer, an index into the snapshot's writers.
  public internal(set) var writers: [UInt32] = []
  /// What could not be read, one sentence each with file and offset; points are missing there.
  public internal(set) var problems: [String] = []
}

extension Experiment {
  /// The history of one metric.
  ///
  /// - Throws: `notFound` with the metrics there are.
  public func history(_ key: String) throws(TrackingError) -> MetricHistory {
    try history(Key(key))
  }

  package func history(_ key: Key) throws(TrackingError) -> MetricHistory {
    // What waits in memory is stored first where the disk lets it, so that the files say all.
    try? withSession { (session) throws(TrackingError) in
      if let writer = session.writer, writer.deferred > 0 { try writer.sync() }
    }
    let snapshot = try snapshot()
    guard snapshot.metric(key) != nil else {
      throw TrackingError(
        .notFound, "'\(name)' has no metric '\(key.text)'; it has:",
        candidates: snapshot.metrics.map(\.key.text))
    }
    if snapshot.history == .missing {
      throw TrackingError(
        .notFound,
        "the history of '\(key.text)' is missing: the event files of '\(name)' are not there")
    }
    var columns = MetricColumns()
    var writers: [UInt32] = []
    for (number, writer) in snapshot.writers.enumerated() where writer.header.role != .editor {
      let part = try HistoryReader.read(directory: directory, file: writer.file, key: key)
      writers += Array(repeating: UInt32(clamping: number), count: part.count)
      if columns.count == 0 { columns = part } else { columns.append(part) }
    }
    var integers: [Int64]?
    if !columns.typed.isEmpty && columns.typed.count == columns.count {
      integers = columns.typed.compactMap {
        if case .integer(let integer) = $0.value { integer } else { nil }
      }
      if integers?.count != columns.count { integers = nil }
    }
    return MetricHistory(
      steps: columns.steps, values: columns.values, integers: integers, times: columns.times,
      writers: writers, problems: columns.damages.map(\.description))
  }
}

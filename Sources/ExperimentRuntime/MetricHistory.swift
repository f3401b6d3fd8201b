import EventLog
import ExperimentStore
public import TrackingEntities

/// All points of one metric, of all writers, in the order they were written: a collection of
/// points, and each part of them as an array.
///
/// ```swift
/// let history = try experiment.history("loss")
/// if let best = history.min(by: { $0.value.double < $1.value.double }) { print(best.step) }
/// print(history.values.suffix(3))
/// ```
public struct MetricHistory: Sendable {
  /// The metric.
  public let key: Key
  /// The steps.
  public let steps: [Int64]
  /// The values as doubles: exact for doubles, rounded for integers beyond 2^53.
  public let values: [Double]
  /// The values as integers, if all of them are integers.
  public let integers: [Int64]?
  /// Seconds since 1970.
  public let times: [Double]
  /// For each point the number of its writer, an index into the snapshot's writers.
  public let writers: [UInt32]
  /// What could not be read, one sentence each with file and offset; points are missing there.
  public let problems: [String]

  package init(_ key: Key, _ columns: HistoryColumns) {
    self.key = key
    let (table, count) = (columns.table, columns.count)
    steps = table.steps.array(count)
    values = table.values.array(count)
    integers = table.integers?.array(count)
    times = table.times.array(count)
    writers = table.writers.array(count)
    problems = columns.problems
  }
}

extension MetricHistory: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// How many points there are.
  public var endIndex: Int { steps.count }

  /// One point; its value is an integer if those of all are.
  public subscript(place: Int) -> Point {
    Point(
      key: key, value: integers.map { .integer($0[place]) } ?? .double(values[place]),
      step: steps[place], time: times[place])
  }
}

/// As `MetricHistory`, in the memory that the points were read into, for those who only look.
package final class HistoryColumns: Sendable {
  fileprivate let table: PointTable
  package let count: Int

  init(_ table: PointTable) {
    self.table = table
    count = table.count
  }

  /// The points at these places alone.
  package func chosen(_ places: [Int]) throws(TrackingError) -> HistoryColumns {
    HistoryColumns(try table.chosen(places))
  }

  package var steps: UnsafePointer<Int64> { table.steps.address }
  package var values: UnsafePointer<Double> { table.values.address }
  package var integers: UnsafePointer<Int64>? { table.integers?.address }
  package var times: UnsafePointer<Double> { table.times.address }
  package var writers: UnsafePointer<UInt32> { table.writers.address }
  package var problems: [String] { table.damages.map(\.description) }
}

extension Experiment {
  /// The history of one metric.
  ///
  /// - Throws: `notFound` with the metrics there are.
  public func history(_ key: String) throws(TrackingError) -> MetricHistory {
    try history(Key(key))
  }

  /// The history of one metric in pieces, for one that is larger than the memory.
  ///
  /// ```swift
  /// let reader = try experiment.historyReader("loss")
  /// while let piece = try reader.next(1_000_000) { total += piece.values.reduce(0, +) }
  /// ```
  ///
  /// - Throws: `notFound` with the metrics there are.
  public func historyReader(_ key: String) throws(TrackingError) -> MetricHistoryReader {
    try historyReader(Key(key))
  }

  package func history(_ key: Key) throws(TrackingError) -> MetricHistory {
    MetricHistory(key, try historyColumns(key))
  }

  package func historyColumns(_ key: Key) throws(TrackingError) -> HistoryColumns {
    let reader = try historyReader(key)
    return try reader.columns(.max) ?? HistoryColumns(PointTable())
  }

  package func historyReader(_ key: Key) throws(TrackingError) -> MetricHistoryReader {
    storeWhatWaits()
    return try MetricHistoryReader(of: self, key)
  }

  /// Stores what waits in memory where the disk lets it, so that the files say all.
  func storeWhatWaits() {
    try? withSession { (session) throws(TrackingError) in
      if let writer = session.writer, writer.deferred > 0 { try writer.sync() }
    }
  }
}

extension MetricHistoryReader {
  /// The next points; nil at the end.
  ///
  /// - Parameter most: How many at most; more only where another program put several into one
  ///   event.
  public func next(_ most: Int) throws(TrackingError) -> MetricHistory? {
    try columns(most).map { MetricHistory(key, $0) }
  }
}

import ExperimentAnalysis
import ExperimentRuntime
import TrackingEntities

/// Every point of every metric as a row: the experiment's folder, the metric, step, value and time.
enum ExportedPoints {
  /// So many points are read at a time.
  private static let piece = 1 << 14

  /// - Parameter increments: Whether a column says which increment each is of.
  static func columns(telling increments: Bool) -> DataTable {
    DataTable(
      (increments ? [.init("increment")] : []) + [
        .init("experiment"), .init("metric"), .init("step"), .init("value"),
        .init("time", isTime: true),
      ])
  }

  static func types(_ table: DataTable) -> [ColumnType] {
    table.columns.map { column in
      switch column.name {
      case "step": .integer
      case "value": .number
      case "time": .time
      default: .text
      }
    }
  }

  /// Calls with each row until no more are wanted.
  ///
  /// - Returns: What could not be read.
  static func each(
    of listing: IncrementListing, telling increments: Bool,
    _ add: ([Value]) throws(TrackingError) -> Bool
  ) throws(TrackingError) -> [String] {
    var problems: [String] = []
    for entry in listing.entries {
      let names: [Value] =
        (increments ? [.text(entry.increment)] : []) + [.text(entry.snapshot.folder)]
      let isWanted = try visit(entry, problems: &problems) {
        (key, value, step, time) throws(TrackingError) in
        try add(names + [.text(key.text), .integer(step), value.value, .number(time)])
      }
      if !isWanted { break }
    }
    return problems
  }

  /// Calls with each point of an experiment, one metric after the other, until no more are wanted.
  ///
  /// - Returns: Whether more are wanted.
  @discardableResult
  static func visit(
    _ entry: ListingEntry, problems: inout [String],
    _ body: (Key, MetricValue, Int64, Double) throws(TrackingError) -> Bool
  ) throws(TrackingError) -> Bool {
    if entry.snapshot.metrics.isEmpty { return true }
    let experiment = try entry.load()
    for metric in entry.snapshot.metrics {
      let reader: MetricHistoryReader
      do throws(TrackingError) {
        reader = try experiment.historyReader(metric.key)
      } catch  where error.code == .notFound {
        problems.append(error.message)
        continue
      }
      while let part = try reader.next(piece) {
        problems += part.problems
        for place in part.steps.indices {
          let value =
            part.integers.map { MetricValue.integer($0[place]) } ?? .double(part.values[place])
          if try !body(metric.key, value, part.steps[place], part.times[place]) { return false }
        }
      }
    }
    return true
  }
}

extension ListingEntry {
  /// The experiment itself.
  func load() throws(TrackingError) -> Experiment { try Increment.load(path) }
}

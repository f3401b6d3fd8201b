package import TrackingEntities

/// Experiments as columns, a list of values each: for 10,000 rows that is a tenth of what a map for
/// each row would be.
package enum DashboardColumns {
  /// The columns of the rows, in their order.
  ///
  /// - Parameter leavesEmptyOut: Whether columns are left out in which no row has a value.
  package static func value(
    _ rows: [DashboardRow], primary: PrimaryMetric?, leavesEmptyOut: Bool
  ) -> Value {
    var columns = fixed.map { _ in [Value]() }
    for column in columns.indices { columns[column].reserveCapacity(rows.count) }
    // Row by row, since to take a row out of the list costs more than all its values.
    for row in rows {
      for column in columns.indices { columns[column].append(fixed[column].value(row)) }
    }
    let listed = zip(fixed, columns).compactMap { column, values -> Value? in
      if leavesEmptyOut, values.allSatisfy({ $0 == .null }) { return nil }
      return .map([.init("key", .text(column.name.text)), .init("values", .list(values))])
    }
    return .list(listed + params(rows) + metrics(rows, primary))
  }

  private static let fixed: [(name: Key, value: @Sendable (DashboardRow) -> Value)] = [
    ("name", { .text($0.snapshot.name) }),
    ("number", { .integer(exactly: $0.snapshot.identity.number) }),
    ("label", { .text($0.entry.label.isEmpty ? nil : $0.entry.label) }),
    ("increment", { .text($0.entry.increment) }),
    ("folder", { .text($0.snapshot.folder) }),
    ("kind", { .text($0.snapshot.identity.kind) }),
    ("parent", { .text($0.parent) }),
    ("status", { .text($0.snapshot.status.rawValue) }),
    ("created", { .number($0.snapshot.identity.created) }),
    ("ended", { .number($0.snapshot.ended) }),
    ("duration", { .number($0.snapshot.duration) }),
    ("last_write", { .number($0.snapshot.lastWrite) }),
    ("rerun", { .integer(exactly: $0.snapshot.identity.rerun) }),
    ("tags", { .list($0.snapshot.tags.map { .text($0) }) }),
    ("notes", { .integer(Int64($0.snapshot.notes.count)) }),
    ("selected", { .boolean($0.snapshot.selection?.selected ?? false) }),
    ("best", { .boolean($0.isBest) }),
    ("group", { .text($0.group) }),
    ("failure", { .text($0.snapshot.failure.map(FailureText.line)) }),
    ("problems", { .integer(Int64($0.snapshot.problems.count)) }),
    ("hosts", { .list(hosts($0.snapshot)) }),
    ("writers", { .integer(Int64($0.snapshot.writers.count)) }),
  ]

  private static func hosts(_ snapshot: ExperimentSnapshot) -> [Value] {
    var seen: Set<String> = []
    return snapshot.writers.map(\.header.process.host)
      .filter { !$0.isEmpty && seen.insert($0).inserted }.map { .text($0) }
  }

  /// Where the values of each row go: most rows have the same keys in the same order, so that the
  /// next is most often the one behind the last.
  private struct Places {
    private(set) var keys: [Key] = []
    private var places: [Key: Int] = [:]
    private var last = -1

    mutating func beginRow() { last = -1 }

    /// - Returns: The place of a key, and whether it is new.
    mutating func place(of key: Key) -> (place: Int, isNew: Bool) {
      let guess = last + 1
      if guess < keys.count, keys[guess] == key {
        last = guess
        return (guess, false)
      }
      if let known = places[key] {
        last = known
        return (known, false)
      }
      places[key] = keys.count
      last = keys.count
      keys.append(key)
      return (last, true)
    }
  }

  private static func params(_ rows: [DashboardRow]) -> [Value] {
    var places = Places()
    var columns: [[Value]] = []
    for (row, experiment) in rows.enumerated() {
      places.beginRow()
      for param in FlattenedParams.ofParams(experiment.snapshot) {
        let (place, isNew) = places.place(of: param.key)
        if isNew { columns.append(Array(repeating: .null, count: rows.count)) }
        columns[place][row] = param.value
      }
    }
    return zip(places.keys, columns).map { key, values in
      .map([.init("key", .text("params." + key.text)), .init("values", .list(values))])
    }
  }

  private struct MetricColumn {
    var last: [Value]
    var minimum: [Value]
    var maximum: [Value]
    var count: [Value]
    var step: [Value]

    init(_ rows: Int) {
      let empty = Array(repeating: Value.null, count: rows)
      (last, minimum, maximum, count, step) = (empty, empty, empty, empty, empty)
    }
  }

  private static func metrics(_ rows: [DashboardRow], _ primary: PrimaryMetric?) -> [Value] {
    var places = Places()
    var columns: [MetricColumn] = []
    for (row, experiment) in rows.enumerated() {
      places.beginRow()
      for metric in experiment.snapshot.metrics {
        let (place, isNew) = places.place(of: metric.key)
        if isNew { columns.append(MetricColumn(rows.count)) }
        columns[place].last[row] = metric.last.value
        columns[place].minimum[row] = metric.minimum.isNaN ? .null : .number(metric.minimum)
        columns[place].maximum[row] = metric.maximum.isNaN ? .null : .number(metric.maximum)
        columns[place].count[row] = .integer(Int64(metric.count))
        columns[place].step[row] = .integer(metric.lastStep)
      }
    }
    return zip(places.keys, columns).map { key, column in
      let direction =
        primary.flatMap { $0.key == key ? $0.direction : nil } ?? MetricDirection(knownFor: key)
      return [
        "key": .text("metrics." + key.text),
        "last": .list(column.last), "min": .list(column.minimum), "max": .list(column.maximum),
        "count": .list(column.count), "step": .list(column.step),
        "direction": .text(direction.map { $0 == .lower ? "min" : "max" }),
      ]
    }
  }
}

import ExperimentAnalysis
import ExperimentRuntime
package import TrackingEntities

/// The forms that experiments leave the store in.
package enum ExportFormat: String, CaseIterable, Sendable {
  /// RFC 4180, an experiment or a point a line.
  case csv
  /// One document.
  case json
  /// A JSON object a line.
  case jsonl
}

extension IncrementListing {
  /// So many points are read at a time.
  private static let piece = 1 << 14

  /// Writes the experiments out, one after the other: as CSV every metric and parameter in a
  /// column, as JSON all that is known of each.
  ///
  /// - Parameters:
  ///   - fields: Only these, as `name,metrics.auc`; nil for all.
  ///   - document: What the JSON document says before its `experiments`.
  ///   - write: Takes the text piece by piece, and says whether more is wanted.
  /// - Returns: What the reader should know.
  package func export(
    as format: ExportFormat, fields: String?, document: [Value.Entry],
    to write: @escaping (String) -> Bool
  ) throws(TrackingError) -> [String] {
    guard format != .csv, fields == nil else {
      let (table, notes) = try dataTable(fields: fields)
      try Self.export(rows: table, as: format, "experiments", document, to: write)
      return self.notes + notes
    }
    try Self.export(as: format, "experiments", document, to: write) { (add) throws(TrackingError) in
      for place in entries.indices {
        if try !add(try json(at: place)) { return }
      }
    }
    return notes
  }

  /// Writes every point of every metric, a row each: the experiment's folder, the metric, step,
  /// value and time.
  ///
  /// - Returns: What the reader should know.
  package func exportPoints(
    as format: ExportFormat, document: [Value.Entry], to write: @escaping (String) -> Bool
  ) throws(TrackingError) -> [String] {
    let columns = DataTable([
      .init("experiment"), .init("metric"), .init("step"), .init("value"),
      .init("time", isTime: true),
    ])
    var problems: [String] = []
    if format == .csv, !write(DelimitedText.csvHeader(columns)) { return [] }
    func each(_ add: ([Value]) throws(TrackingError) -> Bool) throws(TrackingError) {
      for entry in entries {
        let path = entry.incrementPath + "/experiments/" + entry.snapshot.folder
        let experiment = try Increment.load(path)
        for metric in entry.snapshot.metrics {
          let isWanted = try Self.points(
            of: metric.key, experiment, entry.snapshot.folder, add, &problems)
          if !isWanted { return }
        }
      }
    }
    if format == .csv {
      try each { (row) in write(DelimitedText.csvLine(row, columns)) }
    } else {
      try Self.export(as: format, "points", document, to: write) { (add) throws(TrackingError) in
        try each { (row) throws(TrackingError) in
          var line = columns
          line.append(row)
          return try add(line.objects.first ?? .null)
        }
      }
    }
    return notes + problems
  }

  private static func points(
    of key: Key, _ experiment: Experiment, _ folder: String,
    _ add: ([Value]) throws(TrackingError) -> Bool, _ problems: inout [String]
  ) throws(TrackingError) -> Bool {
    let reader: MetricHistoryReader
    do throws(TrackingError) {
      reader = try experiment.historyReader(key)
    } catch  where error.code == .notFound {
      problems.append(error.message)
      return true
    }
    while let part = try reader.next(piece) {
      problems += part.problems
      for place in part.steps.indices {
        let value = part.integers.map { Value.integer($0[place]) } ?? .number(part.values[place])
        let isWanted = try add([
          .text(folder), .text(key.text), .integer(part.steps[place]), value,
          .number(part.times[place]),
        ])
        if !isWanted { return false }
      }
    }
    return true
  }

  private static func export(
    rows table: DataTable, as format: ExportFormat, _ name: String, _ document: [Value.Entry],
    to write: @escaping (String) -> Bool
  ) throws(TrackingError) {
    if format == .csv {
      guard write(DelimitedText.csvHeader(table)) else { return }
      for row in table.rows where !write(DelimitedText.csvLine(row, table)) { return }
      return
    }
    try export(as: format, name, document, to: write) { (add) throws(TrackingError) in
      for object in table.objects {
        if try !add(object) { return }
      }
    }
  }

  /// A JSON document whose last member is a list, one element a line; or those lines alone.
  private static func export(
    as format: ExportFormat, _ name: String, _ document: [Value.Entry],
    to write: @escaping (String) -> Bool,
    elements: ((Value) throws(TrackingError) -> Bool) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    func text(_ value: Value) throws(TrackingError) -> String {
      VisibleText.json(String(decoding: try value.json(layout: .compact), as: UTF8.self))
    }
    guard format == .json else {
      try elements { (value) throws(TrackingError) in write(try text(value) + "\n") }
      return
    }
    var start = "{"
    for member in document {
      start += try text(.text(member.key.text)) + ": " + text(member.value) + ",\n"
    }
    guard write(start + "\"\(name)\": [") else { return }
    var isFirst = true
    try elements { (value) throws(TrackingError) in
      defer { isFirst = false }
      return write((isFirst ? "\n" : ",\n") + (try text(value)))
    }
    _ = write("\n]}\n")
  }
}

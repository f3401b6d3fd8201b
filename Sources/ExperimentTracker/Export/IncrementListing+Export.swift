import ExperimentAnalysis
import ExperimentRuntime
import FileSystem
package import TrackingEntities

extension IncrementListing {
  /// Changes only when a member that exists changes its meaning.
  package static let schemaVersion: Int64 = 1

  /// Writes the experiments out as text, one after the other.
  ///
  /// - Parameter write: Takes the text piece by piece, and says whether more is wanted.
  /// - Returns: What the reader should know.
  package func export(
    _ options: ExportOptions, to write: @escaping (String) -> Bool
  ) throws(TrackingError) -> [String] {
    try options.check(isFile: false)
    return try exportText(options) { (text) throws(TrackingError) in write(text) }
  }

  /// Writes the experiments out to a file or into a folder, which is there whole or not at all; or
  /// gives the text where there is no path.
  package func export(
    _ options: ExportOptions, to path: String?
  ) throws(TrackingError) -> ExportResult {
    try options.check(isFile: path != nil)
    guard let path else {
      var text = ""
      let notes = try exportText(options) { (piece) throws(TrackingError) in
        text += piece
        return true
      }
      return ExportResult(path: nil, text: text, count: count, notes: notes)
    }
    let place = try ExportPlace(path)
    var notes: [String] = []
    switch options.format {
    case .csv, .json, .jsonl, .rows:
      try place.writeFile { (file) throws(TrackingError) in
        notes = try exportText(options) { (text) throws(TrackingError) in
          try file.write(text)
          return true
        }
      }
    case .tensorboard, .mlflow:
      try place.writeFolder(overwrite: options.overwrite) { (folder) throws(TrackingError) in
        notes =
          options.format == .mlflow
          ? try MLflowExport(self, at: place.path).write(to: folder)
          : try TensorBoardExport(self).write(to: folder)
        try writeMarker(options.format, to: folder)
      }
    }
    return ExportResult(path: place.path, text: nil, count: count, notes: notes)
  }

  private typealias Sink = (String) throws(TrackingError) -> Bool

  private func exportText(
    _ options: ExportOptions, to write: @escaping Sink
  ) throws(TrackingError) -> [String] {
    let format = options.format
    if options.points {
      let table = ExportedPoints.columns(telling: isAcross)
      var problems: [String] = []
      try Self.export(table, as: format, "points", types: ExportedPoints.types(table), to: write) {
        (add) throws(TrackingError) in
        problems = try ExportedPoints.each(of: self, telling: isAcross, add)
      }
      return notes + problems
    }
    guard format == .json || format == .jsonl, options.fields == nil else {
      return try exportRows(format, fields: options.fields, to: write)
    }
    try Self.export(as: format, "experiments", to: write) { (add) throws(TrackingError) in
      for place in entries.indices {
        if try !add(try json(at: place)) { return }
      }
    }
    return notes
  }

  private func exportRows(
    _ format: ExportFormat, fields: String?, to write: @escaping Sink
  ) throws(TrackingError) -> [String] {
    let (columns, shown, notes) = try columns(fields: fields)
    let table = columns.table
    var types: [ColumnType] = []
    if format == .rows {
      var found = ColumnTypes(table)
      for place in entries.indices {
        found.add(columns.row(entries[place], shown: shown[place]))
      }
      types = found.types
    }
    try Self.export(table, as: format, "experiments", types: types, to: write) {
      (add) throws(TrackingError) in
      for place in entries.indices {
        if try !add(columns.row(entries[place], shown: shown[place])) { return }
      }
    }
    return self.notes + notes
  }

  /// Rows of a table in any form of text.
  private static func export(
    _ table: DataTable, as format: ExportFormat, _ name: String, types: [ColumnType],
    to write: @escaping Sink,
    rows: (@escaping ([Value]) throws(TrackingError) -> Bool) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    switch format {
    case .csv:
      guard try write(DelimitedText.csvHeader(table)) else { return }
      try rows { (row) throws(TrackingError) in try write(DelimitedText.csvLine(row, table)) }
    case .rows:
      let head: Value = [
        "schema_version": .integer(schemaVersion), "columns": ColumnTypes.json(table, types),
      ]
      guard try write(try line(head)) else { return }
      try rows { (row) throws(TrackingError) in
        try write(try line(ColumnTypes.row(row, table, types)))
      }
    case .json, .jsonl, .tensorboard, .mlflow:
      try export(as: format, name, to: write) { (add) throws(TrackingError) in
        try rows { (row) throws(TrackingError) in try add(table.object(row)) }
      }
    }
  }

  /// A JSON document whose last member is a list, one element a line; or those lines alone.
  private static func export(
    as format: ExportFormat, _ name: String, to write: @escaping Sink,
    elements: (@escaping (Value) throws(TrackingError) -> Bool) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    guard format == .json else {
      try elements { (value) throws(TrackingError) in try write(try line(value)) }
      return
    }
    guard try write("{\"schema_version\": \(schemaVersion),\n\"\(name)\": [") else { return }
    var isFirst = true
    try elements { (value) throws(TrackingError) in
      defer { isFirst = false }
      return try write((isFirst ? "\n" : ",\n") + (try text(value)))
    }
    _ = try write("\n]}\n")
  }

  /// Says what the folder is, so that a later export may take its place.
  private func writeMarker(
    _ format: ExportFormat, to folder: Directory
  ) throws(TrackingError) {
    let marker: Value = [
      "schema_version": .integer(Self.schemaVersion), "format": .text(format.rawValue),
      "experiments": .integer(Int64(count)),
    ]
    _ = try folder.create(ExportPlace.marker, try marker.json(layout: .pretty))
  }

  private static func line(_ value: Value) throws(TrackingError) -> String {
    try text(value) + "\n"
  }

  private static func text(_ value: Value) throws(TrackingError) -> String {
    VisibleText.json(String(decoding: try value.json(layout: .compact), as: UTF8.self))
  }
}

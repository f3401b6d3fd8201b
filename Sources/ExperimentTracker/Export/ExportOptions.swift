package import TrackingEntities

/// The forms that experiments leave the store in.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// RFC 4180, an experiment or a point a line.
  case csv
  /// One document.
  case json
  /// A JSON object a line.
  case jsonl
  /// JSON for programs that make typed tables: the columns with their types in the first line, then
  /// a row of values a line.
  case rows
  /// A folder that TensorBoard opens.
  case tensorboard
  /// A folder that MLflow opens, of its file store.
  case mlflow

  /// Whether it is a folder and not one file.
  public var isFolder: Bool { self == .tensorboard || self == .mlflow }

  /// The form of that name.
  package static func named(_ text: String) throws(TrackingError) -> ExportFormat {
    if let format = ExportFormat(rawValue: text) { return format }
    if text == "parquet" {
      throw TrackingError(
        .invalidArgument,
        "Parquet is written by the Python package: "
          + "specweave.export_experiments(increment, path, format=\"parquet\")")
    }
    throw TrackingError(
      .invalidArgument, "there is no form '\(text)' of an export; it can be:",
      candidates: allCases.map(\.rawValue))
  }
}

/// What is exported of experiments, and how.
public struct ExportOptions: Sendable {
  /// The form.
  public var format: ExportFormat
  /// Only these columns, as `name,metrics.auc.max,params.lr`; nil for all.
  public var fields: String?
  /// Every point of every metric, a row each, and not a row for each experiment.
  public var points: Bool
  /// Whether an earlier export in a folder is replaced.
  public var overwrite: Bool

  /// Makes options.
  public init(
    format: ExportFormat = .csv, fields: String? = nil, points: Bool = false,
    overwrite: Bool = false
  ) {
    self.format = format
    self.fields = fields
    self.points = points
    self.overwrite = overwrite
  }

  /// Reads them as the C API and Python give them.
  package init(json: [UInt8]?, for caller: String) throws(TrackingError) {
    var options = try OptionReader(json, for: caller)
    let format = try options.text("format") ?? ExportFormat.csv.rawValue
    self.init(
      format: try ExportFormat.named(format), fields: try options.text("fields"),
      points: try options.flag("points") ?? false,
      overwrite: try options.flag("overwrite") ?? false)
    try options.end()
  }

  /// Refuses what has no meaning together.
  func check(isFile: Bool) throws(TrackingError) {
    if points && fields != nil {
      throw TrackingError(.invalidArgument, "an export of points has no choice of fields")
    }
    guard format.isFolder else { return }
    if points || fields != nil {
      throw TrackingError(
        .invalidArgument,
        "a folder for \(format == .mlflow ? "MLflow" : "TensorBoard") holds all that there is; "
          + "leave the choice of fields or points away")
    }
    if !isFile {
      throw TrackingError(
        .invalidArgument,
        "the form '\(format.rawValue)' is a folder; say which one, that is not there yet")
    }
  }
}

/// What an export came to.
public struct ExportResult: Sendable {
  /// The absolute path of the file or folder; nil for a text.
  public let path: String?
  /// The text, where no path was given.
  public let text: String?
  /// How many experiments there are in it.
  public let count: Int
  /// What the reader should know, one sentence each.
  public let notes: [String]

  /// The result as JSON.
  package var json: Value {
    [
      "path": path.map { .text($0) } ?? .null, "text": text.map { .text($0) } ?? .null,
      "experiments": .integer(Int64(count)),
      "notes": .list(notes.map { .text($0) }),
    ]
  }
}

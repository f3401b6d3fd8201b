public import ExperimentAnalysis
public import ExperimentTracking
public import TrackingEntities

extension Experiment {
  /// What is different in this experiment, seen from another one: parameters, metrics, tags, code,
  /// environment, data and files.
  ///
  /// ```swift
  /// let difference = try increment.load("xgb-v2").difference(from: increment.load("xgb-v1"))
  /// for param in difference.params { print(param.key, param.change) }
  /// ```
  public func difference(from other: Experiment) throws(TrackingError) -> ExperimentDifference {
    ExperimentDifference(of: try snapshot(), from: try other.snapshot())
  }

  /// The difference as the C API and Python ask for it: as JSON, as a table for a terminal, or as HTML.
  package func difference(
    from other: Experiment, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let form = try options.text("as") ?? "json"
    let width = try options.integer("width") ?? 0
    guard ["json", "text", "html"].contains(form) else {
      throw options.wrong("as", "\"json\", \"text\" or \"html\"")
    }
    try options.end()
    let difference = try difference(from: other)
    switch form {
    case "text":
      return Array(
        DifferenceText.render(difference, width: width > 0 ? Int(clamping: width) : nil).utf8)
    case "html": return Array(DifferenceHTML.render(difference).utf8)
    default: return try JSONWriter.write(DifferenceJSON.value(difference), layout: .compact)
    }
  }
}

public import ExperimentAnalysis
public import ExperimentRuntime
public import TrackingEntities

extension Experiment {
  /// What changed beside the score between another experiment and this one, the most likely reason
  /// first, and what is equal.
  ///
  /// ```swift
  /// let why = try increment.load("xgb-v2").explanation(from: increment.load("xgb-v1"))
  /// for change in why.changes { print(change.part, change.sentence) }
  /// ```
  ///
  /// - Parameters:
  ///   - other: The experiment that it is seen from.
  ///   - metric: The metric that is explained; nil for the primary one of the two.
  public func explanation(
    from other: Experiment, by metric: String? = nil
  ) throws(TrackingError) -> Explanation {
    // The others of the increment may show what a single parameter does; without them there is
    // less to say.
    let others = (try? Increment.around(self).experiments(children: true)) ?? []
    return try Explanation(
      of: try snapshot(), from: try other.snapshot(), among: others, by: metric.map { Key($0) })
  }

  /// The explanation as the C API and Python ask for it: as JSON, text, Markdown or HTML.
  package func explanation(
    from other: Experiment, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let metric = try options.text("metric")
    let form = try options.text("as") ?? "json"
    let width = try options.integer("width") ?? 0
    guard ["json", "text", "markdown", "html"].contains(form) else {
      throw options.wrong("as", "\"json\", \"text\", \"markdown\" or \"html\"")
    }
    try options.end()
    let explanation = try explanation(from: other, by: metric)
    switch form {
    case "text":
      return Array(
        ExplanationReport.text(explanation, width: width > 0 ? Int(clamping: width) : nil).utf8)
    case "markdown": return Array(ExplanationReport.markdown(explanation).utf8)
    case "html": return Array(ExplanationReport.html(explanation).utf8)
    default: return try ExplanationReport.value(explanation).json(layout: .compact)
    }
  }
}

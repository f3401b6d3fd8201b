public import ExperimentAnalysis
import ExperimentRuntime
public import TrackingEntities

extension Increment {
  /// Reviews the experiments: what stands out, each fact with its numbers.
  ///
  /// ```swift
  /// for finding in try increment.review().findings { print(finding.id, finding.sentence) }
  /// ```
  ///
  /// - Parameters:
  ///   - metric: The metric to judge by; nil for the primary one, as in a comparison.
  ///   - direction: Which way it gets better; nil for what its name tells.
  public func review(
    by metric: String? = nil, direction: MetricDirection? = nil
  ) throws(TrackingError) -> Review {
    let snapshots = try experiments(children: true)
    var open: (folder: String, experiment: Experiment)?
    return try Review(of: snapshots, in: name, by: metric.map { Key($0) }, direction) {
      snapshot, key in
      if open?.folder != snapshot.folder {
        open = (try? load(path + "/experiments/" + snapshot.folder)).map { (snapshot.folder, $0) }
      }
      guard let open, let history = try? open.experiment.history(key) else { return nil }
      return ReviewedHistory(steps: history.steps, values: history.values)
    }
  }

  /// Reviews as the C API and Python ask for it: as JSON, text, Markdown or HTML.
  package func review(json: [UInt8]?, for caller: String) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let metric = try options.text("metric")
    let way = try options.text("direction")
    let form = try options.text("as") ?? "json"
    let width = try options.integer("width") ?? 0
    let direction = way.flatMap(MetricDirection.init(rawValue:))
    if way != nil && direction == nil {
      throw options.wrong("direction", "\"higher\" or \"lower\"")
    }
    guard ["json", "text", "markdown", "html"].contains(form) else {
      throw options.wrong("as", "\"json\", \"text\", \"markdown\" or \"html\"")
    }
    try options.end()
    let review = try review(by: metric, direction: direction)
    switch form {
    case "text":
      return Array(
        ReviewReport.text(review, width: width > 0 ? Int(clamping: width) : nil).utf8)
    case "markdown": return Array(ReviewReport.markdown(review).utf8)
    case "html": return Array(ReviewReport.html(review).utf8)
    default: return try ReviewReport.value(review).json(layout: .compact)
    }
  }
}

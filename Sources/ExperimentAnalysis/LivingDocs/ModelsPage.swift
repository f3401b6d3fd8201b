import TrackingEntities

/// The block of `architecture/ml-models.md`: the models that were selected.
enum ModelsPage {
  private static let mostMetrics = 50

  static func blocks(_ source: LivingDocsSource) -> [String] {
    guard !source.decisions.isEmpty else { return [LivingDocsText.nothingSelected] }
    return source.decisions.flatMap { decision in
      let sections = [
        ("Algorithm", algorithm(decision, source)), ("Performance", performance(decision, source)),
        ("Why This Model?", LivingDocsText.rationale(decision, source)),
        ("Deployment", deployment(decision, source)),
      ]
      return sections.flatMap { title, text in
        [LivingDocsText.heading(title, decision, source), text]
      }
    }
  }

  private static func models(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    snapshot.artifacts.filter { $0.kind == "model" && $0.keptAs.isEmpty && !$0.removed }
  }

  /// What is recorded of what the model is.
  private static func algorithm(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let snapshot = decision.row.snapshot
    var lines = ["Experiment: " + LivingDocsText.folder(snapshot, .models, source)]
    let described = [snapshot, decision.row.sweep].compactMap { $0 }
    if let text = described.lazy.compactMap(LivingDocsText.description).first {
      lines.append("Description: " + text)
    }
    let types = models(snapshot).compactMap { $0.details["python_type"]?.text }
    for (place, type) in types.enumerated() where !types[..<place].contains(type) {
      lines.append("Class: " + MarkdownText.code(type))
    }
    let params = FlattenedParams.ofParams(snapshot).count
    if params > 0 {
      lines.append(
        "Hyperparameters: \(params), in [ml-experiments.md](ml-experiments.md)")
    }
    return LivingDocsText.list(lines)
  }

  /// Every result, beside that of the baseline.
  private static func performance(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let row = decision.row
    let metrics = row.snapshot.metrics.filter { !DetailMetric.matches($0.key) }
    guard !metrics.isEmpty else { return "No metric was recorded." }
    let baseline = source.comparison.primary.flatMap {
      Baseline.strongest(among: source.comparison.rows, $0, besides: row)
    }
    let headings =
      ["Metric", decision.label] + (baseline.map { [MarkdownText.escape($0.name)] } ?? [])
    let rows = metrics.prefix(mostMetrics).map { metric in
      let other = baseline?.snapshot.metric(metric.key)
      let style = NumberStyle(
        for: [metric.last] + (other.map { [$0.last] } ?? []), of: metric.key)
      var cells = [MarkdownText.escape(metric.key.text), style.text(metric.last)]
      if baseline != nil { cells.append(other.map { style.text($0.last) } ?? "–") }
      return cells
    }
    let more = metrics.count - rows.count
    return MarkdownTable.render(headings, rows, numeric: headings.count - 1)
      + (more > 0 ? "\n\n\(more) more are not shown." : "")
  }

  private static func deployment(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let snapshot = decision.row.snapshot
    let maker = Decisions.maker(decision.selection).map { " " + MarkdownText.escape($0) } ?? ""
    var lines = ["Selected" + maker]
    let tags = snapshot.tags.prefix(20).map(MarkdownText.code)
    lines.append(tags.isEmpty ? "No tags" : "Tags: " + tags.joined(separator: " "))
    let models = models(snapshot)
    lines += models.map { model in
      let target = LivingDocsPage.models.link(
        "experiments/\(snapshot.folder)/\(model.path)", source)
      return "Model: [\(MarkdownText.escape(model.path))](\(target)), "
        + "\(NumberText.bytes(model.size)), SHA-256 " + MarkdownText.code(model.sha256)
    }
    if models.isEmpty { lines.append("No model file was saved") }
    lines.append("How to train it again: [model-training.md](../runbooks/model-training.md)")
    return LivingDocsText.list(lines)
  }
}

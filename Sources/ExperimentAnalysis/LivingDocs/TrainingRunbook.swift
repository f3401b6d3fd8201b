import TrackingEntities

/// The block of `runbooks/model-training.md`: how to train the selected models again.
enum TrainingRunbook {
  static func blocks(_ source: LivingDocsSource) -> [String] {
    guard !source.decisions.isEmpty else { return [LivingDocsText.nothingSelected] }
    return source.decisions.flatMap { decision in
      let sections = [
        ("Model", "- " + LivingDocsText.folder(decision.row.snapshot, .training, source)),
        ("Steps", steps(decision, source)), ("Data", data(decision, source)),
        ("Hyperparameters", LivingDocsText.params(decision.row.snapshot)),
        ("Expected Result", result(decision, source)),
      ]
      return sections.flatMap { title, text in
        [LivingDocsText.heading(title, decision, source), text]
      }
    }
  }

  /// Command, commit and environment, as far as they were captured.
  private static func steps(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let origin = source.origin(decision.row)
    let up = LivingDocsPage.training.link("experiments/\(origin.folder)/", source)
    let steps = ExperimentReportOrigin.steps(origin, up)
    if steps.isEmpty { return "Neither command nor commit were recorded." }
    return [steps, inOne(origin, source)].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// The command that takes all steps; empty where it could not.
  private static func inOne(_ origin: ExperimentSnapshot, _ source: LivingDocsSource) -> String {
    guard ReproductionIngredients(origin).missing.isEmpty, origin.identity.number > 0 else {
      return ""
    }
    let command = "specweave-ml reproduce \(origin.label()) --increment \(source.number)"
    return "All of it in one, with a comparison of the metrics: `\(command)`"
  }

  /// The data sets that were logged, and what parameters and the author say of the data's version.
  private static func data(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let snapshot = decision.row.snapshot
    let origin = source.origin(decision.row)
    let sets =
      ExperimentReportTables.data(snapshot.fact("data") == nil ? origin : snapshot)
    let about = (origin.fact("about")?.entries ?? []) + FlattenedParams.ofParams(snapshot)
    let versions = about.filter { isAboutData($0.key) }.map {
      MarkdownText.escape($0.key.text) + ": "
        + MarkdownText.escape(ValueText.line($0.value, limit: 200))
    }
    let blocks = [sets, LivingDocsText.list(versions)].filter { !$0.isEmpty }
    return blocks.isEmpty ? "No data was recorded." : blocks.joined(separator: "\n\n")
  }

  /// `data_version`, `data_commit`, `dataset`.
  private static func isAboutData(_ key: Key) -> Bool {
    MetricWords.split(key).first.map { ["data", "dataset", "datasets"].contains($0) } == true
  }

  /// What a run that went well gives.
  private static func result(
    _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    let row = decision.row
    var lines = row.snapshot.metrics
      .filter { !DetailMetric.matches($0.key) && !TrainingTime.isAsked(for: $0.key) }
      .map { metric in
        let style = NumberStyle(for: [metric.last], of: metric.key)
        return MarkdownText.escape(metric.key.text) + ": " + style.text(metric.last)
      }
    if let time = row.trainingTime { lines.append("It took " + DurationText.seconds(time)) }
    return lines.isEmpty ? "No metric was recorded." : LivingDocsText.list(lines, most: 50)
  }
}

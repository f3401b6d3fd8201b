package import TrackingEntities

/// The text of `pipeline.md`: the stages of a pipeline, what they depend on and how they ended.
///
/// The same stages give the same bytes, so that a git working tree stays clean.
package enum PipelineReport {
  /// More metrics than this of one stage are not read in a table.
  private static let mostMetrics = 8

  /// The document.
  ///
  /// - Parameters:
  ///   - pipeline: The pipeline.
  ///   - snapshots: It and everything inside it.
  package static func document(
    _ pipeline: ExperimentSnapshot, _ snapshots: [ExperimentSnapshot]
  ) -> String {
    let stages = PipelineStages(of: pipeline.folder, snapshots).all
    let blocks = [
      "# Pipeline: " + MarkdownText.escape(Names.shown(pipeline)),
      summary(pipeline, stages),
      stages.isEmpty ? "" : PipelineDiagram.render(stages),
      stages.isEmpty ? "" : table(stages),
      failures(stages),
      "*Written by specweave-ml from the stages in this folder.*",
    ]
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func summary(
    _ pipeline: ExperimentSnapshot, _ stages: [PipelineStages.Stage]
  ) -> String {
    let time = pipeline.duration.map { ", " + DurationText.seconds($0) } ?? ""
    return "**\(pipeline.status.rawValue)**, \(CountText.of(stages.count, "stage"))\(time)"
  }

  private static func table(_ stages: [PipelineStages.Stage]) -> String {
    MarkdownTable.render(
      ["Stage", "Depends on", "Status", "Duration", "Metrics"], rows(stages, below: ""))
  }

  private static func rows(_ stages: [PipelineStages.Stage], below path: String) -> [[String]] {
    stages.flatMap { stage in
      let snapshot = stage.snapshot
      let name = path + Names.shown(snapshot)
      let needed = stage.dependsOn.map { Names.shown(stages[$0].snapshot) }
      let attempt = stage.attempts > 1 ? " (attempt \(stage.attempts))" : ""
      let cells = [
        MarkdownText.escape(name),
        needed.isEmpty ? "–" : MarkdownText.escape(needed.joined(separator: ", ")),
        snapshot.status.rawValue + attempt,
        snapshot.duration.map(DurationText.seconds) ?? "–",
        metrics(snapshot),
      ]
      return [cells] + rows(stage.inside, below: name + " / ")
    }
  }

  private static func metrics(_ snapshot: ExperimentSnapshot) -> String {
    guard !snapshot.metrics.isEmpty else { return "–" }
    var texts = snapshot.metrics.prefix(mostMetrics).map { metric in
      let value = NumberStyle(for: [metric.last]).text(metric.last)
      return MarkdownText.escape(VisibleText.line(metric.key.text, limit: 60)) + " " + value
    }
    let more = snapshot.metrics.count - texts.count
    if more > 0 { texts.append("and \(more) more") }
    return texts.joined(separator: ", ")
  }

  private static func failures(_ stages: [PipelineStages.Stage]) -> String {
    let lines = failed(stages, below: "")
    return lines.isEmpty ? "" : (["**Not completed**"] + lines).joined(separator: "\n")
  }

  private static func failed(_ stages: [PipelineStages.Stage], below path: String) -> [String] {
    stages.flatMap { stage in
      let name = path + Names.shown(stage.snapshot)
      var text = "- " + MarkdownText.escape(name) + ": " + stage.snapshot.status.rawValue
      if let failure = stage.snapshot.failure {
        text += ", " + MarkdownText.code(FailureText.line(failure))
      }
      let own = stage.snapshot.status == .completed ? [] : [text]
      return own + failed(stage.inside, below: name + " / ")
    }
  }
}

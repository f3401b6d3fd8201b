package import TrackingEntities

/// The report of one experiment as Markdown, for whoever finds the folder three months later.
///
/// The same experiment gives the same bytes.
package enum ExperimentReport {
  /// More than this of one kind nobody reads in a table.
  static let mostRows = 100

  /// The document.
  ///
  /// - Parameter path: Where it will lie in the experiment's folder, for its links.
  package static func document(
    _ snapshot: ExperimentSnapshot, increment: String, at path: String = "report.md"
  ) -> String {
    let up = String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") })
    let blocks = [
      "# " + MarkdownText.escape(Names.shown(snapshot)),
      summary(snapshot, increment), about(snapshot), failure(snapshot), decision(snapshot),
      section("Metrics", ExperimentReportTables.metrics(snapshot.results)),
      section("Parameters", ExperimentReportTables.params(snapshot)),
      section("Notes", notes(snapshot)),
      section("Data", ExperimentReportTables.data(snapshot)),
      section("Figures", ExperimentReportFiles.figures(snapshot, up)),
      section("Artifacts", ExperimentReportFiles.table(snapshot, up, report: path)),
      section("The machine", ExperimentReportTables.metrics(snapshot.machine)),
      section("How to run it again", ExperimentReportOrigin.steps(snapshot, up)),
      problems(snapshot),
      "*Written by specweave-ml from the files in this folder.*",
    ]
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func summary(_ snapshot: ExperimentSnapshot, _ increment: String) -> String {
    var parts = ["**\(snapshot.status.rawValue)**"]
    if let duration = snapshot.duration { parts.append(DurationText.seconds(duration)) }
    parts.append("started " + DateText.utc(snapshot.identity.created))
    if snapshot.identity.number > 0 { parts.append(snapshot.label()) }
    if snapshot.identity.rerun > 1 { parts.append("run \(snapshot.identity.rerun)") }
    parts.append("in " + MarkdownText.escape(increment))
    let tags = snapshot.tags.prefix(mostRows).map(MarkdownText.code)
    return parts.joined(separator: " · ")
      + (tags.isEmpty ? "" : "\n\nTags: " + tags.joined(separator: " "))
  }

  /// The description as a paragraph, the other facts as a list.
  private static func about(_ snapshot: ExperimentSnapshot) -> String {
    let facts = snapshot.fact("about")?.entries ?? []
    var blocks: [String] = []
    if let text = facts.last(where: { $0.key == "description" })?.value.text, !text.isEmpty {
      blocks.append(lines(text).joined(separator: "\n"))
    }
    let rest = facts.filter { $0.key != "description" }.prefix(mostRows)
    let others = zip(Heading.titles(rest.map(\.key)), rest).map { title, fact in
      "- " + MarkdownText.escape(title) + ": "
        + MarkdownText.escape(ValueText.line(fact.value, limit: 200))
    }
    if !others.isEmpty { blocks.append(others.joined(separator: "\n")) }
    return blocks.joined(separator: "\n\n")
  }

  private static func failure(_ snapshot: ExperimentSnapshot) -> String {
    guard let failure = snapshot.failure else { return "" }
    var text = "## What went wrong\n\n" + MarkdownText.code(FailureText.line(failure))
    if !failure.traceback.isEmpty { text += "\n\n" + MarkdownText.block(failure.traceback) }
    return text
  }

  private static func decision(_ snapshot: ExperimentSnapshot) -> String {
    guard let selection = snapshot.selection, selection.selected else { return "" }
    let reasons = selection.rationale.prefix(mostRows).map(MarkdownText.escape)
      .filter { !$0.isEmpty }.map { "- " + $0 }
    return (["**Selected for deployment**"] + reasons).joined(separator: "\n")
  }

  private static func notes(_ snapshot: ExperimentSnapshot) -> String {
    let notes = snapshot.notes.suffix(mostRows).map { note in
      "- " + DateText.utc(note.time) + ": " + lines(note.text).joined(separator: "\\\n  ")
    }
    return notes.joined(separator: "\n")
  }

  /// The lines of a text, blank ones left out.
  private static func lines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { MarkdownText.escape(String($0), limit: 2000) }
      .filter { !$0.isEmpty }
  }

  private static func problems(_ snapshot: ExperimentSnapshot) -> String {
    var problems = snapshot.problems.map(MarkdownText.escape)
    if snapshot.dropped > 0 { problems.append("\(snapshot.dropped) records could not be stored") }
    return section("Problems", problems.prefix(mostRows).map { "- " + $0 }.joined(separator: "\n"))
  }

  private static func section(_ title: String, _ text: String) -> String {
    text.isEmpty ? "" : "## \(title)\n\n" + text
  }
}

extension ExperimentSnapshot {
  /// The metrics that say how good it is, and those that say how busy the machine was.
  fileprivate var results: [MetricSummary] { metrics.filter { !DetailMetric.matches($0.key) } }
  fileprivate var machine: [MetricSummary] {
    metrics.filter { $0.key.bytes.starts(with: "system/".utf8) }
  }
}

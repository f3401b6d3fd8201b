package import TrackingEntities

/// An issue for GitHub that asks for something, such as a retraining, and has what is known of the
/// experiments so far: the best ones, the parameters of the one to start from, how to run it again.
package struct GitHubIssue: Sendable {
  /// GitHub takes no longer title.
  static let longestTitle = 256
  /// GitHub takes no longer body.
  private static let longestBody = 65_536
  /// So many experiments and metrics are shown.
  private static let mostRows = 5
  private static let mostMetrics = 6

  /// The title, on one line.
  package let title: String
  /// The body, as Markdown.
  package let body: String

  /// The whole as Markdown, with the title as its heading.
  package var markdown: String { "# " + IssueText.escape(title) + "\n\n" + body }

  /// - Parameters:
  ///   - title: What is asked for.
  ///   - comparison: The experiments.
  ///   - increment: The increment's name.
  ///   - folder: Its `experiments/`, relative to the top of the repository.
  package init(
    title: String, _ comparison: Comparison, increment: String, folder: String
  ) throws(TrackingError) {
    let isBlank = title.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    guard !isBlank, title.unicodeScalars.count <= Self.longestTitle else {
      throw TrackingError(
        .invalidArgument,
        "the title of an issue has 1 to \(Self.longestTitle) characters; this one has "
          + (isBlank ? "none" : "\(title.unicodeScalars.count)"))
    }
    self.title = VisibleText.line(title, limit: .max)
    var text = ""
    // A title may be long, and so may be the values of parameters.
    for most in [100, 30, 10, 0] {
      text = Self.document(
        comparison, increment: increment, links: IssueLinks(folder: folder), mostParams: most)
      if text.utf16.count <= Self.longestBody { break }
    }
    body = text
  }

  private static func document(
    _ comparison: Comparison, increment: String, links: IssueLinks, mostParams: Int
  ) -> String {
    let ranked = comparison.rows.filter { $0.rank != nil }
      .sorted { ($0.rank ?? .max) < ($1.rank ?? .max) }
    // Who asks for a retraining means the model that was chosen.
    let start = comparison.selected.first ?? comparison.best
    var blocks = [summary(comparison, increment, links), table(comparison, ranked, links)]
    if let start {
      blocks += [
        because(comparison, start),
        section("Parameters of " + name(start), params(start.snapshot, most: mostParams)),
        section("Data of " + name(start), data(start.snapshot)),
        section("How to run \(name(start)) again", steps(start.snapshot, links)),
      ]
    }
    blocks.append("*Written by specweave-ml from the recorded experiments.*")
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func name(_ row: Comparison.Row) -> String { IssueText.escape(row.name) }

  private static func section(_ title: String, _ text: String) -> String {
    text.isEmpty ? "" : "## \(title)\n\n\(text)"
  }

  private static func summary(
    _ comparison: Comparison, _ increment: String, _ links: IssueLinks
  ) -> String {
    let rows = comparison.rows.count
    let completed = comparison.rows.count { $0.status == .completed }
    var parts = [CountText.of(rows, "experiment"), "\(completed) completed"]
    if let primary = comparison.primary {
      parts.append("judged by " + IssueText.escape(Heading.prose(primary.key)))
    }
    return "Previous experiments: " + links.folder("", IssueText.escape(increment)) + " ("
      + parts.joined(separator: ", ") + ")."
  }

  private static func table(
    _ comparison: Comparison, _ ranked: [Comparison.Row], _ links: IssueLinks
  ) -> String {
    guard !ranked.isEmpty else {
      return comparison.rows.isEmpty
        ? "No experiments yet." : "No completed experiment has a metric to judge by."
    }
    let places = comparison.columns.indices.filter { comparison.columns[$0].isNumeric }
    let shown = Array(places.prefix(mostMetrics))
    var best = Array(ranked.prefix(mostRows))
    // The one that was chosen is shown whatever its rank.
    best += ranked.dropFirst(mostRows).filter { $0.selection != nil }.prefix(1)
    let rows = best.map { row in
      let mark = row.selection != nil ? " ✅ SELECTED" : comparison.isBest(row) ? " (best)" : ""
      return [links.folder(row.snapshot.folder, name(row)) + mark]
        + shown.map { row.cells[$0].text }
    }
    let more = ranked.count - rows.count
    return "## Best experiments\n\n"
      + MarkdownTable.render(
        ["Experiment"] + shown.map { IssueText.escape(comparison.columns[$0].heading) }, rows,
        numeric: shown.count)
      + (more > 0 ? "\n\n\(more) more not shown." : "")
  }

  private static func because(_ comparison: Comparison, _ start: Comparison.Row) -> String {
    let reasons =
      start.selection.map(\.rationale)?.filter { !$0.isEmpty }
      ?? (comparison.isBest(start) ? comparison.reasons : [])
    let verb = start.selection != nil ? "was selected" : "is the best"
    let lines = reasons.prefix(10).map { "- " + IssueText.escape($0) }
    return lines.isEmpty ? "" : (["\(name(start)) \(verb):", ""] + lines).joined(separator: "\n")
  }

  private static func params(_ snapshot: ExperimentSnapshot, most: Int) -> String {
    let params = FlattenedParams.ofParams(snapshot)
    guard !params.isEmpty else { return "" }
    let rows = params.prefix(most).map { entry in
      [IssueText.escape(entry.key.text), IssueText.escape(ValueText.line(entry.value, limit: 200))]
    }
    let more = params.count - rows.count
    return (rows.isEmpty ? "" : MarkdownTable.render(["Parameter", "Value"], rows))
      + (more > 0 ? "\n\n\(more) more not shown." : "")
  }

  /// The data as it was recorded, and its version where somebody noted one.
  private static func data(_ snapshot: ExperimentSnapshot) -> String {
    var lines: [String] = []
    if let version = snapshot.fact("about")?["data_version"] {
      lines.append("- data version: " + IssueText.escape(ValueText.line(version, limit: 200)))
    }
    for entry in FlattenedParams.ofParams(snapshot) {
      let words = MetricWords.split(entry.key)
      guard words.first == "data" || words.first == "dataset" else { continue }
      lines.append(
        "- \(IssueText.escape(entry.key.text)): "
          + IssueText.escape(ValueText.line(entry.value, limit: 200)))
    }
    return [lines.joined(separator: "\n"), IssueText.calm(ExperimentReportTables.data(snapshot))]
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private static func steps(_ snapshot: ExperimentSnapshot, _ links: IssueLinks) -> String {
    let steps = ExperimentReportOrigin.steps(snapshot, links.file(snapshot.folder) + "/")
    return steps.isEmpty ? "Its code, command and environment were not recorded." : steps
  }
}

/// Links to the store from an issue, which lies at `owner/repository/issues/1`: relative to the
/// repository, so that they hold for forks and for every server.
struct IssueLinks {
  /// `experiments/`, relative to the top of the repository.
  let folder: String

  init(folder: String) { self.folder = folder }

  func folder(_ path: String, _ text: String) -> String { "[\(text)](\(place("tree", path)))" }

  func file(_ path: String) -> String { place("blob", path) }

  private func place(_ kind: String, _ path: String) -> String {
    let whole = path.isEmpty ? folder : folder + "/" + path
    return ExperimentReportFiles.target(whole, "../\(kind)/HEAD/")
  }
}

/// Text of users in an issue.
enum IssueText {
  /// As in every Markdown that is written, and nobody is notified.
  static func escape(_ text: String) -> String { calm(MarkdownText.escape(text)) }

  /// The Markdown with nothing in it that GitHub takes for the name of somebody to be notified.
  static func calm(_ markdown: String) -> String {
    guard markdown.utf8.contains(UInt8(ascii: "@")) else { return markdown }
    return markdown.split(separator: "@", omittingEmptySubsequences: false)
      .joined(separator: "@<!-- -->")
  }
}

import ExperimentStore
import FileSystem
package import TrackingEntities

/// The report of one experiment as Markdown, for readers who find the folder months later.
///
/// The same experiment gives the same bytes.
package enum ExperimentReport {
  /// More than this of one kind would be too many for a table.
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

  /// How to run it again, as Markdown; its links are those of a document in the experiment's
  /// folder.
  package static func stepsAgain(_ snapshot: ExperimentSnapshot) -> String {
    ExperimentReportOrigin.steps(snapshot, "")
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
    let maker = Decisions.maker(selection).map { " " + MarkdownText.escape($0) } ?? ""
    return (["**Selected for deployment**" + maker] + reasons).joined(separator: "\n")
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
    if snapshot.dropped > 0 {
      problems.append(CountText.of(snapshot.dropped, "record") + " could not be stored")
    }
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

/// Where an experiment came from, as the steps that make it again, as far as they were captured.
enum ExperimentReportOrigin {
  static func steps(_ snapshot: ExperimentSnapshot, _ up: String) -> String {
    var lines = code(snapshot, up)
    lines += environment(snapshot, up)
    if let run = run(snapshot, up) { lines.append(run) }
    let steps = lines.enumerated().map { "\($0.offset + 1). \($0.element)" }
    return ([steps.joined(separator: "\n"), surroundings(snapshot)]).filter { !$0.isEmpty }
      .joined(separator: "\n\n")
  }

  private static func code(_ snapshot: ExperimentSnapshot, _ up: String) -> [String] {
    let git = snapshot.fact("git")
    var lines: [String] = []
    if let git, let commit = checkout(git) { lines.append("check out " + commit) }
    let patch = "environment/uncommitted.patch"
    let hasPatch = ExperimentReportFiles.has(patch, snapshot)
    if hasPatch {
      lines.append("apply the changes that were in no commit: \(link(patch, up))")
    }
    let captured = captured(snapshot)
    if !captured.isEmpty {
      let files = captured.prefix(mostFiles).map { link($0.path, up) }
      let more = captured.count > mostFiles ? " and \(captured.count - mostFiles) more" : ""
      let what = lines.isEmpty ? "the code" : "the files that were run and are in no commit"
      lines.append("take \(what): " + files.joined(separator: ", ") + more)
    }
    if let git {
      let missing = (git["patch"]?["left_out"]?.elements ?? []).compactMap(\.text)
      if !missing.isEmpty {
        let names = missing.prefix(mostFiles).map(MarkdownText.code).joined(separator: ", ")
        lines.append("the changes of these files were not kept, as they are too large: " + names)
      } else if git["dirty"]?.boolean == true, !hasPatch {
        lines.append(
          "the working tree had " + (captured.isEmpty ? "" : "further ")
            + "changes that were not kept")
      }
    }
    for repository in snapshot.fact("code")?["repositories"]?.elements ?? [] {
      if let commit = checkout(repository) { lines.append("for its modules check out " + commit) }
    }
    return lines
  }

  private static let mostFiles = 20

  /// The commit, its branch and where it comes from.
  private static func checkout(_ git: Value) -> String? {
    guard let commit = git["commit"]?.text, !commit.isEmpty else { return nil }
    var place = MarkdownText.code(commit)
    if let branch = git["branch"]?.text, !branch.isEmpty {
      place += " (branch " + MarkdownText.code(branch) + ")"
    }
    if let remote = git["remote"]?.text, !remote.isEmpty {
      place += " of " + MarkdownText.code(remote)
    }
    return place
  }

  /// The files of code that were kept, without the cells of a notebook.
  private static func captured(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    snapshot.artifacts.filter {
      $0.keptAs.isEmpty && !$0.removed && $0.path.isContinuation(of: "environment/code/")
        && $0.path != cells
    }
  }

  private static let cells = "environment/code/cells.py"

  /// How to run it: the command, or the cells of a notebook.
  private static func run(_ snapshot: ExperimentSnapshot, _ up: String) -> String? {
    let hasCells = ExperimentReportFiles.has(cells, snapshot)
    let environment = snapshot.fact("environment")
    if hasCells || environment?["runs_in"]?.text == "notebook" || command(snapshot) == "notebook" {
      let name = environment?["notebook"]?.text.map { " " + MarkdownText.code($0) } ?? ""
      return hasCells
        ? "run the cells of the notebook\(name) in the order in which they were run: \(link(cells, up))"
        : "run the notebook\(name), of which no cells were kept"
    }
    return command(snapshot).map { "run " + MarkdownText.code($0) }
  }

  private static func environment(_ snapshot: ExperimentSnapshot, _ up: String) -> [String] {
    let requirements = "environment/requirements.txt"
    guard ExperimentReportFiles.has(requirements, snapshot) else { return [] }
    let python = snapshot.fact("environment")?["python"]?.text.map {
      "Python " + MarkdownText.escape($0) + " and "
    }
    return ["install \(python ?? "")the packages of \(link(requirements, up))"]
  }

  static func command(_ snapshot: ExperimentSnapshot) -> String? {
    let arguments = (snapshot.fact("command")?["arguments"]?.elements ?? []).compactMap(\.text)
    return arguments.isEmpty ? nil : arguments.map(quoted).joined(separator: " ")
  }

  /// An argument as a shell wants it.
  private static func quoted(_ argument: String) -> String {
    let plain = argument.utf8.allSatisfy { byte in
      byte.isDigit || byte.isLetter
        || "_-./=:,+@%".utf8.contains(byte)
    }
    if plain && !argument.isEmpty { return argument }
    return "'"
      + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  private static func surroundings(_ snapshot: ExperimentSnapshot) -> String {
    guard let facts = snapshot.fact("environment") else { return "" }
    var parts = [facts["os"]?.text, facts["cpu"]?["model"]?.text].compactMap { $0 }
    if let usable = facts["cpu"]?["usable"]?.integer {
      parts.append(CountText.of(usable, "processor"))
    }
    if let memory = facts["memory"]?.integer, let bytes = UInt64(exactly: memory) {
      parts.append(NumberText.bytes(bytes) + " of memory")
    }
    parts += (facts["gpus"]?.elements ?? []).compactMap(\.text)
    if let host = facts["host"]?.text { parts.append("host \(host)") }
    return parts.isEmpty
      ? "" : "It ran on " + MarkdownText.escape(parts.joined(separator: ", ")) + "."
  }

  private static func link(_ path: String, _ up: String) -> String {
    "[\(MarkdownText.escape(path))](\(ExperimentReportFiles.target(path, up)))"
  }
}

/// The tables of an experiment's report.
enum ExperimentReportTables {
  /// One value a metric where none has more than one point.
  static func metrics(_ metrics: [MetricSummary]) -> String {
    let hasHistory = metrics.contains { $0.count > 1 }
    let headings = hasHistory ? ["Last", "Min", "Max", "Mean", "Points"] : ["Value"]
    let rows = metrics.map { metric in
      let texts = MetricTexts(metric)
      let cells = [texts.last, texts.minimum, texts.maximum, texts.mean, String(metric.count)]
      return [MarkdownText.escape(metric.key.text)] + cells.prefix(headings.count)
    }
    return table(["Metric"] + headings, rows, numeric: headings.count)
  }

  static func params(_ snapshot: ExperimentSnapshot) -> String {
    let changed = snapshot.params.contains { !$0.previous.isEmpty }
    let rows = snapshot.params.map { param in
      let before = param.previous.suffix(3).map { ValueText.line($0, limit: 40) }
      return [
        MarkdownText.escape(param.key.text),
        MarkdownText.escape(ValueText.line(param.value, limit: 200)),
      ] + (changed ? [MarkdownText.escape(before.joined(separator: ", "))] : [])
    }
    return table(["Parameter", "Value"] + (changed ? ["Before"] : []), rows)
  }

  /// The facts about the experiment's data.
  static func data(_ snapshot: ExperimentSnapshot) -> String {
    let rows = (snapshot.fact("data")?.entries ?? []).map { set in
      let shape = set.value["shape"].map { ValueText.line($0) } ?? "–"
      let kind = set.value["type"]?.text ?? set.value["path"]?.text ?? "–"
      let digest = set.value["sha256"]?.text.map { MarkdownText.code(String($0.prefix(12))) }
      return [
        MarkdownText.escape(set.key.text), MarkdownText.escape(kind), MarkdownText.escape(shape),
        digest ?? "–",
      ]
    }
    return table(["Data", "Kind", "Shape", "SHA-256"], rows)
  }

  /// A table; the last `numeric` columns are aligned as numbers are. "" without rows.
  static func table(_ headings: [String], _ rows: [[String]], numeric: Int = 0) -> String {
    guard !rows.isEmpty else { return "" }
    let shown = Array(rows.prefix(ExperimentReport.mostRows))
    let more = rows.count - shown.count
    return MarkdownTable.render(headings, shown, numeric: numeric)
      + (more > 0 ? "\n\n\(more) more are not shown." : "")
  }
}

/// The files of an experiment in its report, as links that work where the report lies.
enum ExperimentReportFiles {
  private static let pictureEndings = [".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp"]
  private static let mostFigures = 20

  /// The saved pictures.
  static func pictures(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    saved(snapshot).filter(isPicture)
  }

  /// Pictures, to be seen in the report itself.
  static func figures(_ snapshot: ExperimentSnapshot, _ up: String) -> String {
    pictures(snapshot).prefix(mostFigures).map { artifact in
      "![\(MarkdownText.escape(artifact.path))](\(target(artifact.path, up)))"
    }.joined(separator: "\n\n")
  }

  /// All files but the report and what was captured, which the last section names.
  static func table(_ snapshot: ExperimentSnapshot, _ up: String, report: String) -> String {
    let rows = saved(snapshot).filter { !$0.path.utf8.elementsEqual(report.utf8) }.map { artifact in
      [
        "[\(MarkdownText.escape(artifact.path))](\(target(artifact.path, up)))",
        MarkdownText.escape(artifact.kind), NumberText.bytes(artifact.size),
        MarkdownText.code(String(artifact.sha256.prefix(12))),
      ]
    }
    return ExperimentReportTables.table(["File", "Kind", "Size", "SHA-256"], rows)
  }

  static func has(_ path: String, _ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.artifacts.contains { $0.keptAs.isEmpty && !$0.removed && $0.path == path }
  }

  /// A path as the target of a link: everything but plain characters as the percent signs of URLs.
  static func target(_ path: String, _ up: String) -> String {
    var text = up
    for byte in path.utf8 {
      if byte.isLetter || byte.isDigit || "-_./~".utf8.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + byte.zeroPadded(2, radix: 16, uppercase: true)
      }
    }
    return text
  }

  private static func saved(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    snapshot.artifacts.filter { $0.keptAs.isEmpty && !$0.removed && $0.kind != "environment" }
  }

  private static func isPicture(_ artifact: Artifact) -> Bool {
    pictureEndings.contains { artifact.path.lowercased().hasSuffix($0) }
  }
}

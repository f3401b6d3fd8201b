package import TrackingEntities

/// One experiment for a terminal: how it stands, what came of it, what it was given, and where it
/// came from.
package enum ExperimentText {
  /// So many lines of one kind are shown.
  private static let mostRows = 40
  private static let indent = "  "

  /// The sections, at most `width` columns wide if a width is given: long values are cut.
  ///
  /// - Parameters:
  ///   - increment: The name of the increment it is in.
  ///   - label: Its number, as `exp-003`; empty if it has none.
  ///   - inside: A table of those inside it; empty if there are none.
  package static func render(
    _ snapshot: ExperimentSnapshot, increment: String, label: String, inside: [String] = [],
    width: Int? = nil, colours: Bool = false
  ) -> String {
    var blocks = [head(snapshot, increment, label, width, colours)]
    func add(_ title: String, _ lines: [String], total: Int? = nil) {
      guard !lines.isEmpty else { return }
      var shown = lines.prefix(mostRows).map { indent + $0 }
      let more = (total ?? lines.count) - shown.count
      if more > 0 { shown.append(indent + "… and \(more) more") }
      blocks.append(
        ([TextColour.bold.paint(title, if: colours)] + shown.map { cut($0, width) })
          .joined(separator: "\n"))
    }
    if let failure = snapshot.failure { add("What went wrong", [FailureText.line(failure)]) }
    if let selection = snapshot.selection, selection.selected {
      let reasons = selection.rationale.map { "- " + VisibleText.line($0) }
      blocks.append(
        ([
          TextColour.bold.paint("Selected for deployment", if: colours)
            + (Decisions.maker(selection).map { " " + $0 } ?? "")
        ]
          + reasons.map { cut(indent + $0, width) }).joined(separator: "\n"))
    }
    for (title, matches) in [("Metrics", false), ("The machine", true)] {
      let metrics = snapshot.metrics.filter { DetailMetric.matches($0.key) == matches }
      add(title, self.metrics(metrics, width), total: metrics.isEmpty ? 0 : metrics.count + 1)
    }
    if !inside.isEmpty {
      blocks.append(
        ([TextColour.bold.paint("Inside it", if: colours)] + inside.map { indent + $0 })
          .joined(separator: "\n"))
    }
    let params = FlattenedParams.ofParams(snapshot)
    add(
      "Parameters",
      pairs(params.map { (VisibleText.line($0.key.text), ValueText.line($0.value, limit: 400)) }))
    add("Notes", notes(snapshot))
    add("Files", files(snapshot))
    add("Where it came from", pairs(origin(snapshot)))
    add("Problems", problems(snapshot))
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func head(
    _ snapshot: ExperimentSnapshot, _ increment: String, _ label: String, _ width: Int?,
    _ colours: Bool
  ) -> String {
    let name = Names.shown(snapshot)
    let number = label.isEmpty || name.hasPrefix(label) ? "" : " (\(label))"
    let status = snapshot.status.rawValue
    var facts = [status]
    if let duration = snapshot.duration { facts.append(DurationText.seconds(duration)) }
    facts.append("started " + DateText.utc(snapshot.identity.created))
    if snapshot.identity.rerun > 1 { facts.append("run \(snapshot.identity.rerun)") }
    var lines = TextWidth.wrapped(facts, to: width)
    if let first = lines.first, first.hasPrefix(status) {
      lines[0] =
        TextColour(snapshot.status).paint(status, if: colours) + first.dropFirst(status.count)
    }
    lines.insert(TextColour.bold.paint(cut(name + number, width), if: colours), at: 0)
    lines += TextWidth.wrapped(
      ["in " + VisibleText.line(increment), "folder " + VisibleText.line(snapshot.folder)],
      to: width)
    let tags = snapshot.tags.map { VisibleText.line($0) }
    if !tags.isEmpty {
      lines += TextWidth.wrapped(["tags: " + tags[0]] + tags[1...], to: width, by: ", ")
    }
    for fact in snapshot.fact("about")?.entries ?? [] {
      let text = fact.value.text ?? ValueText.line(fact.value, limit: 400)
      lines += VisibleText.block(text).split(separator: "\n").map { line in
        fact.key == "description" ? String(line) : "\(VisibleText.line(fact.key.text)): \(line)"
      }
    }
    return lines.joined(separator: "\n")
  }

  /// One value a metric where none has more than one point; else as many columns as there is space
  /// for.
  private static func metrics(_ metrics: [MetricSummary], _ width: Int?) -> [String] {
    guard !metrics.isEmpty else { return [] }
    let hasHistory = metrics.contains { $0.count > 1 }
    var rows = [["", "last", "points", "min", "max", "mean"]]
    rows += metrics.map { metric in
      let texts = MetricTexts(metric)
      return [
        VisibleText.line(metric.key.text, limit: 60), texts.last, String(metric.count),
        texts.minimum, texts.maximum, texts.mean,
      ]
    }
    if !hasHistory { return pairs(rows.dropFirst().map { ($0[0], $0[1]) }) }
    for columns in [6, 5, 3] {
      let lines = aligned(rows.map { Array($0.prefix(columns)) }, numeric: 1...)
      let widest = lines.map(TextWidth.of).max() ?? 0
      if width.map({ widest + indent.utf8.count <= $0 }) ?? true { return lines }
    }
    return aligned(rows.map { Array($0.prefix(2)) }, numeric: 1...)
  }

  private static func notes(_ snapshot: ExperimentSnapshot) -> [String] {
    snapshot.notes.map { note in
      DateText.utc(note.time) + "  "
        + VisibleText.line(note.text.split(whereSeparator: \.isNewline).joined(separator: " / "))
    }
  }

  private static func files(_ snapshot: ExperimentSnapshot) -> [String] {
    let files = snapshot.artifacts.filter { $0.keptAs.isEmpty && !$0.removed }
    let own = files.filter { $0.kind != "environment" }
    let captured = files.filter { $0.kind == "environment" }
    return aligned(
      (own + captured).map { file in
        [
          VisibleText.line(file.path), NumberText.bytes(file.size), String(file.sha256.prefix(12)),
        ]
      }, numeric: 1..<2)
  }

  private static func origin(_ snapshot: ExperimentSnapshot) -> [(String, String)] {
    var facts: [(String, String)] = []
    if let git = snapshot.fact("git"), let commit = git["commit"]?.text, !commit.isEmpty {
      var text = VisibleText.line(commit)
      if let branch = git["branch"]?.text { text += " (\(VisibleText.line(branch)))" }
      if git["dirty"]?.boolean == true { text += ", with uncommitted changes" }
      facts.append(("commit", text))
    }
    if let command = ExperimentReportOrigin.command(snapshot) {
      facts.append(("command", VisibleText.line(command)))
    }
    if let environment = snapshot.fact("environment") {
      if let python = environment["python"]?.text {
        facts.append(("python", VisibleText.line(python)))
      }
      if let host = environment["host"]?.text { facts.append(("host", VisibleText.line(host))) }
    }
    for set in snapshot.fact("data")?.entries ?? [] {
      let parts = [
        set.value["path"]?.text ?? set.value["type"]?.text,
        set.value["shape"].map { ValueText.line($0) },
        set.value["sha256"]?.text.map { String($0.prefix(12)) },
      ]
      facts.append(
        (
          "data " + VisibleText.line(set.key.text, limit: 40),
          VisibleText.line(parts.compactMap { $0 }.joined(separator: ", "))
        ))
    }
    return facts
  }

  private static func problems(_ snapshot: ExperimentSnapshot) -> [String] {
    var problems = snapshot.problems.map { VisibleText.line($0, limit: 400) }
    if snapshot.dropped > 0 {
      problems.append(CountText.of(Int(clamping: snapshot.dropped), "record") + " not stored")
    }
    return problems
  }

  private static func pairs(_ pairs: [(String, String)]) -> [String] {
    aligned(pairs.map { [$0.0, $0.1] }, numeric: 2...)
  }

  private static func aligned(
    _ rows: [[String]], numeric: some RangeExpression<Int>
  ) -> [String] {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in rows.map { TextWidth.of($0[column]) }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        if column > 0 { line += "  " }
        line +=
          column == columns - 1 && !numeric.contains(column)
          ? text
          : TextWidth.padded(text, to: widths[column], onLeft: numeric.contains(column))
      }
      return line
    }
  }

  private static func cut(_ line: String, _ width: Int?) -> String {
    width.map { TextWidth.cut(line, to: $0) } ?? line
  }
}

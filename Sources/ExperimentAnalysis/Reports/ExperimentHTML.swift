package import TrackingEntities

/// One experiment for a notebook.
package enum ExperimentHTML {
  private static let mostRows = 30

  /// Status, description, decision, metrics, parameters, tags, notes, figures, artifacts and the
  /// state of the code.
  ///
  /// - Parameter content: Gives the bytes of a file if it has no more than so many; nil if it has
  ///   or cannot be read.
  package static func render(
    _ snapshot: ExperimentSnapshot,
    content: (_ path: String, _ most: Int) -> [UInt8]? = { _, _ in nil }
  ) -> String {
    HTMLText.frame([
      title(snapshot), failure(snapshot), tags(snapshot), about(snapshot), decision(snapshot),
      metrics(snapshot), params(snapshot), ExperimentFigures.html(snapshot, content),
      artifacts(snapshot), notes(snapshot), problems(snapshot), footer(snapshot),
    ])
  }

  /// What its author wrote about it: the description, and the other facts by name.
  private static func about(_ snapshot: ExperimentSnapshot) -> String {
    let facts = snapshot.fact("about")?.entries ?? []
    var blocks: [String] = []
    if let text = facts.last(where: { $0.key == "description" })?.value.text, !text.isEmpty {
      blocks.append(HTMLText.block(text))
    }
    let rest = facts.filter { $0.key != "description" }.prefix(mostRows)
    blocks += zip(Heading.titles(rest.map(\.key)), rest).map { title, fact in
      "<span style=\"opacity:.7\">\(HTMLText.line(title)):</span> "
        + HTMLText.escape(ValueText.line(fact.value, limit: 200))
    }
    guard !blocks.isEmpty else { return "" }
    return "<div style=\"margin:6px 0 0\">" + blocks.joined(separator: "<br>") + "</div>"
  }

  private static func decision(_ snapshot: ExperimentSnapshot) -> String {
    guard let selection = snapshot.selection, selection.selected else { return "" }
    let reasons = selection.rationale.filter { !$0.isEmpty }.prefix(mostRows)
      .map { "<li>" + HTMLText.line($0) + "</li>" }.joined()
    return "<div style=\"margin:6px 0 0\"><strong>Selected for deployment</strong>"
      + (Decisions.maker(selection).map { " " + HTMLText.line($0) } ?? "")
      + (reasons.isEmpty
        ? "" : "<ul style=\"margin:2px 0 0;padding-left:20px\">\(reasons)</ul>") + "</div>"
  }

  private static func title(_ snapshot: ExperimentSnapshot) -> String {
    var parts = [StatusBadge.html(snapshot.status)]
    if snapshot.identity.rerun > 1 { parts.append("run \(snapshot.identity.rerun)") }
    if snapshot.selection?.selected == true {
      parts.append(HTMLText.selected)
    }
    if let duration = snapshot.duration {
      parts.append(HTMLText.aside(DurationText.seconds(duration)))
    }
    return HTMLText.title(Names.shown(snapshot), parts)
  }

  private static func failure(_ snapshot: ExperimentSnapshot) -> String {
    guard let failure = snapshot.failure else { return "" }
    return "<div style=\"margin:4px 0\">" + HTMLText.code(FailureText.line(failure)) + "</div>"
  }

  private static func tags(_ snapshot: ExperimentSnapshot) -> String {
    guard !snapshot.tags.isEmpty else { return "" }
    let chips = snapshot.tags.prefix(mostRows).map(HTMLText.chip).joined()
    return "<div style=\"margin:6px 0 0\">" + chips + more(snapshot.tags.count) + "</div>"
  }

  /// One value a metric where no metric has more than one point.
  private static func metrics(_ snapshot: ExperimentSnapshot) -> String {
    let hasHistory = snapshot.metrics.contains { $0.count > 1 }
    let headings = hasHistory ? ["Last", "Min", "Max", "Mean", "Points"] : ["Value"]
    let header =
      [HTMLText.cell("Metric", header: true)]
      + headings.map { HTMLText.cell($0, numeric: true, header: true) }
    let rows = snapshot.metrics.prefix(mostRows).map { metric in
      let texts = MetricTexts(metric)
      let cells = [texts.last, texts.minimum, texts.maximum, texts.mean, String(metric.count)]
      return HTMLText.row(
        [HTMLText.cell(HTMLText.line(metric.key.text))]
          + cells.prefix(headings.count).map { HTMLText.cell(HTMLText.line($0), numeric: true) })
    }
    return section(header, rows, of: snapshot.metrics.count)
  }

  private static func params(_ snapshot: ExperimentSnapshot) -> String {
    let header = ["Parameter", "Value"].map { HTMLText.cell($0, header: true) }
    let rows = snapshot.params.prefix(mostRows).map { param in
      var value = HTMLText.escape(ValueText.line(param.value, limit: 200))
      if !param.previous.isEmpty {
        let before = param.previous.suffix(3).map { ValueText.line($0, limit: 40) }
        value +=
          " <span style=\"opacity:.6\">(before: "
          + HTMLText.line(before.joined(separator: ", ")) + ")</span>"
      }
      return HTMLText.row([
        HTMLText.cell(HTMLText.line(param.key.text)), HTMLText.cell(value),
      ])
    }
    return section(header, rows, of: snapshot.params.count)
  }

  private static func artifacts(_ snapshot: ExperimentSnapshot) -> String {
    let stored = snapshot.artifacts.filter { !$0.removed && $0.keptAs.isEmpty }
    let header = [
      HTMLText.cell("Artifact", header: true), HTMLText.cell("Kind", header: true),
      HTMLText.cell("Size", numeric: true, header: true), HTMLText.cell("SHA-256", header: true),
    ]
    let rows = stored.prefix(mostRows).map { artifact in
      HTMLText.row([
        HTMLText.cell(HTMLText.line(artifact.path)), HTMLText.cell(HTMLText.line(artifact.kind)),
        HTMLText.cell(NumberText.bytes(artifact.size), numeric: true),
        HTMLText.cell(HTMLText.code(String(artifact.sha256.prefix(12)))),
      ])
    }
    return section(header, rows, of: stored.count)
  }

  private static func notes(_ snapshot: ExperimentSnapshot) -> String {
    guard !snapshot.notes.isEmpty else { return "" }
    let items = snapshot.notes.suffix(mostRows).map { note in
      "<div style=\"display:flex;gap:10px;margin:2px 0\">"
        + "<span style=\"opacity:.6;white-space:nowrap\">\(DateText.utc(note.time))</span>"
        + HTMLText.block(note.text) + "</div>"
    }
    return HTMLText.caption("Notes") + items.joined() + more(snapshot.notes.count)
  }

  private static func problems(_ snapshot: ExperimentSnapshot) -> String {
    var problems = snapshot.problems
    if snapshot.dropped > 0 {
      problems.append(CountText.of(snapshot.dropped, "record") + " could not be stored.")
    }
    guard !problems.isEmpty else { return "" }
    return HTMLText.caption("Problems")
      + problems.prefix(mostRows).map(HTMLText.block)
      .joined(separator: "<br>") + more(problems.count)
  }

  /// Where it is, when it was made, from which code.
  private static func footer(_ snapshot: ExperimentSnapshot) -> String {
    var parts = [HTMLText.code(snapshot.folder), DateText.utc(snapshot.identity.created)]
    if let git = snapshot.fact("git"), let commit = git["commit"]?.text, !commit.isEmpty {
      var text = "git " + HTMLText.code(String(commit.prefix(12)))
      if let branch = git["branch"]?.text, !branch.isEmpty { text += " " + HTMLText.line(branch) }
      if git["dirty"]?.boolean == true { text += ", uncommitted changes" }
      parts.append(text)
    }
    return HTMLText.remark(parts.joined(separator: " &nbsp;·&nbsp; "))
  }

  private static func section(
    _ header: [String], _ rows: [String], of count: Int
  ) -> String {
    guard !rows.isEmpty else { return "" }
    return "<div style=\"margin:8px 0 0\">" + HTMLText.table([HTMLText.row(header)] + rows)
      + more(count) + "</div>"
  }

  private static func more(_ count: Int) -> String {
    count > mostRows ? HTMLText.remark("\(count - mostRows) more not shown.") : ""
  }
}

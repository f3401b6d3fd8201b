import TrackingEntities

/// The text of `comparison.md`.
///
/// The same experiments give the same bytes: there is no time of writing in it, so that a repeated
/// comparison leaves a git working tree clean.
package enum MarkdownReport {
  /// The most experiments listed by name below the table.
  private static let mostListed = Decisions.mostListed

  /// The whole document, ready to be written.
  package static func render(_ comparison: Comparison) -> String {
    GuardedReport.wrap(document(comparison))
  }

  /// The document without the line by which an edit is detected.
  package static func document(_ comparison: Comparison) -> String {
    let blocks = [
      "# Experiment Comparison",
      table(comparison),
      bestModel(comparison),
      selections(comparison),
      proposals(comparison),
      unfinished(comparison),
      notes(comparison),
      "*Written by specweave-ml from the experiments in this folder.*",
    ]
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// The table, as `| exp-001-baseline | 0.65 | 2s |`.
  package static func table(_ comparison: Comparison) -> String {
    guard !comparison.rows.isEmpty else { return comparison.emptyText }
    let headings =
      [comparison.nameHeading] + comparison.columns.map { MarkdownText.escape($0.heading) }
    let rows = comparison.rows.map { row in
      let cells = zip(comparison.columns, row.cells).map { column, cell in
        column.isNumeric ? cell.text : MarkdownText.escape(cell.text)
      }
      return [MarkdownText.escape(comparison.title(row))] + cells
    }
    return MarkdownTable.render(headings, rows)
  }

  /// The block that names the best model and the reasons.
  package static func bestModel(_ comparison: Comparison) -> String {
    guard let best = comparison.best else {
      return comparison.rows.isEmpty
        ? "" : "**Best Model**: none yet: no completed experiment has a metric to judge by."
    }
    let lines = comparison.reasons.map { "- " + MarkdownText.escape($0) }
    return (["**Best Model**: " + MarkdownText.escape(best.name)] + lines + rationale(best))
      .joined(separator: "\n")
  }

  /// The reasons of a decision. An empty one is left out: its dash would make a heading of the line
  /// above.
  private static func rationale(_ row: Comparison.Row) -> [String] {
    Decisions.rationale(row).map(MarkdownText.escape).filter { !$0.isEmpty }.map { "  - " + $0 }
  }

  /// Decisions for other experiments than the best.
  private static func selections(_ comparison: Comparison) -> String {
    Decisions.besides(comparison).map { row in
      let name = MarkdownText.escape(comparison.title(row))
      return
        (["**Selected for deployment**: " + name]
        + rationale(row).map { String($0.dropFirst(2)) }).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// What the data says, kept apart from what a person wrote.
  private static func proposals(_ comparison: Comparison) -> String {
    comparison.proposals.map { proposal in
      let (title, rest) = Decisions.heading(proposal)
      let lines = proposal.reasons.map { "- " + MarkdownText.escape($0) }
      return (["**\(title)** " + MarkdownText.escape(rest)] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func unfinished(_ comparison: Comparison) -> String {
    let rows = comparison.rows.filter { $0.status != .completed }
    guard !rows.isEmpty else { return "" }
    var lines = ["**Not completed**"]
    for row in rows.prefix(mostListed) {
      var text = "- " + MarkdownText.escape(row.name) + ": " + row.status.rawValue
      if let failure = row.snapshot.failure {
        text += ", " + MarkdownText.code(FailureText.line(failure))
      }
      lines.append(text)
    }
    if rows.count > mostListed { lines.append("- and \(rows.count - mostListed) more") }
    return lines.joined(separator: "\n")
  }

  private static func notes(_ comparison: Comparison) -> String {
    var notes = comparison.notes
    if let hidden = comparison.hiddenText { notes.append(hidden) }
    guard !notes.isEmpty else { return "" }
    return (["**Notes**"] + notes.map { "- " + MarkdownText.escape($0) }).joined(separator: "\n")
  }
}

/// An error on one line.
enum FailureText {
  /// `ValueError: the first line of the message`.
  static func line(_ failure: Failure) -> String {
    let message = VisibleText.firstLine(failure.message)
    let type = VisibleText.line(failure.type, limit: 100)
    if message.isEmpty { return type.isEmpty ? "error" : type }
    return type.isEmpty ? message : "\(type): \(message)"
  }
}

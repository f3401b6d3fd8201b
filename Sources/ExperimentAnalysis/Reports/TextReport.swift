import TrackingEntities

/// A comparison for a terminal.
package enum TextReport {
  private static let gap = "  "
  private static let narrowestName = 16

  /// The table, the best model and the notes; at most `width` columns wide if a width is given: the
  /// names are cut first, then columns left out, the primary metric last of all.
  package static func render(_ comparison: Comparison, width: Int? = nil) -> String {
    var blocks = [
      comparison.rows.isEmpty ? comparison.emptyText : table(comparison, width: width)
    ]
    if let best = comparison.best {
      blocks.append(
        (["Best Model: " + best.name] + comparison.reasons.map { "- " + $0 }
          + rationale(best).map { "  " + $0 })
          .joined(separator: "\n"))
    }
    blocks += Decisions.besides(comparison).map { row in
      (["Selected for deployment: " + comparison.title(row)] + rationale(row))
        .joined(separator: "\n")
    }
    var notes = comparison.rows.compactMap { row in
      row.snapshot.failure.map { "\(row.name): \(FailureText.line($0))" }
    }
    if notes.count > 10 { notes = notes.prefix(10) + ["and \(notes.count - 10) more failures"] }
    notes += comparison.notes
    if let hidden = comparison.hiddenText { notes.append(hidden) }
    if !notes.isEmpty { blocks.append(notes.joined(separator: "\n")) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func rationale(_ row: Comparison.Row) -> [String] {
    Decisions.rationale(row).map { "- " + VisibleText.line($0) }
  }

  private struct TextColumn {
    var heading: String
    var cells: [String]
    var isNumeric: Bool
    var isPrimary: Bool
    var width: Int
  }

  private static func table(_ comparison: Comparison, width: Int?) -> String {
    var names = comparison.rows.map { row in
      comparison.title(row) + (comparison.isBest(row) ? " *" : "")
    }
    var columns = comparison.columns.enumerated().map { index, column in
      let cells = comparison.rows.map { index < $0.cells.count ? $0.cells[index].text : "" }
      return TextColumn(
        heading: column.heading, cells: cells, isNumeric: column.isNumeric,
        isPrimary: comparison.primary.map { column.content == $0.column } ?? false,
        width: max(TextWidth.of(column.heading), cells.map(TextWidth.of).max() ?? 0))
    }
    var nameWidth = max(10, names.map(TextWidth.of).max() ?? 0)
    var hidden = 0
    if let width {
      func rest() -> Int { columns.reduce(0) { $0 + $1.width + gap.utf8.count } }
      nameWidth = min(nameWidth, max(narrowestName, width - rest()))
      while nameWidth + rest() > width, columns.count > 1,
        let last = columns.lastIndex(where: { !$0.isPrimary })
      {
        columns.remove(at: last)
        hidden += 1
      }
      names = names.map { TextWidth.cut($0, to: nameWidth) }
    }
    var lines = [line(comparison.nameHeading, nameWidth, columns.map { ($0.heading, $0) })]
    lines.append(
      line(rule(nameWidth), nameWidth, columns.map { (rule($0.width), $0) }))
    for (index, name) in names.enumerated() {
      lines.append(line(name, nameWidth, columns.map { ($0.cells[index], $0) }))
    }
    if hidden > 0 { lines.append("(\(CountText.of(hidden, "more column")))") }
    return lines.joined(separator: "\n")
  }

  private static func rule(_ width: Int) -> String { String(repeating: "-", count: width) }

  private static func line(
    _ name: String, _ nameWidth: Int, _ cells: [(text: String, column: TextColumn)]
  ) -> String {
    var line = TextWidth.padded(name, to: nameWidth)
    for cell in cells {
      line +=
        gap
        + TextWidth.padded(cell.text, to: cell.column.width, onLeft: cell.column.isNumeric)
    }
    while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
    return line
  }
}

import TrackingEntities

/// A comparison for a terminal.
package enum TextReport {
  private static let gap = "  "
  private static let narrowestName = 16
  /// What stands behind the name of the best.
  private static let best = " *"

  /// The table, the best model and the notes; at most `width` columns wide if a width is given: the
  /// names are cut first, then columns left out, the primary metric last of all. Where some are
  /// left out, metrics stand before parameters.
  ///
  /// - Parameters:
  ///   - mostRows: How many rows the table has; the best is always one of them.
  ///   - fromEnd: Whether they are the last ones: rows are in the order of time unless they were
  ///     ordered.
  package static func render(
    _ comparison: Comparison, width: Int? = nil, mostRows: Int = .max, fromEnd: Bool = false,
    colours: Bool = false
  ) -> String {
    var shown = comparison
    shown.rows = rows(comparison, mostRows, fromEnd)
    var blocks = [
      comparison.rows.isEmpty ? comparison.emptyText : table(shown, width: width, colours: colours)
    ]
    if let best = comparison.best {
      blocks.append(
        ([TextColour.bold.paint("Best Model: " + best.name, if: colours)]
          + comparison.reasons.map { "- " + $0 }
          + rationale(best).map { "  " + $0 })
          .joined(separator: "\n"))
    }
    blocks += Decisions.besides(comparison).map { row in
      (["Selected for deployment: " + comparison.title(row)] + rationale(row))
        .joined(separator: "\n")
    }
    blocks += comparison.proposals.map { proposal in
      let (title, rest) = Decisions.heading(proposal)
      return
        ([TextColour.bold.paint("\(title) \(rest)", if: colours)]
        + proposal.reasons.map { "- " + VisibleText.line($0) }).joined(separator: "\n")
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

  private static func rows(
    _ comparison: Comparison, _ most: Int, _ fromEnd: Bool
  ) -> [Comparison.Row] {
    let all = comparison.rows
    guard all.count > most, most > 0 else { return all }
    var shown = Array(fromEnd ? all.suffix(most) : all.prefix(most))
    if let best = all.first(where: comparison.isBest), !shown.contains(where: comparison.isBest) {
      shown.remove(at: fromEnd ? 0 : most - 1)
      shown.insert(best, at: fromEnd ? 0 : most - 1)
    }
    return shown
  }

  private static func rationale(_ row: Comparison.Row) -> [String] {
    Decisions.rationale(row).map { "- " + VisibleText.line($0) }
  }

  private struct TextColumn {
    var heading: String
    var cells: [String]
    var isNumeric: Bool
    /// The metric that decides, a metric or what is like one, or a parameter.
    var worth: Worth
    var width: Int

    enum Worth { case primary, metric, param }
  }

  private static func table(_ comparison: Comparison, width: Int?, colours: Bool) -> String {
    var names = comparison.rows.map { row in
      comparison.title(row) + (comparison.isBest(row) ? best : "")
    }
    var columns = comparison.columns.enumerated().map { index, column in
      let cells = comparison.rows.map { index < $0.cells.count ? $0.cells[index].text : "" }
      return TextColumn(
        heading: column.heading, cells: cells, isNumeric: column.isNumeric,
        worth: worth(column, comparison),
        width: max(TextWidth.of(column.heading), cells.map(TextWidth.of).max() ?? 0))
    }
    var nameWidth = max(10, names.map(TextWidth.of).max() ?? 0)
    var hidden = 0
    if let width {
      func rest() -> Int { columns.reduce(0) { $0 + $1.width + gap.utf8.count } }
      nameWidth = min(nameWidth, max(narrowestName, width - rest()))
      if nameWidth + rest() > width {
        let kept = fitting(columns, in: width - nameWidth)
        hidden = columns.count - kept.count
        columns = kept.map { columns[$0] }
      }
      names = zip(comparison.rows, names).map { row, name in
        cut(name, to: nameWidth, keeping: comparison.isBest(row) ? best : statusMark(row))
      }
    }
    var lines = [line(comparison.nameHeading, nameWidth, columns.map { ($0.heading, $0) })]
    lines[0] = TextColour.bold.paint(lines[0], if: colours)
    lines.append(
      line(rule(nameWidth), nameWidth, columns.map { (rule($0.width), $0) }))
    for (index, name) in names.enumerated() {
      let text = line(name, nameWidth, columns.map { ($0.cells[index], $0) })
      let isBest = comparison.isBest(comparison.rows[index])
      lines.append(TextColour.green.paint(text, if: colours && isBest))
    }
    if hidden > 0 { lines.append("(\(CountText.of(hidden, "more column")))") }
    return lines.joined(separator: "\n")
  }

  /// What follows the name of a row that did not complete.
  private static func statusMark(_ row: Comparison.Row) -> String {
    row.status == .completed ? "" : " (\(row.status.rawValue))"
  }

  /// A name cut before its ending, where that leaves enough of the name.
  private static func cut(_ name: String, to width: Int, keeping ending: String) -> String {
    guard TextWidth.of(name) > width, name.hasSuffix(ending), ending.count * 2 < width else {
      return TextWidth.cut(name, to: width)
    }
    return TextWidth.cut(String(name.dropLast(ending.count)), to: width - ending.count) + ending
  }

  private static func worth(
    _ column: Comparison.Column, _ comparison: Comparison
  ) -> TextColumn.Worth {
    if let primary = comparison.primary, column.content == primary.column { return .primary }
    switch column.content {
    case .param, .changedParams: return .param
    default: return .metric
    }
  }

  /// The places of the columns that fit, metrics before parameters. The one that decides stays in
  /// any case; then metrics and parameters are chosen by turns, so that both can be seen.
  private static func fitting(_ columns: [TextColumn], in width: Int) -> [Int] {
    let primary = columns.indices.filter { columns[$0].worth == .primary }
    let metrics = columns.indices.filter { columns[$0].worth == .metric }
    let params = columns.indices.filter { columns[$0].worth == .param }
    var byWorth = primary
    for turn in 0..<max(metrics.count, params.count) {
      byWorth += [metrics, params].compactMap { turn < $0.count ? $0[turn] : nil }
    }
    var kept: Set<Int> = []
    var used = 0
    for place in byWorth {
      let taken = columns[place].width + gap.utf8.count
      guard used + taken <= width || kept.isEmpty else { continue }
      used += taken
      kept.insert(place)
    }
    return (primary + metrics).sorted().filter(kept.contains) + params.filter(kept.contains)
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

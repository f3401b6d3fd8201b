/// A difference for a terminal.
package enum DifferenceText {
  private static let gap = "  "
  private static let narrowest = 12

  /// The sections as tables; at most `width` columns wide if a width is given: the values are cut.
  ///
  /// - Parameters:
  ///   - code: What differs in the code, which is shown at the end; nil where nobody asked.
  ///   - mostLines: How many lines of its diff are shown.
  package static func render(
    _ difference: ExperimentDifference, code: CodeDifference? = nil, mostLines: Int = .max,
    width: Int? = nil, colours: Bool = false
  ) -> String {
    let table = DifferenceTable(difference)
    let titles = difference.titles
    var blocks = ["\(titles.after), compared with \(titles.before)"]
    blocks += table.sections.map { section in
      let head = [
        section.title, titles.before, titles.after, section.isNumeric ? "Difference" : "",
      ]
      var lines = lines([head] + section.rows.map(cells), section.isNumeric, width)
      if colours {
        lines[0] = TextColour.bold.paint(lines[0])
        for (place, row) in section.rows.enumerated() {
          guard let isBetter = row.isBetter else { continue }
          lines[place + 2] = (isBetter ? TextColour.green : .red).paint(lines[place + 2])
        }
      }
      if section.hidden > 0 { lines.append("(\(section.hidden) more)") }
      return lines.joined(separator: "\n")
    }
    if !table.foot.isEmpty { blocks.append(table.foot) }
    if let code {
      blocks += CodeDifferenceText.blocks(code, mostLines: mostLines, colours: colours)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func cells(_ row: DifferenceTable.Row) -> [String] {
    let judgement = row.isBetter.map { $0 ? " better" : " worse" } ?? ""
    return [row.name, row.before, row.after, row.remark + judgement]
  }

  private static func lines(_ rows: [[String]], _ isNumeric: Bool, _ width: Int?) -> [String] {
    var widths = (0..<4).map { column in rows.map { TextWidth.of($0[column]) }.max() ?? 0 }
    if let width {
      let gaps = 3 * gap.utf8.count
      while widths.reduce(gaps, +) > width,
        let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest
      {
        widths[widest] -= 1
      }
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([rows[0], rule] + rows.dropFirst()).map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        if column > 0 { line += gap }
        let isRight = isNumeric && (column == 1 || column == 2)
        line += TextWidth.padded(
          TextWidth.cut(text, to: widths[column]), to: widths[column], onLeft: isRight)
      }
      while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
      return line
    }
  }
}

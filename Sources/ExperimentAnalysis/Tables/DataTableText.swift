import TrackingEntities

/// A table of plain values for people.
package enum DataTableText {
  private static let gap = 2
  private static let narrowest = 8

  /// As a table of Markdown.
  package static func markdown(_ table: DataTable) -> String {
    MarkdownTable.render(
      table.columns.map { MarkdownText.escape($0.name) },
      table.rows.map { row in
        row.indices.map { MarkdownText.escape(table.text(row[$0], in: $0), limit: .max) }
      }) + "\n"
  }

  /// As aligned columns, at most `width` columns wide: the widest cells are cut first.
  package static func aligned(_ table: DataTable, width: Int? = nil) -> String {
    var columns = table.columns.indices.map { column in
      let cells = table.rows.map { VisibleText.line(table.shown($0[column], in: column)) }
      return [VisibleText.line(table.columns[column].name)] + cells
    }
    let isNumeric = table.columns.indices.map { column in
      !table.columns[column].isTime
        && table.rows.allSatisfy { $0[column] == .null || $0[column].double != nil }
    }
    var widths = columns.map { $0.map(TextWidth.of).max() ?? 0 }
    if let width {
      while widths.reduce(0, { $0 + $1 + gap }) - gap > width,
        let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest
      {
        widths[widest] -= 1
      }
      for column in columns.indices {
        columns[column] = columns[column].map { TextWidth.cut($0, to: widths[column]) }
      }
    }
    let lines = (0...table.rows.count).map { line in
      var text = ""
      for column in columns.indices {
        if column > 0 { text += String(repeating: " ", count: gap) }
        text += TextWidth.padded(
          columns[column][line], to: widths[column], onLeft: isNumeric[column])
      }
      while text.utf8.last == UInt8(ascii: " ") { text.unicodeScalars.removeLast() }
      return text + "\n"
    }
    return lines.joined()
  }
}

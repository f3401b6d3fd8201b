package import TrackingEntities

/// A table as text that programs read.
package enum DelimitedText {
  /// A line of CSV (RFC 4180), with its line end.
  ///
  /// A spreadsheet computes what begins like a formula, so such text gets an apostrophe before it;
  /// numbers stay numbers. What a terminal would obey is written as an escape.
  package static func csvHeader(_ table: DataTable) -> String {
    line(table.columns.map { quoted(harmless($0.name)) })
  }

  /// One row of a table as CSV.
  package static func csvLine(_ row: [Value], _ table: DataTable) -> String {
    line(
      row.indices.map { column in
        let text = table.text(row[column], in: column)
        return quoted(isText(row[column]) ? harmless(text) : text)
      })
  }

  /// The whole table as CSV.
  package static func csv(_ table: DataTable) -> String {
    var text = csvHeader(table)
    for row in table.rows { text += csvLine(row, table) }
    return text
  }

  /// The table with a tab between cells; a tab within one is an escape.
  package static func tsv(_ table: DataTable) -> String {
    var text = table.columns.map { visible($0.name) }.joined(separator: "\t") + "\n"
    for row in table.rows {
      let cells = row.indices.map { visible(table.text(row[$0], in: $0)) }
      text += cells.joined(separator: "\t") + "\n"
    }
    return text
  }

  private static func line(_ cells: [String]) -> String {
    cells.joined(separator: ",") + "\r\n"
  }

  private static func isText(_ value: Value) -> Bool {
    switch value {
    case .text, .list, .map: true
    default: false
    }
  }

  private static func harmless(_ text: String) -> String {
    let shown = VisibleText.block(text, limit: .max)
    guard let first = shown.utf8.first, "=+-@\t\n".utf8.contains(first) else { return shown }
    return "'" + shown
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return text }
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { quoted.append(byte) }
      quoted.append(byte)
    }
    return String(decoding: quoted + [UInt8(ascii: "\"")], as: UTF8.self)
  }

  private static func visible(_ text: String) -> String { VisibleText.line(text, limit: .max) }
}

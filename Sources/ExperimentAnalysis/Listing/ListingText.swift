import TrackingEntities

/// A listing for a terminal.
package enum ListingText {
  private static let gap = 2
  private static let narrowestName = 12
  private static let comfortableName = 24

  /// The table, at most `width` columns wide if a width is given: the columns that are worth least
  /// are left out and counted, and names are cut.
  package static func render(
    _ table: ListingTable, width: Int? = nil, colours: Bool = false
  ) -> String {
    guard !table.columns.isEmpty else { return table.title }
    var columns = table.columns.map { Printed($0) }
    guard let name = columns.firstIndex(where: { $0.column.content == .name }) else {
      return table.title
    }
    for (line, depth) in table.depths.enumerated() where depth > 0 {
      let branch = table.hasNext[line] ? "├ " : "└ "
      columns[name].cells[line] =
        String(repeating: "  ", count: depth - 1) + branch + columns[name].cells[line]
    }
    columns[name].measure()
    var kept = Set(columns.indices)
    if let width { fit(&columns, name, &kept, table.byWorth, width) }
    let shown = columns.indices.filter(kept.contains).map { columns[$0] }
    var lines = [table.title]
    lines.append(
      TextColour.bold.paint(line(shown.map { ($0.column.heading, $0) }), if: colours))
    for row in table.depths.indices {
      let status = colours ? table.statuses[row].map(TextColour.init) : nil
      lines.append(line(shown.map { ($0.cells[row], $0) }, status))
    }
    let hidden = columns.count - shown.count
    if hidden > 0 { lines.append("(\(CountText.of(hidden, "more column")))") }
    return (lines + table.remarks).joined(separator: "\n")
  }

  private struct Printed {
    let column: ListingTable.Column
    var cells: [String]
    var width = 0

    init(_ column: ListingTable.Column) {
      self.column = column
      cells = column.cells
      measure()
    }

    mutating func measure() {
      width = max(TextWidth.of(column.heading), cells.map(TextWidth.of).max() ?? 0)
    }
  }

  private static func fit(
    _ columns: inout [Printed], _ name: Int, _ kept: inout Set<Int>, _ byWorth: [Int],
    _ width: Int
  ) {
    kept = Set(columns.indices.filter { !byWorth.contains($0) })
    func taken() -> Int {
      kept.reduce(0) { $0 + ($1 == name ? 0 : columns[$1].width + gap) }
    }
    let wanted = columns[name].width
    if let first = byWorth.first {
      // Where there is no space for a name and the primary metric, the status is left out.
      for content in [ListingTable.Column.Content.status, .label, .increment] {
        guard taken() + columns[first].width + gap + min(wanted, narrowestName) > width else {
          break
        }
        kept = kept.filter { columns[$0].column.content != content }
      }
      kept.insert(first)
    }
    for place in byWorth.dropFirst()
    where taken() + columns[place].width + gap + min(wanted, comfortableName) <= width {
      kept.insert(place)
    }
    let room = max(min(wanted, 4), min(wanted, width - taken()))
    columns[name].cells = columns[name].cells.map { TextWidth.cut($0, to: room) }
    columns[name].width = room
  }

  private static func line(
    _ cells: [(text: String, printed: Printed)], _ status: TextColour? = nil
  ) -> String {
    var line = ""
    for (place, cell) in cells.enumerated() {
      if place > 0 { line += String(repeating: " ", count: gap) }
      let padded = TextWidth.padded(
        cell.text, to: cell.printed.width, onLeft: cell.printed.column.isNumeric)
      guard let status, cell.printed.column.content == .status else {
        line += padded
        continue
      }
      line += status.paint(cell.text) + padded.dropFirst(cell.text.count)
    }
    while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
    return line
  }
}

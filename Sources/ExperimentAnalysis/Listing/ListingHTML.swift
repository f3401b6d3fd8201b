/// A listing for a notebook.
package enum ListingHTML {
  /// The table, everything in it escaped.
  package static func render(_ table: ListingTable) -> String {
    let header = table.columns.map { column in
      HTMLText.cell(HTMLText.line(column.heading), numeric: column.isNumeric, header: true)
    }
    let rows = table.depths.indices.map { line in
      HTMLText.row(table.columns.map { cell($0, line, table) })
    }
    return HTMLText.frame(
      [
        HTMLText.title(table.title),
        table.columns.isEmpty ? "" : HTMLText.table([HTMLText.row(header)] + rows),
      ] + table.remarks.map { HTMLText.remark(HTMLText.line($0)) })
  }

  private static func cell(
    _ column: ListingTable.Column, _ line: Int, _ table: ListingTable
  ) -> String {
    let text = column.cells[line]
    switch column.content {
    case .status: return HTMLText.cell(table.statuses[line].map(StatusBadge.html) ?? "")
    case .name where table.depths[line] > 0:
      return HTMLText.cell(
        "<span style=\"padding-left:\(table.depths[line] * 18)px\">" + HTMLText.line(text)
          + "</span>")
    case .label, .increment:
      return HTMLText.cell(
        "<span style=\"white-space:nowrap\">" + HTMLText.line(text) + "</span>")
    default: return HTMLText.cell(HTMLText.line(text), numeric: column.isNumeric)
    }
  }
}

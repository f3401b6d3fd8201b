import TrackingEntities

/// A comparison for a notebook.
package enum ComparisonHTML {
  private static let mostRows = 30

  /// The table, the best row marked, the reasons below it.
  package static func render(_ comparison: Comparison) -> String {
    guard !comparison.rows.isEmpty else {
      return HTMLText.frame([HTMLText.escape(comparison.emptyText), notes(comparison)])
    }
    let shown = rowsToShow(comparison)
    let hidden = comparison.hiddenRows + comparison.rows.count - shown.count
    let table = HTMLText.table([header(comparison)] + shown.map { row($0, comparison) })
    return HTMLText.frame([
      table, hidden > 0 ? HTMLText.remark(CountText.of(hidden, "more row") + " not shown.") : "",
      best(comparison), selections(comparison), proposals(comparison), notes(comparison),
    ])
  }

  /// The first rows; the best one takes the last place if it is not among them.
  private static func rowsToShow(_ comparison: Comparison) -> [Comparison.Row] {
    var shown = Array(comparison.rows.prefix(mostRows))
    let isBestShown = shown.contains(where: comparison.isBest)
    if !isBestShown, let best = comparison.rows.first(where: comparison.isBest) {
      shown[shown.count - 1] = best
    }
    return shown
  }

  private static func header(_ comparison: Comparison) -> String {
    let cells = comparison.columns.map { column in
      HTMLText.cell(HTMLText.line(column.heading), numeric: column.isNumeric, header: true)
    }
    return HTMLText.row([HTMLText.cell(comparison.nameHeading, header: true)] + cells)
  }

  private static func row(_ row: Comparison.Row, _ comparison: Comparison) -> String {
    let isBest = comparison.isBest(row)
    var name = HTMLText.line(row.name)
    if isBest { name += " <span title=\"best\">★</span>" }
    if row.selection != nil { name += " " + HTMLText.selected }
    if row.status != .completed { name += " " + StatusBadge.html(row.status) }
    let cells = zip(comparison.columns, row.cells).map { column, cell in
      HTMLText.cell(HTMLText.line(cell.text), numeric: column.isNumeric, strong: isBest)
    }
    return HTMLText.row([HTMLText.cell(name, strong: isBest)] + cells, isBest: isBest)
  }

  private static func best(_ comparison: Comparison) -> String {
    guard let best = comparison.best else { return "" }
    return block("Best Model", best.name, comparison.reasons + Decisions.rationale(best))
  }

  /// Decisions for other experiments than the best.
  private static func selections(_ comparison: Comparison) -> String {
    Decisions.besides(comparison).map { row in
      block("Selected for deployment", comparison.title(row), Decisions.rationale(row))
    }.joined(separator: "\n")
  }

  private static func proposals(_ comparison: Comparison) -> String {
    comparison.proposals.map { proposal in
      let (title, rest) = Decisions.heading(proposal)
      return block(title, rest, proposal.reasons)
    }.joined(separator: "\n")
  }

  private static func block(_ title: String, _ name: String, _ lines: [String]) -> String {
    let items = lines.map { "<li>" + HTMLText.line($0) + "</li>" }.joined()
    let list =
      items.isEmpty ? "" : "<ul style=\"margin:2px 0 0;padding-left:20px\">\(items)</ul>"
    return "<div style=\"margin:10px 0 0\"><strong>\(title)</strong>: "
      + HTMLText.line(name) + list + "</div>"
  }

  private static func notes(_ comparison: Comparison) -> String {
    guard !comparison.notes.isEmpty else { return "" }
    return HTMLText.remark(comparison.notes.map(HTMLText.line).joined(separator: "<br>"))
  }
}

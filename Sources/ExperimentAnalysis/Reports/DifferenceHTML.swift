/// A difference for a notebook.
package enum DifferenceHTML {
  private static let better = "#1a7f37"
  private static let worse = "#cf222e"

  /// The sections as one table, what is better and worse marked; everything in it is escaped.
  package static func render(_ difference: ExperimentDifference) -> String {
    let table = DifferenceTable(difference)
    let titles = difference.titles
    let title = HTMLText.title(titles.after, [HTMLText.aside("compared with " + titles.before)])
    let sections = table.sections.map { section in
      let head = HTMLText.row(
        [
          HTMLText.cell(HTMLText.escape(section.title), header: true),
          HTMLText.cell(HTMLText.line(titles.before), numeric: section.isNumeric, header: true),
          HTMLText.cell(HTMLText.line(titles.after), numeric: section.isNumeric, header: true),
        ] + (section.isNumeric ? [HTMLText.cell("Difference", header: true)] : []))
      let rows = section.rows.map { row($0, isNumeric: section.isNumeric) }
      let more = section.hidden > 0 ? HTMLText.remark("\(section.hidden) more not shown.") : ""
      return "<div style=\"margin:8px 0 0\">" + HTMLText.table([head] + rows) + more + "</div>"
    }
    let foot = table.foot.isEmpty ? "" : HTMLText.remark(HTMLText.escape(table.foot))
    return HTMLText.frame([title] + sections + [foot])
  }

  private static func row(_ row: DifferenceTable.Row, isNumeric: Bool) -> String {
    var remark = HTMLText.line(row.remark)
    if let isBetter = row.isBetter {
      remark +=
        " " + HTMLText.badge(isBetter ? "better" : "worse", colour: isBetter ? better : worse)
    }
    return HTMLText.row(
      [
        HTMLText.cell(HTMLText.line(row.name)),
        HTMLText.cell(HTMLText.line(row.before), numeric: isNumeric),
        HTMLText.cell(HTMLText.line(row.after), numeric: isNumeric),
      ] + (isNumeric ? [HTMLText.cell(remark)] : []))
  }
}

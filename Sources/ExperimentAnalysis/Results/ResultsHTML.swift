import TrackingEntities

/// Results for a notebook.
package enum ResultsHTML {
  /// Texts that are no longer stay in one line.
  private static let longestLine = 40

  /// Title, table, curve, remarks and shares, everything in it escaped.
  package static func render(_ results: ResultsTable) -> String {
    HTMLText.frame(
      [
        results.title.isEmpty
          ? "" : HTMLText.title(results.title, results.facts.map(HTMLText.aside)),
        table(results), curve(results.curve),
      ] + results.remarks.map { HTMLText.remark(HTMLText.line($0)) } + [shares(results.shares)])
  }

  private static func table(_ results: ResultsTable) -> String {
    guard !results.columns.isEmpty else { return "" }
    let header = results.columns.map { column in
      HTMLText.cell(
        HTMLText.line(column.heading), numeric: column.isNumeric, header: true,
        wraps: wraps(column.heading))
    }
    let texts = results.columns.indices.map(results.texts)
    let rows = results.rows.indices.map { row in
      let cells = results.columns.indices.map { place in
        cell(texts[place][row], results.columns[place], strong: row == results.best)
      }
      return HTMLText.row(cells, isBest: row == results.best)
    }
    return "<div style=\"margin:6px 0 0\">" + HTMLText.table([HTMLText.row(header)] + rows)
      + "</div>"
  }

  private static func cell(
    _ text: String, _ column: ResultsTable.Column, strong: Bool
  ) -> String {
    if column.form == .status, !text.isEmpty {
      return HTMLText.cell(StatusBadge.html(ExperimentStatus(rawValue: text) ?? .unknown))
    }
    return HTMLText.cell(
      HTMLText.line(text), numeric: column.isNumeric, strong: strong, wraps: wraps(text))
  }

  private static func wraps(_ text: String) -> Bool { text.unicodeScalars.count > longestLine }

  private static func shares(_ shares: [(name: String, share: Double)]) -> String {
    guard !shares.isEmpty else { return "" }
    let rows = shares.map { name, share in
      let width = share.isFinite ? Int(max(0, min(1, share)) * 160) : 0
      let bar =
        "<span style=\"display:inline-block;height:9px;width:\(width)px;background:#1f77b4;"
        + "border-radius:2px;margin-right:8px\"></span>"
      return HTMLText.row([
        HTMLText.bareCell(HTMLText.line(name)),
        HTMLText.bareCell(bar + NumberText.percent(share)),
      ])
    }
    return HTMLText.table(rows)
  }

  /// A small curve without a colour of its own; what is not finite leaves a gap.
  package static func curve(_ values: [Double], width: Int = 220, height: Int = 36) -> String {
    let known = values.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else { return "" }
    let across = Double(width) / Double(max(1, values.count - 1))
    var path = ""
    var isDrawing = false
    for (place, value) in values.enumerated() {
      guard value.isFinite else {
        isDrawing = false
        continue
      }
      // Halved, because the range of all doubles is more than one holds.
      let share = low == high ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2)
      let down = Double(height) - 3 - share * (Double(height) - 6)
      path += "\(isDrawing ? "L" : "M")\(coordinate(Double(place) * across)) \(coordinate(down))"
      isDrawing = true
    }
    if known.count == 1 { path += "h0.1" }
    return "<svg width=\"\(width)\" height=\"\(height)\" viewBox=\"-2 0 \(width + 4) \(height)\" "
      + "style=\"display:block;margin:4px 0\"><path d=\"\(path)\" style=\"fill:none;"
      + "stroke:currentColor;stroke-width:1.4;stroke-linecap:round;opacity:.8\"/></svg>"
  }

  private static func coordinate(_ value: Double) -> String {
    NumberText.fixed((value * 10).rounded() / 10, decimals: 1)
  }
}

extension ResultsTable.Column {
  /// Whether its values stand at the right.
  fileprivate var isNumeric: Bool { form == .number || form == .seconds }
}

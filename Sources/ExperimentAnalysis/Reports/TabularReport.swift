package import TrackingEntities

/// A result that is a table with sentences below it, in all the forms that people and programs
/// want.
package protocol TabularReport: Sendable {
  /// What it is, for a heading.
  var title: String { get }
  var table: DataTable { get }
  /// The rows for a terminal, which has so many columns; nil for no limit.
  func lines(width: Int?) -> String
  /// One sentence each.
  var remarks: [String] { get }
  /// As JSON values.
  var value: Value { get }
}

extension TabularReport {
  package func lines(width: Int?) -> String {
    let table = table
    return table.rows.isEmpty ? "" : DataTableText.aligned(table, width: width)
  }

  /// For a terminal.
  ///
  /// - Parameter width: The terminal's columns; 0 for no limit.
  package func text(width: Int = 0) -> String {
    lines(width: width > 0 ? width : nil)
      + remarks.map { VisibleText.line($0, limit: .max) + "\n" }.joined()
  }

  /// As an HTML fragment for a notebook, everything in it escaped.
  package func html() -> String {
    let table = table
    var results = ResultsTable()
    results.title = title
    results.remarks = remarks
    if !table.rows.isEmpty {
      results.columns = table.columns.map { column in
        .init(
          heading: Heading.title(Key(column.name)), form: column.name == "status" ? .status : .text)
      }
      results.rows = table.rows.map { row in
        row.indices.map { place in
          row[place] == .null ? .null : .text(table.shown(row[place], in: place))
        }
      }
    }
    return ResultsHTML.render(results)
  }
}

/// A table of Markdown, as GitHub has it.
enum MarkdownTable {
  /// The table as `| exp-001 | 0.65 | 2s |`; its cells are Markdown already.
  ///
  /// - Parameter numeric: How many of the last columns are aligned as numbers are.
  static func render(_ headings: [String], _ rows: [[String]], numeric: Int = 0) -> String {
    let marks = headings.indices.map { $0 < headings.count - numeric ? "---|" : "---:|" }
    let rule = "|" + marks.joined()
    return ([line(headings), rule] + rows.map(line)).joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}

package import TrackingEntities

/// Results that only the caller knows, such as the scores of a cross-validation, as a table with
/// what stands around it.
package struct ResultsTable: Sendable {
  /// How the values of a column are written.
  package enum Form: String, Sendable, CaseIterable {
    /// As they are.
    case text
    /// As numbers of one kind: with as many decimals as tell them apart.
    case number
    /// As durations, of seconds.
    case seconds
    /// As the status of an experiment.
    case status
  }

  package struct Column: Sendable {
    package var heading: String
    package var form: Form

    package init(heading: String, form: Form) {
      self.heading = heading
      self.form = form
    }
  }

  /// Whose results they are; empty for no title.
  package var title = ""
  /// What is said beside the title.
  package var facts: [String] = []
  package var columns: [Column] = []
  /// A value for each column.
  package var rows: [[Value]] = []
  /// The row that stands out.
  package var best: Int?
  /// Values one after the other, drawn as a small curve.
  package var curve: [Double] = []
  /// What is said below, one sentence each.
  package var remarks: [String] = []
  /// Names with shares from 0 to 1.
  package var shares: [(name: String, share: Double)] = []

  package init() {}

  /// The values of a column as they are shown.
  func texts(_ place: Int) -> [String] {
    let values = rows.map { place < $0.count ? $0[place] : .null }
    switch columns[place].form {
    case .text, .status: return values.map { $0 == .null ? "" : ValueText.line($0, limit: 200) }
    case .seconds: return values.map { $0.double.map(DurationText.seconds) ?? "" }
    case .number:
      let numbers = values.map(Self.number)
      let style = NumberStyle(for: numbers.compactMap { $0 })
      return zip(values, numbers).map { value, number in
        number.map(style.text) ?? (value == .null ? "" : ValueText.line(value, limit: 200))
      }
    }
  }

  private static func number(_ value: Value) -> MetricValue? {
    switch value {
    case .integer(let integer): .integer(integer)
    case .number(let number): .double(number)
    case .boolean(let flag): .boolean(flag)
    default: nil
    }
  }
}

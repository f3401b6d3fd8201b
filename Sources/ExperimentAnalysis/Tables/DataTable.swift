package import TrackingEntities

/// A table of plain values, for programs and spreadsheets: no value is rounded or cut.
package struct DataTable: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// Its name, the same in every form.
    package let name: String
    /// Whether its numbers are seconds since 1970, which text shows as ISO 8601.
    package let isTime: Bool

    package init(_ name: String, isTime: Bool = false) {
      self.name = name
      self.isTime = isTime
    }
  }

  /// The columns from the left.
  package let columns: [Column]
  /// The rows, each with a value for every column; null where there is none.
  package private(set) var rows: [[Value]]

  package init(_ columns: [Column], rows: [[Value]] = []) {
    self.columns = columns
    self.rows = rows
  }

  package mutating func append(_ row: [Value]) { rows.append(row) }

  /// The rows as JSON objects.
  package var objects: [Value] { rows.map(object) }

  /// A row of these columns as a JSON object.
  package func object(_ row: [Value]) -> Value {
    .map(zip(columns, row).map { .init(Key($0.name), $1) })
  }

  /// A value as the text of a cell, exact.
  func text(_ value: Value, in column: Int) -> String {
    switch value {
    case .null: return ""
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let integer) where columns[column].isTime:
      return Timestamp.text(Double(integer))
    case .integer(let integer): return String(integer)
    case .bigInteger(let digits): return digits
    case .number(let number) where columns[column].isTime: return Timestamp.text(number)
    case .number(let number): return NumberText.shortest(number)
    case .text(let text): return text
    case .list(let elements):
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? texts.joined(separator: ", ") : json(value)
    case .map: return json(value)
    }
  }

  /// A value as the text of a cell for people: of a time the minute.
  func shown(_ value: Value, in column: Int) -> String {
    guard columns[column].isTime, let seconds = value.double else {
      return text(value, in: column)
    }
    return DateText.utc(seconds)
  }

  private func json(_ value: Value) -> String {
    String(decoding: (try? value.json(layout: .compact)) ?? [], as: UTF8.self)
  }
}

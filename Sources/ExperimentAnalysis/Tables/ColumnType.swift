package import TrackingEntities

/// What the values of a column are, for tables whose columns have types.
package enum ColumnType: String, Sendable {
  case boolean
  case integer
  /// Doubles; integers among them are exact.
  case number
  /// Microseconds since 1970.
  case time
  case text
  /// Lists of texts.
  case texts

  /// The narrowest type that holds a value exactly; nil for null, which every type holds.
  fileprivate init?(of value: Value) {
    switch value {
    case .null: return nil
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .number: self = .number
    case .list(let elements) where elements.allSatisfy({ $0.text != nil }): self = .texts
    case .bigInteger, .text, .list, .map: self = .text
    }
  }

  /// The type that holds values of two types; text holds all.
  fileprivate func joined(with other: ColumnType) -> ColumnType {
    if self == other { return self }
    return Set([self, other]) == [.integer, .number] ? .number : .text
  }
}

/// The types of the columns of a table, found by looking at each of its rows.
package struct ColumnTypes: Sendable {
  private let table: DataTable
  private var found: [ColumnType?]
  /// Whether a double holds all integers of the column.
  private var areExact: [Bool]

  /// - Parameter table: The columns; its rows are not looked at.
  package init(_ table: DataTable) {
    self.table = table
    found = table.columns.map { $0.isTime ? .time : nil }
    areExact = table.columns.map { _ in true }
  }

  package mutating func add(_ row: [Value]) {
    for (column, value) in row.enumerated() where !table.columns[column].isTime {
      guard let type = ColumnType(of: value) else { continue }
      found[column] = found[column].map { $0.joined(with: type) } ?? type
      if let integer = value.integer, Int64(exactly: Double(integer)) != integer {
        areExact[column] = false
      }
    }
  }

  /// The type of each column; text where no row has a value.
  package var types: [ColumnType] {
    found.indices.map { column in
      let type = found[column] ?? .text
      return type == .number && !areExact[column] ? .text : type
    }
  }

  /// The columns with their types, as JSON.
  package static func json(_ table: DataTable, _ types: [ColumnType]) -> Value {
    .list(
      zip(table.columns, types).map { column, type in
        ["name": .text(column.name), "type": .text(type.rawValue)]
      })
  }

  /// A row as values of these types.
  package static func row(_ row: [Value], _ table: DataTable, _ types: [ColumnType]) -> Value {
    .list(
      row.indices.map { column in
        switch (types[column], row[column]) {
        case (_, .null): .null
        case (.number, .integer(let integer)): .number(Double(integer))
        case (.time, let value): .integer(Timestamp.microseconds(value.double ?? 0))
        case (.text, .text): row[column]
        case (.text, let value): .text(table.text(value, in: column))
        case (_, let value): value
        }
      })
  }
}

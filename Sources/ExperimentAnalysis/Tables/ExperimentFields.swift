import TrackingEntities

extension DataTable {
  /// What is known of one experiment, a field a line; the same names as in a list of fields.
  package init(fieldsOf table: DataTable) {
    self.init([Column("field"), Column("value")])
    for row in table.rows {
      for (place, column) in table.columns.enumerated()
      where row[place] != .null && row[place] != .list([]) {
        let isNumber = row[place].double != nil
        append([
          .text(column.name),
          column.isTime && isNumber ? .text(table.text(row[place], in: place)) : row[place],
        ])
      }
    }
  }
}

import TrackingEntities

extension DataTable {
  /// A comparison as plain values: the rank, who it is, and the exact values of its columns.
  package init(_ comparison: Comparison) {
    var names = ["rank", "name", "folder", "status", "selected"]
    names += comparison.columns.map { column in
      switch column.content {
      case .metric(let key): "metrics." + key.text
      case .param(let key): "params." + key.text
      case .trainingTime: "training_time"
      case .change(let key): "change." + key.text
      case .changedParams: "changed_params"
      case .range(let key): "range." + key.text
      case .runs: "runs"
      }
    }
    self.init(names.map { Column($0) })
    for row in comparison.rows {
      let identity: [Value] = [
        row.rank.map { .integer(Int64($0)) } ?? .null, .text(row.name),
        .text(row.snapshot.folder), .text(row.status.rawValue),
        .boolean(row.selection != nil),
      ]
      let cells = comparison.columns.indices.map { column -> Value in
        guard column < row.cells.count, row.cells[column] != .missing else { return .null }
        return row.cells[column].value ?? .text(row.cells[column].text)
      }
      append(identity + cells)
    }
  }
}

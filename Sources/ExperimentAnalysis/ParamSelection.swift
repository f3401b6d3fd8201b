import TrackingEntities

/// Which parameters become columns.
enum ParamSelection {
  /// No table is readable with more.
  static let most = 12

  static func keys(_ columns: ComparisonOptions.ParamColumns, _ rows: [Comparison.Row]) -> [Key] {
    switch columns {
    case .none: []
    case .only(let keys): keys
    case .all: Array(logged(rows).prefix(most))
    case .differing: Array(logged(rows).filter { differs($0, rows) }.prefix(most))
    }
  }

  private static func logged(_ rows: [Comparison.Row]) -> [Key] {
    var known: Set<Key> = []
    return rows.flatMap { $0.snapshot.params.map(\.key).filter { known.insert($0).inserted } }
  }

  /// Whether two rows have different values; one without any differs from one with.
  private static func differs(_ key: Key, _ rows: [Comparison.Row]) -> Bool {
    let first = rows.first?.snapshot.param(key)
    return rows.dropFirst().contains { $0.snapshot.param(key) != first }
  }
}

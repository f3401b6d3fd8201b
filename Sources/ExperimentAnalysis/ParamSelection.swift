import ExperimentStore
import TrackingEntities

/// Which parameters become columns. One inside another is called by its path, `model.depth`.
struct ParamSelection {
  /// No table is readable with more.
  static let most = 12

  /// The parameters that become columns, in their order.
  private(set) var keys: [Key] = []
  /// Those that were asked for and that no row has.
  private(set) var unknown: [Key] = []
  /// How many were left out.
  private(set) var hidden = 0
  /// All that the rows have.
  private(set) var logged: [Key] = []

  init(_ columns: ComparisonOptions.ParamColumns, _ rows: [Comparison.Row]) {
    if columns == .none { return }
    let flattened = rows.map { FlattenedParams.ofParams($0.snapshot) }
    logged = DifferingParams.all(flattened)
    switch columns {
    case .none: break
    case .only(let asked):
      var seen: Set<Key> = []
      keys = asked.filter { seen.insert($0).inserted }
      unknown = keys.filter { key in
        !rows.contains { Self.value(key, of: $0.snapshot) != nil }
      }
    case .all: cut(logged)
    case .differing: cut(DifferingParams.keys(flattened))
    }
  }

  private mutating func cut(_ found: [Key]) {
    keys = Array(found.prefix(Self.most))
    hidden = found.count - keys.count
  }

  /// The value of a parameter, which may lie inside another.
  static func value(_ key: Key, of snapshot: ExperimentSnapshot) -> Value? {
    snapshot.param(key) ?? FieldPath(dotted: key.text).find { snapshot.param($0) }
  }
}

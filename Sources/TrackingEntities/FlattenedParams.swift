/// What is at the ends of nested maps, each with its whole path: `model.depth`.
package enum FlattenedParams {
  /// Maps deeper than this are taken as they are.
  private static let deepest = 16

  /// The leaves in order; lists and empty maps are leaves.
  package static func of(_ entries: [Value.Entry]) -> [Value.Entry] {
    var flattened: [Value.Entry] = []
    for entry in entries { append(entry, below: [], to: &flattened, depth: 0) }
    return flattened
  }

  /// The parameters of an experiment by the names that conditions and columns use. A parameter that
  /// was logged as `model.depth` comes before the `depth` inside `model`, as in a condition.
  package static func ofParams(_ snapshot: ExperimentSnapshot) -> [Value.Entry] {
    let params = snapshot.params.map { Value.Entry($0.key, $0.value) }
    guard params.contains(where: { isNested($0.value) }) else { return params }
    let literal = Set(params.filter { !isNested($0.value) }.map(\.key))
    var places: [Key: Int] = [:]
    var unique: [Value.Entry] = []
    for param in params {
      for leaf in of([param]) where !isNested(param.value) || !literal.contains(leaf.key) {
        if let place = places[leaf.key] {
          unique[place].value = leaf.value
        } else {
          places[leaf.key] = unique.count
          unique.append(leaf)
        }
      }
    }
    return unique
  }

  private static func isNested(_ value: Value) -> Bool {
    if case .map(let entries) = value { !entries.isEmpty } else { false }
  }

  private static func append(
    _ entry: Value.Entry, below path: [UInt8], to flattened: inout [Value.Entry], depth: Int
  ) {
    let whole = path + entry.key.bytes
    guard case .map(let entries) = entry.value, !entries.isEmpty, depth < deepest else {
      flattened.append(Value.Entry(Key(bytes: whole), entry.value))
      return
    }
    for inner in entries {
      append(inner, below: whole + [UInt8(ascii: ".")], to: &flattened, depth: depth + 1)
    }
  }
}

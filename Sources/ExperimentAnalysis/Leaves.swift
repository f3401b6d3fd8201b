import TrackingEntities

/// What is at the ends of nested maps, each with its whole path: `model.depth`.
enum Leaves {
  /// Maps deeper than this are taken as they are.
  private static let deepest = 16

  /// The leaves in order; lists and empty maps are leaves.
  static func of(_ entries: [Value.Entry]) -> [Value.Entry] {
    var leaves: [Value.Entry] = []
    for entry in entries { append(entry, below: [], to: &leaves, depth: 0) }
    return leaves
  }

  private static func append(
    _ entry: Value.Entry, below path: [UInt8], to leaves: inout [Value.Entry], depth: Int
  ) {
    let whole = path + entry.key.bytes
    guard case .map(let entries) = entry.value, !entries.isEmpty, depth < deepest else {
      leaves.append(Value.Entry(Key(bytes: whole), entry.value))
      return
    }
    for inner in entries {
      append(inner, below: whole + [UInt8(ascii: ".")], to: &leaves, depth: depth + 1)
    }
  }
}

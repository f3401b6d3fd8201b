import TrackingEntities

/// Members of a map in the order they are set; nil leaves one out.
struct OrderedMembers {
  private(set) var entries: [Value.Entry] = []

  var value: Value { .map(entries) }

  subscript(_ key: Key) -> Value? {
    get { entries.last { $0.key == key }?.value }
    set { if let newValue { entries.append(.init(key, newValue)) } }
  }

  mutating func append(contentsOf more: [Value.Entry]) { entries += more }
}

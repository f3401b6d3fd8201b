/// The names that a parser has met in one map, to refuse the second of two equal ones.
struct MapNames {
  private var many: Set<Key> = []

  /// Takes a name that follows the entries read so far; false if it is among them.
  mutating func insert(_ key: Key, after entries: [Value.Entry]) -> Bool {
    if entries.count < 32 { return !entries.contains { $0.key == key } }
    if many.isEmpty { many = Set(entries.map(\.key)) }
    return many.insert(key).inserted
  }
}

extension [Value.Entry] {
  /// The names of the entries as a text format can hold them: valid UTF-8, no two equal.
  ///
  /// A name that is there already, either because two different byte strings are escaped alike,
  /// becomes `name (2)`: nothing is lost, and the file stays readable by strict readers.
  func textNames() -> [[UInt8]] {
    var names = map { entry in
      let bytes = entry.key.bytes
      let valid = bytes.withUnsafeBufferPointer { firstInvalidUTF8(in: $0) == nil }
      return valid ? bytes : Array<UInt8>(entry.key.text.utf8)
    }
    guard names.holdsEqual else { return names }
    var taken = Set(names)
    var seen: Set<[UInt8]> = []
    for index in names.indices where !seen.insert(names[index]).inserted {
      var number = 2
      var name = names[index] + " (2)".utf8
      while !taken.insert(name).inserted {
        number &+= 1
        name = names[index] + " (\(number))".utf8
      }
      names[index] = name
      seen.insert(name)
    }
    return names
  }
}

extension [[UInt8]] {
  fileprivate var holdsEqual: Bool {
    if count > 32 { return Set(self).count < count }
    // Most names differ in length or in the last byte, which is quicker seen than compared.
    let ends = map { ($0.count, $0.last ?? 0) }
    return indices.contains { index in
      (0..<index).contains { ends[$0] == ends[index] && self[$0] == self[index] }
    }
  }
}

import Glibc
internal import TrackingEntities

/// Looks up the members of a map that are nearly always in the order in which they are asked for:
/// the search continues where the last one was found, and compares bytes with literals.
struct MapFields {
  private let entries: [Value.Entry]
  private var next = 0

  init(_ map: Value) { entries = map.entries }

  /// The member of that name.
  mutating func callAsFunction(_ name: StaticString) -> Value? {
    for offset in entries.indices {
      let wrapped = next + offset
      let place = wrapped < entries.count ? wrapped : wrapped - entries.count
      if entries[place].key.bytes.isEqual(to: name) {
        next = place + 1 < entries.count ? place + 1 : 0
        return entries[place].value
      }
    }
    return nil
  }
}

extension [UInt8] {
  fileprivate func isEqual(to text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp($0, text.utf8Start, count) == 0 } ?? true
    }
  }
}

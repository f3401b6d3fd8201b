import TrackingEntities

/// Identifiers that two processes never make alike.
package enum UniqueID {
  /// Random hexadecimal digits from the system's generator.
  package static func make(digits: Int) -> String {
    var text = ""
    while text.utf8.count < digits {
      text += UInt64.random(in: 0...UInt64.max).zeroPadded(16, radix: 16)
    }
    return String(text.prefix(digits))
  }
}

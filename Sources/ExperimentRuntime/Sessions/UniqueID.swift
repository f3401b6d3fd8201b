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

  /// Whether a text is an identifier of so many digits.
  package static func isOne(_ text: String, digits: Int) -> Bool {
    text.utf8.count == digits
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

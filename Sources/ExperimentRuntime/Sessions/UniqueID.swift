/// Identifiers that two processes never make alike.
package enum UniqueID {
  /// Random hexadecimal digits from the system's generator.
  package static func make(digits: Int) -> String {
    var text = ""
    while text.utf8.count < digits {
      let part = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      text += String(repeating: "0", count: 16 - part.utf8.count) + part
    }
    return String(text.prefix(digits))
  }
}

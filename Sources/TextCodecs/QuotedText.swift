extension [UInt8] {
  /// Appends text in double quotes, escaped so that JSON and YAML readers agree on it.
  ///
  /// Escaped is what JSON must escape, and what YAML 1.1 takes for a line break or refuses in a
  /// file: control characters, U+0085, U+2028, U+2029, the byte order mark, U+FFFE, U+FFFF.
  mutating func appendQuoted(_ text: String) {
    var text = text
    text.withUTF8 { appendQuoted(utf8: $0) }
  }

  /// Appends valid UTF-8 in double quotes.
  mutating func appendQuoted(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { appendQuoted(utf8: $0) }
  }

  /// Appends borrowed valid UTF-8 in double quotes.
  mutating func appendQuoted(utf8 text: UnsafeBufferPointer<UInt8>) {
    append(ASCII.quote)
    var written = 0
    var offset = 0
    while offset < text.count {
      guard let (scalar, length) = escape(in: text, at: offset) else {
        offset &+= 1
        continue
      }
      append(contentsOf: UnsafeBufferPointer(rebasing: text[written..<offset]))
      appendEscape(scalar)
      offset &+= length
      written = offset
    }
    append(contentsOf: UnsafeBufferPointer(rebasing: text[written...]))
    append(ASCII.quote)
  }

  private mutating func appendEscape(_ scalar: UInt16) {
    let short: UnicodeScalar? =
      switch scalar {
      case 0x08: "b"
      case 0x09: "t"
      case 0x0A: "n"
      case 0x0C: "f"
      case 0x0D: "r"
      case 0x22: "\""
      case 0x5C: "\\"
      default: nil
      }
    append(ASCII.backslash)
    if let short {
      append(UInt8(ascii: short))
    } else {
      append(UInt8(ascii: "u"))
      let digits = String(scalar, radix: 16).utf8
      append(contentsOf: repeatElement(ASCII.zero, count: Swift.max(4 &- digits.count, 0)))
      append(contentsOf: digits)
    }
  }
}

/// The character that starts at an offset of valid UTF-8 and its length, if it must be escaped.
@inline(__always)
func escape(
  in text: UnsafeBufferPointer<UInt8>, at offset: Int
) -> (scalar: UInt16, length: Int)? {
  let byte = text[offset]
  if byte < 0x80 {
    let special = byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash || byte == 0x7F
    return special ? (UInt16(byte), 1) : nil
  }
  guard byte == 0xC2 || byte == 0xE2 || byte == 0xEF, offset &+ 1 < text.count else { return nil }
  let second = text[offset &+ 1]
  if byte == 0xC2 { return second < 0xA0 ? (UInt16(second), 2) : nil }
  guard offset &+ 2 < text.count else { return nil }
  switch (byte, second, text[offset &+ 2]) {
  case (0xE2, 0x80, 0xA8): return (0x2028, 3)
  case (0xE2, 0x80, 0xA9): return (0x2029, 3)
  case (0xEF, 0xBB, 0xBF): return (0xFEFF, 3)
  case (0xEF, 0xBF, 0xBE): return (0xFFFE, 3)
  case (0xEF, 0xBF, 0xBF): return (0xFFFF, 3)
  default: return nil
  }
}

extension JSONParser {
  /// A string as it was found: mostly without escapes, and then only a range of the text.
  enum JSONString {
    case plain(UnsafeBufferPointer<UInt8>)
    case decoded([UInt8])

    var text: String {
      switch self {
      case .plain(let bytes): String(decoding: bytes, as: UTF8.self)
      case .decoded(let bytes): String(escapingInvalid: bytes)
      }
    }

    var bytes: [UInt8] {
      switch self {
      case .plain(let bytes): Array(bytes)
      case .decoded(let bytes): bytes
      }
    }
  }

  /// Reads a string from its opening to its closing quote.
  mutating func readString() throws(TrackingError) -> JSONString {
    reader.advance()
    let start = reader.position
    skipUnescaped()
    if reader.byte == ASCII.quote {
      defer { reader.advance() }
      return .plain(reader.slice(start..<reader.position))
    }
    var bytes = Array(reader.slice(start..<reader.position))
    while !reader.skip(ASCII.quote) {
      guard reader.skip(ASCII.backslash) else {
        throw expected("the closing quote or an escape in a string")
      }
      try appendEscaped(to: &bytes)
      let run = reader.position
      skipUnescaped()
      bytes.append(contentsOf: reader.slice(run..<reader.position))
    }
    return .decoded(bytes)
  }

  private mutating func skipUnescaped() {
    while reader.byte >= 0x20, reader.byte != ASCII.quote, reader.byte != ASCII.backslash {
      reader.advance()
    }
  }

  private mutating func appendEscaped(to bytes: inout [UInt8]) throws(TrackingError) {
    let start = reader.position
    let byte = reader.byte
    reader.advance()
    switch byte {
    case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "t"): bytes.append(ASCII.tab)
    case UInt8(ascii: "n"): bytes.append(ASCII.newline)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "r"): bytes.append(ASCII.carriageReturn)
    case UInt8(ascii: "u"): try appendUnicode(to: &bytes)
    default:
      throw error("expected an escape of JSON, found \(reader.found(at: start))", at: start)
    }
  }

  /// Appends what half of a surrogate pair stands for: in Python a byte of a file's name that is not
  /// UTF-8 (PEP 383), else the three bytes that its number has in the scheme of UTF-8.
  private func appendSurrogate(_ number: UInt32, to bytes: inout [UInt8]) {
    if 0xDC80...0xDCFF ~= number { return bytes.append(UInt8(truncatingIfNeeded: number)) }
    bytes.append(0xED)
    bytes.append(0x80 | UInt8(truncatingIfNeeded: (number >> 6) & 0x3F))
    bytes.append(0x80 | UInt8(truncatingIfNeeded: number & 0x3F))
  }

  /// Reads what follows `\u`, and the second half of a surrogate pair.
  private mutating func appendUnicode(to bytes: inout [UInt8]) throws(TrackingError) {
    let start = reader.position
    guard let first = reader.readHexadecimal(digits: 4) else {
      throw error("expected four hexadecimal digits after \\u", at: start)
    }
    if let scalar = UnicodeScalar(first) {
      bytes.append(contentsOf: scalar.utf8)
      return
    }
    let middle = reader.position
    if 0xD800...0xDBFF ~= first, reader.skip("\\u"), let second = reader.readHexadecimal(digits: 4),
      0xDC00...0xDFFF ~= second,
      let scalar = UnicodeScalar(0x10000 &+ (first & 0x3FF) << 10 &+ (second & 0x3FF))
    {
      bytes.append(contentsOf: scalar.utf8)
      return
    }
    reader.rewind(to: middle)
    guard options == .lenient else {
      throw error("half of a surrogate pair, which is no character", at: start)
    }
    appendSurrogate(first, to: &bytes)
  }
}

extension YAMLParser {
  /// Reads text in single quotes, where two of them stand for one.
  mutating func readSingleQuoted() throws(TrackingError) -> [UInt8] {
    var bytes: [UInt8] = []
    let start = reader.position
    reader.advance()
    while true {
      try checkQuoted(start)
      let byte = reader.byte
      reader.advance()
      if byte == ASCII.apostrophe, !reader.skip(ASCII.apostrophe) { return bytes }
      bytes.append(byte)
    }
  }

  /// Reads text in double quotes with its escapes.
  mutating func readDoubleQuoted() throws(TrackingError) -> [UInt8] {
    var bytes: [UInt8] = []
    let start = reader.position
    reader.advance()
    while true {
      let run = reader.position
      while reader.byte >= ASCII.space, reader.byte != ASCII.quote, reader.byte != ASCII.backslash {
        reader.advance()
      }
      bytes.append(contentsOf: reader.slice(run..<reader.position))
      if reader.skip(ASCII.quote) { return bytes }
      if reader.skip(ASCII.backslash) {
        try appendEscaped(to: &bytes)
      } else {
        try checkQuoted(start)
        bytes.append(reader.byte)
        reader.advance()
      }
    }
  }

  private func checkQuoted(_ start: Int) throws(TrackingError) {
    if isAtLineEnd {
      throw error("the closing quote is missing on this line; write newlines as \\n", at: start)
    }
    if reader.byte < ASCII.space, reader.byte != ASCII.tab {
      throw error("a control character in quotes; write it as an escape")
    }
  }

  private mutating func appendEscaped(to bytes: inout [UInt8]) throws(TrackingError) {
    let start = reader.position
    let byte = reader.byte
    reader.advance()
    let scalar: UInt32? =
      switch byte {
      case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"), ASCII.space, ASCII.tab: UInt32(byte)
      case UInt8(ascii: "n"): 0x0A
      case UInt8(ascii: "t"): 0x09
      case UInt8(ascii: "r"): 0x0D
      case UInt8(ascii: "b"): 0x08
      case UInt8(ascii: "f"): 0x0C
      case UInt8(ascii: "0"): 0x00
      case UInt8(ascii: "a"): 0x07
      case UInt8(ascii: "v"): 0x0B
      case UInt8(ascii: "e"): 0x1B
      case UInt8(ascii: "N"): 0x85
      case UInt8(ascii: "_"): 0xA0
      case UInt8(ascii: "L"): 0x2028
      case UInt8(ascii: "P"): 0x2029
      case UInt8(ascii: "x"): reader.readHexadecimal(digits: 2)
      case UInt8(ascii: "u"): reader.readHexadecimal(digits: 4)
      case UInt8(ascii: "U"): reader.readHexadecimal(digits: 8)
      default: nil
      }
    guard let scalar, let character = UnicodeScalar(scalar) else {
      throw error("an escape that YAML does not know, or of no character", at: start)
    }
    bytes.append(contentsOf: character.utf8)
  }
}

extension YAMLParser {
  /// Reads a name and the colon after it.
  mutating func readName(column: Int) throws(TrackingError) -> Key {
    if reader.byte == ASCII.question, reader.next == ASCII.space {
      reader.advance()
      reader.skipSpaces()
      let key = try readBareName()
      try endLine()
      guard self.column == column, !reader.isAtEnd, reader.skip(ASCII.colon), isAtGap else {
        throw error("expected ‘:’ below the ‘?’ of the name")
      }
      return key
    }
    let start = reader.position
    let key = try readBareName()
    reader.skipSpaces()
    guard reader.skip(ASCII.colon), isAtGap else {
      throw error("expected a name followed by ‘: ’", at: start)
    }
    return key
  }

  private mutating func readBareName() throws(TrackingError) -> Key {
    switch reader.byte {
    case ASCII.quote: return Key(bytes: try readDoubleQuoted())
    case ASCII.apostrophe: return Key(bytes: try readSingleQuoted())
    default: break
    }
    try refuseIndicator(inFlow: false)
    let start = reader.position
    let name = try readPlain(inFlow: false)
    if name.count == 2, name.allSatisfy({ $0 == UInt8(ascii: "<") }) {
      throw error("a merge key; write the entries out", at: start)
    }
    switch YAMLPlain.meaning(name) {
    case .value(.text): return Key(bytes: Array(name))
    default:
      throw error("readers may not take this name for text; put it in double quotes", at: start)
    }
  }

  /// Whether a name and its colon stand here, so that a map starts within a line.
  var isAtName: Bool {
    var ahead = self
    if reader.byte == ASCII.question { return reader.next == ASCII.space }
    switch reader.byte {
    case ASCII.quote: guard (try? ahead.readDoubleQuoted()) != nil else { return false }
    case ASCII.apostrophe: guard (try? ahead.readSingleQuoted()) != nil else { return false }
    case ASCII.openBracket, ASCII.openBrace, ASCII.bar: return false
    default: guard (try? ahead.readPlain(inFlow: false)) != nil else { return false }
    }
    ahead.reader.skipSpaces()
    return ahead.reader.skip(ASCII.colon) && ahead.isAtGap
  }
}

extension YAMLParser {
  /// Reads a quoted or an unquoted scalar that ends on this line.
  mutating func readScalar(inFlow: Bool) throws(TrackingError) -> Value {
    switch reader.byte {
    case ASCII.quote: return .text(String(decoding: try readDoubleQuoted(), as: UTF8.self))
    case ASCII.apostrophe: return .text(String(decoding: try readSingleQuoted(), as: UTF8.self))
    default: break
    }
    try refuseIndicator(inFlow: inFlow)
    let start = reader.position
    let text = try readPlain(inFlow: inFlow)
    if !inFlow, reader.byte == ASCII.colon {
      throw error("a second ‘: ’ on the line; put the text in double quotes")
    }
    switch YAMLPlain.meaning(text) {
    case .value(let value): return value
    case .numberOutOfRange: throw error("a number beyond what can be stored", at: start)
    case .ambiguous:
      let shown = String(decoding: text, as: UTF8.self)
      throw error(
        "readers of YAML disagree on what \(shown) is; put it in double quotes if it is text, else"
          + " write a plain decimal number, true or false", at: start)
    }
  }

  /// Reads up to the end of an unquoted scalar: a colon before a gap, a comment, the end of the
  /// line, in a flow list or map also their punctuation.
  mutating func readPlain(inFlow: Bool) throws(TrackingError) -> UnsafeBufferPointer<UInt8> {
    let start = reader.position
    var end = start
    while !isAtLineEnd {
      let byte = reader.byte
      if byte == ASCII.hash, reader.position > end { break }
      if byte == ASCII.colon, endsName(inFlow: inFlow) { break }
      if inFlow, isFlowPunctuation(byte) { break }
      if byte < ASCII.space || byte == 0x7F {
        throw error("\(reader.found(at: reader.position)) outside of quotes")
      }
      reader.advance()
      if byte != ASCII.space { end = reader.position }
    }
    guard end > start else {
      throw error("expected a value, found \(reader.found(at: reader.position))")
    }
    return reader.slice(start..<end)
  }

  /// Whether the colon here ends a name: a gap follows, or in a flow map its punctuation.
  private func endsName(inFlow: Bool) -> Bool {
    switch reader.next {
    case ASCII.space, ASCII.newline, ASCII.carriageReturn, 0: true
    case let byte: inFlow && isFlowPunctuation(byte)
    }
  }

  private func isFlowPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.comma, ASCII.openBracket, ASCII.closeBracket, ASCII.openBrace, ASCII.closeBrace: true
    default: false
    }
  }

  /// Refuses what YAML gives another meaning at the start of a scalar.
  func refuseIndicator(inFlow: Bool) throws(TrackingError) {
    switch reader.byte {
    case UInt8(ascii: "&"), UInt8(ascii: "*"):
      throw error("an anchor or alias; write the value out, or put text in double quotes")
    case UInt8(ascii: "!"): throw error("a tag; remove it, or put text in double quotes")
    case UInt8(ascii: ">"): throw error("folded text; use ‘|’ or double quotes")
    case UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"), ASCII.hash, ASCII.bar,
      ASCII.question, ASCII.colon, ASCII.comma, ASCII.openBrace, ASCII.closeBrace,
      ASCII.openBracket, ASCII.closeBracket:
      throw error("\(reader.found(at: reader.position)) can not start text; use double quotes")
    case ASCII.minus:
      if isAtDash || (inFlow && isFlowPunctuation(reader.next)) {
        throw error("‘-’ is not expected here; use double quotes")
      }
      if column == 0, reader.starts(with: "---") {
        throw error("a second document; keep one in a file")
      }
    case ASCII.dot:
      if column == 0, reader.starts(with: "...") {
        throw error("the end of a document; remove the line")
      }
    default: break
    }
  }
}

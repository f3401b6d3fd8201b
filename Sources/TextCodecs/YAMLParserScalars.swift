extension YAMLParser {
  /// Reads a quoted or an unquoted scalar that ends on this line.
  mutating func readScalar(inFlow: Bool) throws(CodecError) -> Value {
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
  mutating func readPlain(inFlow: Bool) throws(CodecError) -> UnsafeBufferPointer<UInt8> {
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
  func refuseIndicator(inFlow: Bool) throws(CodecError) {
    switch reader.byte {
    case UInt8(ascii: "&"), UInt8(ascii: "*"):
      throw error("an anchor or alias; write the value out, or put text in double quotes")
    case UInt8(ascii: "!"): throw error("a tag; remove it, or put text in double quotes")
    case UInt8(ascii: ">"): throw error("folded text; use ‘|’ or double quotes")
    case UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"), ASCII.hash, ASCII.bar,
      ASCII.question, ASCII.colon, ASCII.comma, ASCII.openBrace, ASCII.closeBrace,
      ASCII.openBracket, ASCII.closeBracket:
      throw error("\(reader.found(at: reader.position)) cannot start text; use double quotes")
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

extension YAMLParser {
  /// Reads text in single quotes, where two of them stand for one.
  mutating func readSingleQuoted() throws(CodecError) -> [UInt8] {
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
  mutating func readDoubleQuoted() throws(CodecError) -> [UInt8] {
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

  private func checkQuoted(_ start: Int) throws(CodecError) {
    if isAtLineEnd {
      throw error("the closing quote is missing on this line; write newlines as \\n", at: start)
    }
    if reader.byte < ASCII.space, reader.byte != ASCII.tab {
      throw error("a control character in quotes; write it as an escape")
    }
  }

  private mutating func appendEscaped(to bytes: inout [UInt8]) throws(CodecError) {
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

extension YAMLParser {
  /// What happens to the newlines at the end of a literal block.
  private enum Chomping { case strip, clip, keep }

  /// Reads a literal block (`|`, `|-`, `|+`) whose lines are indented deeper than their parent, and
  /// moves on to the next content.
  mutating func readLiteral(parent: Int) throws(CodecError) -> String {
    let chomping = try readHeader()
    var bytes: [UInt8] = []
    var indentation: Int?
    var deepestEmptyLine = 0
    /// Newlines that have been read and count only if a line follows, or by the chomping.
    var pending = 0
    while !reader.isAtEnd {
      let start = reader.position
      skipIndentation(upTo: indentation ?? .max)
      if isAtLineEnd {
        guard !reader.isAtEnd else { break }
        if indentation == nil { deepestEmptyLine = max(deepestEmptyLine, column) }
        skipLineEnd()
        pending += 1
        continue
      }
      if column <= parent || column < indentation ?? 0 {
        reader.rewind(to: start)
        break
      }
      if indentation == nil, reader.byte == ASCII.tab || column < deepestEmptyLine {
        throw error(
          "the first line of text after ‘|’ must be indented, by spaces, as deep as the"
            + " empty lines before it")
      }
      indentation = indentation ?? column
      bytes.append(contentsOf: repeatElement(ASCII.newline, count: pending))
      try appendLiteralLine(to: &bytes)
      pending = reader.isAtEnd ? 0 : 1
      skipLineEnd()
    }
    switch chomping {
    case .strip: break
    case .clip: if pending > 0, indentation != nil { bytes.append(ASCII.newline) }
    case .keep: bytes.append(contentsOf: repeatElement(ASCII.newline, count: pending))
    }
    try goToContent()
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func readHeader() throws(CodecError) -> Chomping {
    reader.advance()
    let chomping: Chomping =
      if reader.skip(ASCII.minus) { .strip } else if reader.skip(ASCII.plus) { .keep } else {
        .clip
      }
    reader.skipSpaces()
    if isAtComment { try skipComment() }
    guard isAtLineEnd else {
      throw error("expected the end of the line after ‘|’; the text starts on the next line")
    }
    skipLineEnd()
    return chomping
  }

  private mutating func skipIndentation(upTo limit: Int) {
    while reader.byte == ASCII.space, column < limit { reader.advance() }
  }

  private mutating func appendLiteralLine(to bytes: inout [UInt8]) throws(CodecError) {
    let start = reader.position
    while !isAtLineEnd {
      if (reader.byte < ASCII.space && reader.byte != ASCII.tab) || reader.byte == 0x7F {
        throw error("a control character; use double quotes and an escape")
      }
      reader.advance()
    }
    bytes.append(contentsOf: reader.slice(start..<reader.position))
  }
}

extension YAMLParser {
  /// What happens to the newlines at the end of a literal block.
  private enum Chomping { case strip, clip, keep }

  /// Reads a literal block (`|`, `|-`, `|+`) whose lines are indented deeper than their parent, and
  /// moves on to the next content.
  mutating func readLiteral(parent: Int) throws(TrackingError) -> String {
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

  private mutating func readHeader() throws(TrackingError) -> Chomping {
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

  private mutating func appendLiteralLine(to bytes: inout [UInt8]) throws(TrackingError) {
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

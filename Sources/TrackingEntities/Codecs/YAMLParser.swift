/// Reads YAML: the subset that `YAMLWriter` writes and what a careful hand changes in it.
///
/// The subset is defined in `docs/format/yaml-subset.md`. What it lacks (anchors, tags, merge keys,
/// several documents, tabs, folded text) and what readers of YAML 1.1 and 1.2 understand differently
/// is refused with line, column and the remedy, never guessed.
package struct YAMLParser {
  /// Reads a file, which must hold a map.
  package static func parse(_ bytes: [UInt8]) throws(TrackingError) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(TrackingError) in
      var parser = YAMLParser(reader: ByteReader(buffer))
      return try parser.readDocument()
    }
  }

  var reader: ByteReader
  /// Where the line starts that the reader is in.
  var lineStart = 0

  /// How far the reader is from the start of its line.
  var column: Int { reader.position &- lineStart }

  private mutating func readDocument() throws(TrackingError) -> Value {
    if let invalid = firstInvalidUTF8(in: reader.bytes) {
      throw error("the text is not UTF-8", at: invalid)
    }
    if reader.starts(with: "\u{FEFF}") {
      throw error("a byte order mark; save the file as UTF-8 without one", at: 0)
    }
    try goToContent()
    if column == 0, reader.starts(with: "---") { try skipDocumentStart() }
    if reader.isAtEnd { throw error("expected a map, found an empty text", at: 0) }
    guard column == 0 else { throw error("the first name must not be indented", at: lineStart) }
    let value: Value
    if reader.byte == ASCII.openBrace {
      value = try readFlow()
      try endLine()
    } else {
      value = .map(try readMap(column: 0, depth: 1))
    }
    guard reader.isAtEnd else { throw error("expected a name at the start of the line") }
    return value
  }

  /// One `---` before the map is harmless, a second document is not.
  private mutating func skipDocumentStart() throws(TrackingError) {
    guard reader.skip("---"), isAtGap else { throw error("expected a name followed by ‘:’") }
    try endLine()
  }

  /// Moves over what is left of the line, which must be nothing but spaces and a comment, and on to
  /// the next line that has content.
  mutating func endLine() throws(TrackingError) {
    reader.skipSpaces()
    if isAtComment { try skipComment() }
    guard isAtLineEnd else {
      throw error(
        "expected the end of the line, found \(reader.found(at: reader.position));"
          + " put text that has special characters in double quotes")
    }
    try goToContent()
  }

  /// Moves over line ends, empty lines and comments, to the first byte of content or the end.
  mutating func goToContent() throws(TrackingError) {
    while !reader.isAtEnd {
      if isAtLineEnd { skipLineEnd() }
      reader.skipSpaces()
      switch reader.byte {
      case ASCII.hash: try skipComment()
      case ASCII.tab: throw error("a tab; indent with spaces")
      default: if !isAtLineEnd || reader.isAtEnd { return }
      }
    }
  }

  /// Moves to the end of a comment.
  mutating func skipComment() throws(TrackingError) {
    while !isAtLineEnd {
      if reader.byte < ASCII.space, reader.byte != ASCII.tab { throw error("a control character") }
      reader.advance()
    }
  }

  /// Moves to the start of the next line from the end of this one.
  mutating func skipLineEnd() {
    _ = reader.skip(ASCII.carriageReturn)
    if reader.skip(ASCII.newline) { lineStart = reader.position }
  }

  /// Whether a comment starts here: at a `#` that follows a space or starts the line.
  var isAtComment: Bool {
    reader.byte == ASCII.hash && (reader.previous == ASCII.space || column == 0)
  }

  /// Whether the reader is at the end of its line: of the text, at a newline, at CR and newline.
  var isAtLineEnd: Bool {
    switch reader.byte {
    case ASCII.newline: true
    case ASCII.carriageReturn: reader.next == ASCII.newline
    default: reader.isAtEnd
    }
  }

  /// Whether a space or the end of the line is here, which makes the byte before an indicator.
  var isAtGap: Bool { reader.byte == ASCII.space || isAtLineEnd }

  /// Whether the dash of a list element is here.
  var isAtDash: Bool {
    guard reader.byte == ASCII.minus else { return false }
    switch reader.next {
    case ASCII.space, ASCII.newline, ASCII.carriageReturn: return true
    default: return reader.position &+ 1 == reader.bytes.count
    }
  }

  func error(_ message: String, at offset: Int? = nil) -> TrackingError {
    reader.error(.format, message, at: offset ?? reader.position)
  }
}

/// Reads YAML: the subset that `YAMLWriter` writes and what a careful hand changes in it.
///
/// The subset is defined in `docs/format/yaml-subset.md`. What it lacks (anchors, tags, merge keys,
/// several documents, tabs, folded text) and what readers of YAML 1.1 and 1.2 understand
/// differently is refused with line, column and the remedy, never guessed.
package struct YAMLParser {
  /// Reads a file, which must hold a map.
  package static func parse(_ bytes: [UInt8]) throws(CodecError) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(CodecError) in
      var parser = YAMLParser(reader: ByteReader(buffer))
      return try parser.readDocument()
    }
  }

  var reader: ByteReader
  /// Where the line starts that the reader is in.
  var lineStart = 0

  /// How far the reader is from the start of its line.
  var column: Int { reader.position &- lineStart }

  private mutating func readDocument() throws(CodecError) -> Value {
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
  private mutating func skipDocumentStart() throws(CodecError) {
    guard reader.skip("---"), isAtGap else { throw error("expected a name followed by ‘:’") }
    try endLine()
  }

  /// Moves over what is left of the line, which must be nothing but spaces and a comment, and on to
  /// the next line that has content.
  private mutating func endLine() throws(CodecError) {
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
  mutating func goToContent() throws(CodecError) {
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
  mutating func skipComment() throws(CodecError) {
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
  private var isAtGap: Bool { reader.byte == ASCII.space || isAtLineEnd }

  /// Whether the dash of a list element is here.
  var isAtDash: Bool {
    guard reader.byte == ASCII.minus else { return false }
    switch reader.next {
    case ASCII.space, ASCII.newline, ASCII.carriageReturn: return true
    default: return reader.position &+ 1 == reader.bytes.count
    }
  }

  func error(_ message: String, at offset: Int? = nil) -> CodecError {
    reader.error(.format, message, at: offset ?? reader.position)
  }
}

extension YAMLParser {
  /// Reads the entries that start at a column; the reader is at the first of them.
  mutating func readMap(column: Int, depth: Int) throws(CodecError) -> [Value.Entry] {
    try check(depth)
    var entries: [Value.Entry] = []
    var names = MapNames()
    repeat {
      let start = reader.position
      let key = try readName(column: column)
      guard names.insert(key, after: entries) else {
        throw error("the name “\(key)” occurs twice in one map; delete one of them", at: start)
      }
      let value = try readEntryValue(column: column, depth: depth)
      entries.append(Value.Entry(key, value))
    } while try isAtSibling(column: column)
    return entries
  }

  /// Reads the elements whose dashes are at a column; the reader is at the first dash.
  mutating func readList(column: Int, depth: Int) throws(CodecError) -> [Value] {
    try check(depth)
    var elements: [Value] = []
    repeat {
      guard isAtDash else {
        throw error("expected ‘-’ and a space, as the other elements of the list have")
      }
      reader.advance()
      reader.skipSpaces()
      elements.append(try readElement(dash: column, depth: depth))
    } while try isAtElement(column: column)
    return elements
  }

  /// Reads what follows a dash: a nested list, a map that starts on the line, or as after a name.
  private mutating func readElement(dash: Int, depth: Int) throws(CodecError) -> Value {
    if isAtDash { return .list(try readList(column: column, depth: depth + 1)) }
    if isAtName { return .map(try readMap(column: column, depth: depth + 1)) }
    if isAtLineEnd || isAtComment {
      try endLine()
      return column > dash && !reader.isAtEnd ? try readBlock(depth: depth + 1) : .null
    }
    return try readInline(parent: dash)
  }

  /// Reads what follows the colon of a name.
  private mutating func readEntryValue(column: Int, depth: Int) throws(CodecError) -> Value {
    reader.skipSpaces()
    if isAtLineEnd || isAtComment {
      try endLine()
      if reader.isAtEnd { return .null }
      if self.column > column { return try readBlock(depth: depth + 1) }
      // A list may stand at the column of its name.
      if self.column == column, isAtDash {
        return .list(try readList(column: column, depth: depth + 1))
      }
      return .null
    }
    return try readInline(parent: column)
  }

  /// Reads a map or a list on lines of its own.
  private mutating func readBlock(depth: Int) throws(CodecError) -> Value {
    if isAtDash { return .list(try readList(column: column, depth: depth)) }
    return .map(try readMap(column: column, depth: depth))
  }

  /// Reads a value that starts on this line and is neither a block list nor a block map.
  private mutating func readInline(parent: Int) throws(CodecError) -> Value {
    if reader.byte == ASCII.bar { return .text(try readLiteral(parent: parent)) }
    let value =
      switch reader.byte {
      case ASCII.openBracket, ASCII.openBrace: try readFlow()
      default: try readScalar(inFlow: false)
      }
    try endLine()
    return value
  }

  /// Whether another entry follows at the column; an entry deeper than it fits nowhere.
  private func isAtSibling(column: Int) throws(CodecError) -> Bool {
    if reader.isAtEnd || self.column < column { return false }
    guard self.column == column else {
      throw error(
        "the line is indented by \(self.column) spaces, its neighbours by \(column);"
          + " align it, or put text of several lines after ‘|’")
    }
    return true
  }

  /// As `isAtSibling`, but a name at the column of the dashes ends a list that stands there.
  private func isAtElement(column: Int) throws(CodecError) -> Bool {
    try isAtSibling(column: column) && (isAtDash || !isAtName)
  }

  private func check(_ depth: Int) throws(CodecError) {
    guard depth <= YAMLWriter.maximumDepth else {
      throw error("nested deeper than \(YAMLWriter.maximumDepth) levels")
    }
  }
}

extension YAMLParser {
  /// Reads a flow list or map of scalars that ends on this line: `[a, 1]`, `{a: 1}`, `[]`, `{}`.
  private mutating func readFlow() throws(CodecError) -> Value {
    if reader.skip(ASCII.openBracket) { return .list(try readFlowList()) }
    _ = reader.skip(ASCII.openBrace)
    return .map(try readFlowMap())
  }

  private mutating func readFlowList() throws(CodecError) -> [Value] {
    var elements: [Value] = []
    repeat {
      reader.skipSpaces()
      // A comma may follow the last element.
      if reader.byte == ASCII.closeBracket { break }
      elements.append(try readFlowScalar())
      reader.skipSpaces()
    } while reader.skip(ASCII.comma)
    try close(with: ASCII.closeBracket, "‘,’ or ‘]’")
    return elements
  }

  private mutating func readFlowMap() throws(CodecError) -> [Value.Entry] {
    var entries: [Value.Entry] = []
    var names = MapNames()
    repeat {
      reader.skipSpaces()
      if reader.byte == ASCII.closeBrace { break }
      let start = reader.position
      guard case .text(let name) = try readFlowScalar() else {
        throw error("readers may not take this name for text; put it in double quotes", at: start)
      }
      let key = Key(name)
      guard names.insert(key, after: entries) else {
        throw error("the name “\(key)” occurs twice in one map; delete one of them", at: start)
      }
      reader.skipSpaces()
      guard reader.skip(ASCII.colon), reader.skip(ASCII.space) else {
        throw error("expected ‘: ’ and a value after the name")
      }
      reader.skipSpaces()
      entries.append(Value.Entry(key, try readFlowScalar()))
      reader.skipSpaces()
    } while reader.skip(ASCII.comma)
    try close(with: ASCII.closeBrace, "‘,’ or ‘}’")
    return entries
  }

  private mutating func readFlowScalar() throws(CodecError) -> Value {
    if reader.byte == ASCII.openBracket || reader.byte == ASCII.openBrace {
      throw error("a list or map within one on a single line; write it on lines of its own")
    }
    return try readScalar(inFlow: true)
  }

  private mutating func close(
    with bracket: UInt8, _ expected: String
  ) throws(CodecError) {
    guard reader.skip(bracket) else {
      throw error(
        "expected \(expected) on this line, found \(reader.found(at: reader.position))")
    }
  }
}

extension YAMLParser {
  /// Reads a name and the colon after it.
  private mutating func readName(column: Int) throws(CodecError) -> Key {
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

  private mutating func readBareName() throws(CodecError) -> Key {
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
  private var isAtName: Bool {
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

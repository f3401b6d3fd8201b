/// Reads JSON (RFC 8259) into values, strictly: what another reader might understand differently is
/// refused, with line, column and what was expected.
///
/// Integers of 64 bits and larger ones stay integers, numbers with a fraction or an exponent are
/// doubles, the order of a map is kept, and a name that occurs twice is an error.
package struct JSONParser {
  /// What is accepted beside strict JSON.
  package enum Options: Sendable {
    /// Nothing; errors have the code `format`. For files.
    case strict
    /// `NaN`, `Infinity`, `-Infinity`, and lone surrogates, which are the bytes that they stand for: in
    /// keys as they are, in text visible (`\x80`); errors have the code `invalidArgument`. For arguments
    /// that Python's `json.dumps` made.
    case lenient
  }

  /// How deep lists and maps may be nested; less for arguments, since views nest them deeper.
  private var maximumDepth: Int {
    options == .strict ? JSONWriter.maximumDepth : JSONWriter.maximumDepth - 10
  }

  /// Reads one value, which must be all there is.
  package static func parse(
    _ bytes: [UInt8], options: Options = .strict
  ) throws(TrackingError) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(TrackingError) in
      try parse(buffer, options: options)
    }
  }

  /// Reads one value from borrowed bytes.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, options: Options = .strict
  ) throws(TrackingError) -> Value {
    var parser = JSONParser(reader: ByteReader(bytes), options: options)
    return try parser.readDocument()
  }

  var reader: ByteReader
  let options: Options

  private mutating func readDocument() throws(TrackingError) -> Value {
    if let invalid = firstInvalidUTF8(in: reader.bytes) {
      throw error("the text is not UTF-8", at: invalid)
    }
    if reader.starts(with: "\u{FEFF}") {
      throw error("a byte order mark; save the file as UTF-8 without one", at: 0)
    }
    skipWhitespace()
    let value = try readValue(depth: 0)
    skipWhitespace()
    guard reader.isAtEnd else { throw expected("the end of the text") }
    return value
  }

  private mutating func readValue(depth: Int) throws(TrackingError) -> Value {
    switch reader.byte {
    case ASCII.quote: return .text(try readString().text)
    case ASCII.openBrace: return .map(try readMap(depth: depth + 1))
    case ASCII.openBracket: return .list(try readList(depth: depth + 1))
    case ASCII.minus, ASCII.digits: return try readNumber()
    case UInt8(ascii: "t"): if reader.skip("true") { return .boolean(true) }
    case UInt8(ascii: "f"): if reader.skip("false") { return .boolean(false) }
    case UInt8(ascii: "n"): if reader.skip("null") { return .null }
    case UInt8(ascii: "N"): if options == .lenient, reader.skip("NaN") { return .number(.nan) }
    case UInt8(ascii: "I"):
      if options == .lenient, reader.skip("Infinity") { return .number(.infinity) }
    default: break
    }
    throw expected("a value")
  }

  private mutating func readList(depth: Int) throws(TrackingError) -> [Value] {
    var elements: [Value] = []
    try open(depth)
    if reader.skip(ASCII.closeBracket) { return elements }
    repeat {
      skipWhitespace()
      elements.append(try readValue(depth: depth))
      skipWhitespace()
    } while reader.skip(ASCII.comma)
    guard reader.skip(ASCII.closeBracket) else { throw expected("‘,’ or ‘]’") }
    return elements
  }

  private mutating func readMap(depth: Int) throws(TrackingError) -> [Value.Entry] {
    var entries: [Value.Entry] = []
    var names = MapNames()
    try open(depth)
    if reader.skip(ASCII.closeBrace) { return entries }
    repeat {
      skipWhitespace()
      let start = reader.position
      guard reader.byte == ASCII.quote else { throw expected("a name in double quotes") }
      let key = Key(bytes: try readString().bytes)
      guard names.insert(key, after: entries) else {
        throw error("the name “\(key)” occurs twice in one map", at: start)
      }
      skipWhitespace()
      guard reader.skip(ASCII.colon) else { throw expected("‘:’") }
      skipWhitespace()
      entries.append(Value.Entry(key, try readValue(depth: depth)))
      skipWhitespace()
    } while reader.skip(ASCII.comma)
    guard reader.skip(ASCII.closeBrace) else { throw expected("‘,’ or ‘}’") }
    return entries
  }

  private mutating func open(_ depth: Int) throws(TrackingError) {
    guard depth <= maximumDepth else {
      throw error("nested deeper than \(maximumDepth) levels", at: reader.position)
    }
    reader.advance()
    skipWhitespace()
  }

  private mutating func skipWhitespace() {
    while true {
      switch reader.byte {
      case ASCII.space, ASCII.newline, ASCII.carriageReturn, ASCII.tab: reader.advance()
      default: return
      }
    }
  }

  func error(_ message: String, at offset: Int) -> TrackingError {
    reader.error(options == .strict ? .format : .invalidArgument, message, at: offset)
  }

  func expected(_ what: String) -> TrackingError {
    error(
      "expected \(what), found \(reader.found(at: reader.position))", at: reader.position)
  }
}

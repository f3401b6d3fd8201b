/// Reads JSON (RFC 8259) into values, strictly: what another reader might understand differently is
/// refused, with line, column and what was expected.
///
/// Integers of 64 bits and larger ones stay integers, numbers with a fraction or an exponent are
/// doubles, the order of a map is kept, and a name that occurs twice is an error.
package struct JSONParser {
  /// What is accepted beside strict JSON.
  package enum Options: Sendable {
    /// Nothing; errors are of the kind `format`. For files.
    case strict
    /// `NaN`, `Infinity`, `-Infinity`, and lone surrogates, which are the bytes that they stand
    /// for: in keys as they are, in text visible (`\x80`); errors are of the kind
    /// `invalidArgument`. For arguments that Python's `json.dumps` made.
    case lenient
  }

  /// How deep lists and maps may be nested; less for arguments, since views nest them deeper.
  private var maximumDepth: Int {
    options == .strict ? JSONWriter.maximumDepth : JSONWriter.maximumDepth - 10
  }

  /// Reads one value, which must be all there is.
  package static func parse(
    _ bytes: [UInt8], options: Options = .strict
  ) throws(CodecError) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(CodecError) in
      try parse(buffer, options: options)
    }
  }

  /// Reads one value from borrowed bytes.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, options: Options = .strict
  ) throws(CodecError) -> Value {
    var parser = JSONParser(reader: ByteReader(bytes), options: options)
    return try parser.readDocument()
  }

  var reader: ByteReader
  let options: Options

  private mutating func readDocument() throws(CodecError) -> Value {
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

  private mutating func readValue(depth: Int) throws(CodecError) -> Value {
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

  private mutating func readList(depth: Int) throws(CodecError) -> [Value] {
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

  private mutating func readMap(depth: Int) throws(CodecError) -> [Value.Entry] {
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

  private mutating func open(_ depth: Int) throws(CodecError) {
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

  func error(_ message: String, at offset: Int) -> CodecError {
    reader.error(options == .strict ? .format : .invalidArgument, message, at: offset)
  }

  func expected(_ what: String) -> CodecError {
    error(
      "expected \(what), found \(reader.found(at: reader.position))", at: reader.position)
  }
}

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
  private mutating func readString() throws(CodecError) -> JSONString {
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

  private mutating func appendEscaped(to bytes: inout [UInt8]) throws(CodecError) {
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

  /// Appends what half of a surrogate pair stands for: in Python a byte of a file's name that is
  /// not UTF-8 (PEP 383), else the three bytes that its number has in the scheme of UTF-8.
  private func appendSurrogate(_ number: UInt32, to bytes: inout [UInt8]) {
    if 0xDC80...0xDCFF ~= number { return bytes.append(UInt8(truncatingIfNeeded: number)) }
    bytes.append(0xED)
    bytes.append(0x80 | UInt8(truncatingIfNeeded: (number >> 6) & 0x3F))
    bytes.append(0x80 | UInt8(truncatingIfNeeded: number & 0x3F))
  }

  /// Reads what follows `\u`, and the second half of a surrogate pair.
  private mutating func appendUnicode(to bytes: inout [UInt8]) throws(CodecError) {
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
      throw error("half of a surrogate pair, which is not a character", at: start)
    }
    appendSurrogate(first, to: &bytes)
  }
}

extension JSONParser {
  /// Reads a number: an integer stays one, a fraction or an exponent makes a double.
  mutating func readNumber() throws(CodecError) -> Value {
    let start = reader.position
    if reader.skip(ASCII.minus), options == .lenient, reader.skip("Infinity") {
      return .number(-.infinity)
    }
    guard reader.byte.isDigit else { throw expected("a digit") }
    if reader.skip(ASCII.zero) {
      if reader.byte.isDigit { throw error("a number has no leading zero", at: start) }
    } else {
      _ = reader.skipDigits()
    }
    var isInteger = true
    if reader.skip(ASCII.dot) {
      isInteger = false
      guard reader.skipDigits() else { throw expected("a digit after the point") }
    }
    if reader.byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      reader.advance()
      if !reader.skip(ASCII.plus) { _ = reader.skip(ASCII.minus) }
      guard reader.skipDigits() else { throw expected("a digit of the exponent") }
    }
    let literal = reader.slice(start..<reader.position)
    if isInteger {
      guard let value = DecimalInteger.value(literal) else {
        throw error("an integer of more than \(DecimalInteger.maximumDigits) digits", at: start)
      }
      return value
    }
    guard let number = DecimalDouble.value(literal) else {
      throw error("a number beyond the range of a double", at: start)
    }
    return .number(number)
  }
}

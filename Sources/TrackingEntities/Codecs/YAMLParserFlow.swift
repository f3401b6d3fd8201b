extension YAMLParser {
  /// Reads a flow list or map of scalars that ends on this line: `[a, 1]`, `{a: 1}`, `[]`, `{}`.
  mutating func readFlow() throws(TrackingError) -> Value {
    if reader.skip(ASCII.openBracket) { return .list(try readFlowList()) }
    _ = reader.skip(ASCII.openBrace)
    return .map(try readFlowMap())
  }

  private mutating func readFlowList() throws(TrackingError) -> [Value] {
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

  private mutating func readFlowMap() throws(TrackingError) -> [Value.Entry] {
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

  private mutating func readFlowScalar() throws(TrackingError) -> Value {
    if reader.byte == ASCII.openBracket || reader.byte == ASCII.openBrace {
      throw error("a list or map within one on a single line; write it on lines of its own")
    }
    return try readScalar(inFlow: true)
  }

  private mutating func close(
    with bracket: UInt8, _ expected: String
  ) throws(TrackingError) {
    guard reader.skip(bracket) else {
      throw error(
        "expected \(expected) on this line, found \(reader.found(at: reader.position))")
    }
  }
}

extension YAMLParser {
  /// Reads the entries that start at a column; the reader is at the first of them.
  mutating func readMap(column: Int, depth: Int) throws(TrackingError) -> [Value.Entry] {
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
  mutating func readList(column: Int, depth: Int) throws(TrackingError) -> [Value] {
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
  private mutating func readElement(dash: Int, depth: Int) throws(TrackingError) -> Value {
    if isAtDash { return .list(try readList(column: column, depth: depth + 1)) }
    if isAtName { return .map(try readMap(column: column, depth: depth + 1)) }
    if isAtLineEnd || isAtComment {
      try endLine()
      return column > dash && !reader.isAtEnd ? try readBlock(depth: depth + 1) : .null
    }
    return try readInline(parent: dash)
  }

  /// Reads what follows the colon of a name.
  private mutating func readEntryValue(column: Int, depth: Int) throws(TrackingError) -> Value {
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
  private mutating func readBlock(depth: Int) throws(TrackingError) -> Value {
    if isAtDash { return .list(try readList(column: column, depth: depth)) }
    return .map(try readMap(column: column, depth: depth))
  }

  /// Reads a value that starts on this line and is neither a block list nor a block map.
  private mutating func readInline(parent: Int) throws(TrackingError) -> Value {
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
  private func isAtSibling(column: Int) throws(TrackingError) -> Bool {
    if reader.isAtEnd || self.column < column { return false }
    guard self.column == column else {
      throw error(
        "the line is indented by \(self.column) spaces, its neighbours by \(column);"
          + " align it, or put text of several lines after ‘|’")
    }
    return true
  }

  /// As `isAtSibling`, but a name at the column of the dashes ends a list that stands there.
  private func isAtElement(column: Int) throws(TrackingError) -> Bool {
    try isAtSibling(column: column) && (isAtDash || !isAtName)
  }

  private func check(_ depth: Int) throws(TrackingError) {
    guard depth <= YAMLWriter.maximumDepth else {
      throw error("nested deeper than \(YAMLWriter.maximumDepth) levels")
    }
  }
}

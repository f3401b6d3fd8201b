extension YAMLWriter {
  /// Appends a scalar, or an empty list or map, and ends the line; lines of a literal block start at
  /// the column.
  mutating func appendScalar(_ value: Value, column: Int) {
    switch value {
    case .null: append("null")
    case .boolean(let flag): append(flag ? "true" : "false")
    case .integer(let integer): append(String(integer))
    case .bigInteger(let digits):
      if DecimalInteger.isWritable(digits) { append(digits) } else { bytes.appendQuoted(digits) }
    case .number(let number): append(number)
    case .text(let text): append(text, column: column)
    case .list: append("[]")
    case .map: append("{}")
    }
    append("\n")
  }

  /// YAML 1.1 reads a double only with a point and a signed exponent.
  private mutating func append(_ number: Double) {
    if number.isNaN {
      append(".nan")
    } else if number.isInfinite {
      append(number < 0 ? "-.inf" : ".inf")
    } else {
      let text = number.description
      if let exponent = text.utf8.firstIndex(of: UInt8(ascii: "e")), !text.utf8.contains(ASCII.dot)
      {
        append(text[..<exponent] + ".0" + text[exponent...])
      } else {
        append(text)
      }
    }
  }

  private mutating func append(_ text: String, column: Int) {
    var text = text
    text.withUTF8 { utf8 in
      if YAMLPlain.isSafe(utf8) {
        bytes.append(contentsOf: utf8)
      } else if Self.isLiteral(utf8) {
        appendLiteral(utf8, column: column)
      } else {
        bytes.appendQuoted(utf8: utf8)
      }
    }
  }

  /// Whether text of several lines reads back exactly, in every reader, from a literal block.
  ///
  /// Not so: text that starts with a space, a tab or an empty line (readers take the indentation
  /// from the first line), lines of spaces only, more than one newline at the end, and all
  /// characters that need an escape.
  static func isLiteral(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.contains(ASCII.newline), let first = text.first, first > ASCII.space else {
      return false
    }
    var lineHasOnlySpaces = true
    var lineIsEmpty = true
    for offset in text.indices {
      let byte = text[offset]
      if byte == ASCII.newline {
        if lineHasOnlySpaces && !lineIsEmpty { return false }
        (lineHasOnlySpaces, lineIsEmpty) = (true, true)
        continue
      }
      lineIsEmpty = false
      if byte != ASCII.space && byte != ASCII.tab { lineHasOnlySpaces = false }
      if let (scalar, _) = escape(in: text, at: offset) {
        let isHarmless = [ASCII.quote, ASCII.backslash, ASCII.tab].contains { UInt16($0) == scalar }
        if !isHarmless { return false }
      }
    }
    if lineHasOnlySpaces && !lineIsEmpty { return false }
    return !text.suffix(2).allSatisfy { $0 == ASCII.newline }
  }

  /// Appends a literal block without the newline after its last line.
  private mutating func appendLiteral(_ text: UnsafeBufferPointer<UInt8>, column: Int) {
    let endsInNewline = text.last == ASCII.newline
    append(endsInNewline ? "|" : "|-")
    let lines = endsInNewline ? text.dropLast() : text[...]
    for line in lines.split(separator: ASCII.newline, omittingEmptySubsequences: false) {
      append("\n")
      if line.isEmpty { continue }
      appendSpaces(column)
      bytes.append(contentsOf: line)
    }
  }
}

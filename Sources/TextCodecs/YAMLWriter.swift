/// Writes maps as YAML: the subset that `docs/format/yaml-subset.md` defines, in UTF-8.
///
/// Every YAML reader, of version 1.1 or 1.2, gets the same values from it: text is quoted unless it
/// cannot be mistaken, doubles have a point and a signed exponent.
package struct YAMLWriter {
  /// Deeper values are refused, so that neither writing nor reading exhausts the stack.
  package static let maximumDepth = 64

  /// Writes a map; fails if the value is none or is nested too deep.
  package static func write(_ value: Value) throws(CodecError) -> [UInt8] {
    guard case .map(let entries) = value else {
      throw CodecError(.serialisation, "a YAML file holds a map; wrap the value in one")
    }
    if entries.isEmpty { return Array("{}\n".utf8) }
    var writer = YAMLWriter()
    writer.bytes.reserveCapacity(4096)
    try writer.append(entries, column: 0, depth: 1, startsOnLine: false)
    return writer.bytes
  }

  var bytes: [UInt8] = []

  /// YAML readers look for the colon of a name within 1024 characters only; a longer one needs the
  /// explicit form `? name`.
  private static let longestSimpleName = 1000

  /// Appends the entries at a column. The first stands where the writer is if a list's dash is
  /// already on the line.
  private mutating func append(
    _ entries: [Value.Entry], column: Int, depth: Int, startsOnLine: Bool
  ) throws(CodecError) {
    try check(depth)
    let names = entries.textNames()
    for (index, entry) in entries.enumerated() {
      if index > 0 || !startsOnLine { appendSpaces(column) }
      let isLong = names[index].count > Self.longestSimpleName
      if isLong { append("? ") }
      appendName(names[index])
      if isLong {
        append("\n")
        appendSpaces(column)
      }
      append(":")
      // The sections of a document keep a line for each member.
      if depth > 1 || entry.value.entries.isEmpty, let line = oneLine(entry.value, after: 1) {
        append(" ")
        bytes.append(contentsOf: line)
        append("\n")
        continue
      }
      switch entry.value {
      case .map(let inner) where !inner.isEmpty:
        append("\n")
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: false)
      case .list(let inner) where !inner.isEmpty:
        append("\n")
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: false)
      default:
        append(" ")
        appendScalar(entry.value, column: column + 2)
        append("\n")
      }
    }
  }

  private mutating func append(
    _ elements: [Value], column: Int, depth: Int, startsOnLine: Bool
  ) throws(CodecError) {
    try check(depth)
    for (index, element) in elements.enumerated() {
      if index > 0 || !startsOnLine { appendSpaces(column) }
      append("- ")
      if let line = oneLine(element, after: 0) {
        bytes.append(contentsOf: line)
        append("\n")
        continue
      }
      switch element {
      case .map(let inner) where !inner.isEmpty:
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: true)
      case .list(let inner) where !inner.isEmpty:
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: true)
      default:
        appendScalar(element, column: column + 2)
        append("\n")
      }
    }
  }

  private func check(_ depth: Int) throws(CodecError) {
    guard depth <= Self.maximumDepth else {
      throw CodecError(
        .serialisation,
        "the value is nested deeper than \(Self.maximumDepth) levels; flatten it or store it as an"
          + " artifact")
    }
  }

  private mutating func appendName(_ name: [UInt8]) {
    if name.withUnsafeBufferPointer({ YAMLPlain.isSafe($0) }) {
      bytes.append(contentsOf: name)
    } else {
      bytes.appendQuoted(name)
    }
  }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendSpaces(_ count: Int) {
    bytes.append(contentsOf: repeatElement(ASCII.space, count: count))
  }
}

extension YAMLWriter {
  /// How long a line may become by a list or map that stands on it.
  private static let longestLine = 120

  /// A list or map of scalars as it stands on one line, `[a, 1]` or `{a: 1}`; nil for other values
  /// and where the line would become too long.
  ///
  /// - Parameter spaces: How many will be appended before it.
  private func oneLine(_ value: Value, after spaces: Int) -> [UInt8]? {
    let start = bytes.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    let room = Self.longestLine - (bytes.count - start) - spaces
    var line = YAMLWriter()
    switch value {
    case .list(let elements) where !elements.isEmpty && elements.count < room:
      for (index, element) in elements.enumerated() {
        line.append(index == 0 ? "[" : ", ")
        guard line.appendShort(element), line.bytes.count < room else { return nil }
      }
      line.append("]")
    case .map(let entries) where !entries.isEmpty && entries.count < room:
      let names = entries.textNames()
      for (index, entry) in entries.enumerated() {
        line.append(index == 0 ? "{" : ", ")
        line.appendName(names[index])
        line.append(": ")
        guard line.appendShort(entry.value), line.bytes.count < room else { return nil }
      }
      line.append("}")
    default: return nil
    }
    return line.bytes.count <= room ? line.bytes : nil
  }

  /// Appends a scalar that needs no lines of its own.
  private mutating func appendShort(_ value: Value) -> Bool {
    switch value {
    case .list, .map: return false
    case .text(let text) where text.utf8.contains(ASCII.newline): return false
    default:
      appendScalar(value, column: 0)
      return true
    }
  }

  /// Appends a scalar, or an empty list or map; lines of a literal block start at the column.
  private mutating func appendScalar(_ value: Value, column: Int) {
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
  private static func isLiteral(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
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

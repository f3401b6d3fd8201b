/// Writes values as strict JSON (RFC 8259), in UTF-8.
///
/// Doubles are the shortest decimals that read back as the same double, whole ones keep `.0` or an
/// exponent and so their type. What JSON has no number for is text: `"NaN"`, `"Infinity"`,
/// `"-Infinity"`.
package struct JSONWriter {
  /// Where lines break.
  package enum Layout: Sendable {
    /// All on one line, without a newline at the end.
    case compact
    /// One entry of the outermost map a line: small differences in git.
    case lines
    /// One entry or element a line, at every depth.
    case pretty
  }

  /// Deeper values are refused, so that neither writing nor reading exhausts the stack.
  package static let maximumDepth = 200

  /// Writes a value; fails only if it is nested too deep.
  package static func write(
    _ value: Value, layout: Layout = .compact
  ) throws(CodecError) -> [UInt8] {
    var writer = JSONWriter(layout)
    try writer.append(value, depth: 0)
    if layout != .compact { writer.bytes.append(ASCII.newline) }
    return writer.bytes
  }

  private var bytes: [UInt8] = []
  /// Containers above this depth break into lines.
  private let brokenDepth: Int

  private init(_ layout: Layout) {
    switch layout {
    case .compact: brokenDepth = 0
    case .lines: brokenDepth = 1
    case .pretty: brokenDepth = Self.maximumDepth
    }
    bytes.reserveCapacity(256)
  }

  private mutating func append(_ value: Value, depth: Int) throws(CodecError) {
    switch value {
    case .null: append("null")
    case .boolean(let flag): append(flag ? "true" : "false")
    case .integer(let integer): append(String(integer))
    case .bigInteger(let digits):
      if DecimalInteger.isWritable(digits) { append(digits) } else { bytes.appendQuoted(digits) }
    case .number(let number): append(number)
    case .text(let text): bytes.appendQuoted(text)
    case .list(let elements):
      try append(from: "[", to: "]", count: elements.count, depth: depth) {
        (writer: inout Self, index) throws(CodecError) in
        try writer.append(elements[index], depth: depth + 1)
      }
    case .map(let entries):
      let names = entries.textNames()
      try append(from: "{", to: "}", count: entries.count, depth: depth) {
        (writer: inout Self, index) throws(CodecError) in
        writer.bytes.appendQuoted(names[index])
        writer.append(": ")
        try writer.append(entries[index].value, depth: depth + 1)
      }
    }
  }

  private mutating func append(
    from open: String, to close: String, count: Int, depth: Int,
    _ appendItem: (inout Self, Int) throws(CodecError) -> Void
  ) throws(CodecError) {
    guard depth < Self.maximumDepth else {
      throw CodecError(
        .serialisation,
        "the value is nested deeper than \(Self.maximumDepth) levels; flatten it or store it as an"
          + " artifact")
    }
    append(open)
    let broken = depth < brokenDepth && count > 0
    for index in 0..<count {
      if index > 0 { append(broken ? "," : ", ") }
      if broken { breakLine(depth + 1) }
      try appendItem(&self, index)
    }
    if broken { breakLine(depth) }
    append(close)
  }

  private mutating func append(_ number: Double) {
    if number.isNaN {
      append("\"NaN\"")
    } else if number.isInfinite {
      append(number < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    } else {
      append(number.description)
    }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func breakLine(_ depth: Int) {
    bytes.append(ASCII.newline)
    bytes.append(contentsOf: repeatElement(ASCII.space, count: 2 * depth))
  }
}

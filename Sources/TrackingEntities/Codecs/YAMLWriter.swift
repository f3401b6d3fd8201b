/// Writes maps as YAML: the subset that `docs/format/yaml-subset.md` defines, in UTF-8.
///
/// Every YAML reader, of version 1.1 or 1.2, gets the same values from it: text is quoted unless it
/// can not be mistaken, doubles have a point and a signed exponent.
package struct YAMLWriter {
  /// Deeper values are refused, so that neither writing nor reading exhausts the stack.
  package static let maximumDepth = 64

  /// Writes a map; fails if the value is none or is nested too deep.
  package static func write(_ value: Value) throws(TrackingError) -> [UInt8] {
    guard case .map(let entries) = value else {
      throw TrackingError(.serialisation, "a YAML file holds a map; wrap the value in one")
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
  ) throws(TrackingError) {
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
      }
    }
  }

  private mutating func append(
    _ elements: [Value], column: Int, depth: Int, startsOnLine: Bool
  ) throws(TrackingError) {
    try check(depth)
    for (index, element) in elements.enumerated() {
      if index > 0 || !startsOnLine { appendSpaces(column) }
      append("- ")
      switch element {
      case .map(let inner) where !inner.isEmpty:
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: true)
      case .list(let inner) where !inner.isEmpty:
        try append(inner, column: column + 2, depth: depth + 1, startsOnLine: true)
      default:
        appendScalar(element, column: column + 2)
      }
    }
  }

  private func check(_ depth: Int) throws(TrackingError) {
    guard depth <= Self.maximumDepth else {
      throw TrackingError(
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

  mutating func appendSpaces(_ count: Int) {
    bytes.append(contentsOf: repeatElement(ASCII.space, count: count))
  }
}

import TrackingEntities

/// A parameter's value on one line.
enum ValueText {
  private static let deepest = 8

  /// The value as a reader writes it, cut with an ellipsis after `limit` characters.
  static func line(_ value: Value, limit: Int = 80) -> String {
    var text = ""
    write(value, into: &text, limit: limit, depth: 0)
    return VisibleText.line(text, limit: limit)
  }

  /// Stops early in huge values: what is past the limit would be cut anyway.
  private static func write(_ value: Value, into text: inout String, limit: Int, depth: Int) {
    switch value {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .integer(let integer): text += String(integer)
    case .bigInteger(let digits): text += digits
    case .number(let number): text += NumberText.shortest(number)
    case .text(let words): text += words
    case .list where depth == deepest, .map where depth == deepest: text += "…"
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() where text.utf8.count <= limit * 4 {
        if index > 0 { text += ", " }
        write(element, into: &text, limit: limit, depth: depth + 1)
      }
      text += "]"
    case .map(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() where text.utf8.count <= limit * 4 {
        if index > 0 { text += ", " }
        text += entry.key.text + ": "
        write(entry.value, into: &text, limit: limit, depth: depth + 1)
      }
      text += "}"
    }
  }
}

/// Text that shows what is in it: control characters, line ends, bidirectional overrides and
/// zero-width characters are written as escapes, so that nothing hides in a name or moves a cursor.
package enum VisibleText {
  /// The text as one line of at most `limit` characters of the original.
  package static func line(_ text: String, limit: Int = 200) -> String {
    escape(text, limit: limit, keepsLines: false)
  }

  /// The text with its line ends and tabs kept, of at most `limit` characters of the original.
  package static func block(_ text: String, limit: Int = 4000) -> String {
    escape(text, limit: limit, keepsLines: true)
  }

  /// JSON with what hides or moves a cursor written as JSON writes it, `\u202e`: the same data.
  /// JSON itself escapes control characters only.
  package static func json(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var visible = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard scalar.value >= 0x7F, isHidden(scalar) else {
        visible.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar) ?? .init() {
        let digits = String(unit, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.utf8.count)
        visible.append(contentsOf: ("\\u" + zeros + digits).unicodeScalars)
      }
    }
    return String(visible)
  }

  /// The first line of a text that is not blank.
  package static func firstLine(_ text: String, limit: Int = 200) -> String {
    let start = text.unicodeScalars.drop { $0.properties.isWhitespace }
    return line(String(Substring(start.prefix { $0 != "\n" && $0 != "\r" })), limit: limit)
  }

  private static func escape(_ text: String, limit: Int, keepsLines: Bool) -> String {
    let isPlain = text.utf8.count <= limit && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    if isPlain { return text }
    var visible = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit {
        visible.append("…")
        break
      }
      count += 1
      if keepsLines && (scalar == "\n" || scalar == "\t") || !isHidden(scalar) {
        visible.append(scalar)
      } else {
        visible.append(contentsOf: name(of: scalar).unicodeScalars)
      }
    }
    return String(visible)
  }

  /// Joiners stay: Persian, Indic scripts and families of emoji are written with them.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
    default: false
    }
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }
}

import TrackingEntities

/// Text that Markdown shows as it is, in a table cell, a list item or a paragraph.
package enum MarkdownText {
  /// The text on one line with everything escaped that CommonMark, GitHub's tables, links,
  /// mathematics or HTML would take for markup. Blanks around it go: five of them would make a list
  /// item code.
  package static func escape(_ text: String) -> String { escape(text, limit: 200) }

  /// As `escape` for longer texts: what comes after so many characters is cut.
  package static func escape(_ text: String, limit: Int) -> String {
    let visible = VisibleText.line(text, limit: limit)
    if isHarmless(visible) { return visible }
    let scalars = trimmed(visible.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for index in scalars.indices {
      let scalar = scalars[index]
      let before = index > scalars.startIndex ? scalars[index - 1] : nil
      let after = index + 1 < scalars.endIndex ? scalars[index + 1] : nil
      if mustEscape(scalar, before, after)
        || (isLeading(index, scalars) && startsBlock(scalar, after))
      {
        escaped.append("\\")
      }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  /// The text on one line as code, fenced with more backticks than it contains; for a paragraph or
  /// a list item, not for a table.
  package static func code(_ text: String) -> String {
    let visible = VisibleText.line(text)
    var longest = 0
    var run = 0
    for byte in visible.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let touches = visible.hasPrefix("`") || visible.hasSuffix("`") || visible.hasPrefix(" ")
    let padding = touches || visible.isEmpty ? " " : ""
    return fence + padding + visible + padding + fence
  }

  /// Text of several lines as a block of code, fenced with more backticks than it contains.
  package static func block(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).suffix(200)
    let body = VisibleText.block(lines.joined(separator: "\n"), limit: 20_000)
    let fence = body.contains("```") ? "~~~~" : "```"
    return fence + "text\n" + body + (body.hasSuffix("\n") ? "" : "\n") + fence
  }

  private static func isHarmless(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    return first.isLetter
      && text.utf8.allSatisfy {
        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ")
      }
  }

  private static func mustEscape(
    _ scalar: Unicode.Scalar, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
  ) -> Bool {
    switch scalar {
    case "\\", "`", "*", "[", "]", "<", ">", "|", "~", "$": true
    case "_": !(isWord(before) && isWord(after))
    case "&": isWord(after) || after == "#"
    case ":": after == "/"
    case ".": before == "w" || before == "W"
    default: false
    }
  }

  /// Whether the scalar would make the line a heading, a list, a rule or a spreadsheet's formula.
  private static func startsBlock(_ scalar: Unicode.Scalar, _ after: Unicode.Scalar?) -> Bool {
    switch scalar {
    case "#", "=", "+", "-", "@": true
    case ".", ")": after == nil || after == " "
    default: false
    }
  }

  /// Whether the scalar is the first, or ends a number as lists have it.
  private static func isLeading(_ index: Int, _ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    guard index > scalars.startIndex else { return true }
    return index - scalars.startIndex <= 9
      && scalars[..<index].allSatisfy { ("0"..."9").contains($0) }
      && (scalars[index] == "." || scalars[index] == ")")
  }

  private static func trimmed(_ scalars: String.UnicodeScalarView) -> ArraySlice<Unicode.Scalar> {
    var trimmed = Array(scalars)[...].drop { $0 == " " }
    while trimmed.last == " " { trimmed.removeLast() }
    return trimmed
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, let byte = UInt8(exactly: scalar.value) else { return false }
    return byte.isLetter || byte.isDigit
  }
}

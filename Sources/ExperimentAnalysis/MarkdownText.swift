/// Text that Markdown shows as it is, in a table cell, a list item or a paragraph.
package enum MarkdownText {
  /// The text on one line with everything escaped that CommonMark, GitHub's tables, links, mathematics
  /// or HTML would take for markup.
  package static func escape(_ text: String) -> String {
    let visible = VisibleText.line(text)
    if isHarmless(visible) { return visible }
    let scalars = Array(visible.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : nil
      let after = index + 1 < scalars.count ? scalars[index + 1] : nil
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

  private static func isHarmless(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    return letter(first)
      && text.utf8.allSatisfy {
        letter($0) || digit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ")
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

  /// Whether only blanks, or the digits of a list's number, come before the scalar.
  private static func isLeading(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
    let isNumberEnd = scalars[index] == "." || scalars[index] == ")"
    guard index <= 12 else { return false }
    return scalars[..<index].allSatisfy { scalar in
      isNumberEnd ? ("0"..."9").contains(scalar) : scalar == " "
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, let byte = UInt8(exactly: scalar.value) else { return false }
    return letter(byte) || digit(byte)
  }

  private static func letter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func digit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

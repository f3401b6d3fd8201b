/// How many columns of a terminal a text takes.
enum TextWidth {
  /// The width: two for wide characters (Chinese, Japanese, Korean, emoji), none for marks that
  /// stand on the character before.
  static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// The text filled up with blanks on the right, or on the left for numbers.
  static func padded(_ text: String, to width: Int, onLeft: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return onLeft ? blanks + text : text + blanks
  }

  /// The text cut with an ellipsis if it is wider than this.
  static func cut(_ text: String, to limit: Int) -> String {
    if of(text) <= limit { return text }
    var cut = ""
    var used = 0
    for character in text {
      let next = width(character)
      if used + next > limit - 1 { break }
      cut.append(character)
      used += next
    }
    return cut + "…"
  }

  /// Facts one after the other, in as few lines as fit.
  static func wrapped(_ facts: [String], to width: Int?, by separator: String = " · ") -> [String] {
    var lines: [String] = []
    for fact in facts {
      if let last = lines.last, width.map({ of(last + separator + fact) <= $0 }) ?? true {
        lines[lines.count - 1] = last + separator + fact
      } else {
        lines.append(width.map { cut(fact, to: $0) } ?? fact)
      }
    }
    return lines
  }

  private static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    if scalars.contains(where: isWide) || scalars.contains("\u{FE0F}") { return 2 }
    return scalars.allSatisfy(isMark) ? 0 : 1
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F1E6...0x1F1FF, 0x20000...0x3FFFD:
      true
    default: scalar.value > 0xFF && scalar.properties.isEmojiPresentation
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: true
    default: false
    }
  }
}

import TrackingEntities

/// The smallest parts of an expression.
struct ExpressionToken {
  enum Kind: Equatable {
    /// A word outside quotes: a keyword or the beginning of a field.
    case word(String)
    /// What stands after a dot: part of a field, whatever keyword it may look like.
    case name(String)
    /// A text in quotes.
    case text(String)
    /// A number, also one of seconds: `90s`, `2h`.
    case number(Value)
    /// A moment: `2026-11-22`, in seconds since 1970.
    case moment(Double)
    /// `==`, `(`, `,`, `[` and the like.
    case symbol(String)
    case end
  }

  let kind: Kind
  /// Where it stands in the text, in characters from 0.
  let place: Range<Int>

  /// Whether it is this keyword; capitals do not matter.
  func isWord(_ word: String) -> Bool {
    if case .word(let text) = kind { text.lowercased() == word } else { false }
  }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
}

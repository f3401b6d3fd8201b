import TrackingEntities

/// Cuts the text of an expression into tokens.
struct ExpressionLexer {
  private static let symbols = [
    "==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".",
  ]

  /// What people write who come from other languages, and what it is called here.
  private static let foreign = [
    "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", "=>": ">=", "=<": "<=",
    "‘": "'", "’": "'", "“": "\"", "”": "\"",
  ]

  let source: ExpressionSource
  private(set) var tokens: [ExpressionToken] = []
  var position = 0

  init(_ source: ExpressionSource) throws(TrackingError) {
    self.source = source
    while let character = source[position] {
      if character.properties.isWhitespace {
        position += 1
      } else {
        try readToken(character)
      }
    }
    tokens.append(ExpressionToken(kind: .end, place: position..<position))
  }

  private mutating func readToken(_ character: Unicode.Scalar) throws(TrackingError) {
    let start = position
    let kind: ExpressionToken.Kind
    if followsDot && Self.isNameCharacter(character) {
      kind = .name(take(while: Self.isNameCharacter))
    } else if character == "'" || character == "\"" {
      kind = .text(try readText(closedBy: character))
    } else if startsNumber(character) {
      kind = try readNumber()
    } else if Self.isWordCharacter(character) {
      kind = .word(take(while: Self.isWordCharacter))
    } else {
      kind = .symbol(try readSymbol(character))
    }
    tokens.append(ExpressionToken(kind: kind, place: start..<position))
  }

  /// Whether the token before is a dot that touches this one.
  private var followsDot: Bool {
    guard let last = tokens.last else { return false }
    return last.isSymbol(".") && last.place.upperBound == position
  }

  /// A sign belongs to the number after it: there is no arithmetic that it could be part of.
  private func startsNumber(_ character: Unicode.Scalar) -> Bool {
    if Self.isDigit(character) { return true }
    let next = source[position + 1]
    if character == "." { return next.map(Self.isDigit) ?? false }
    guard character == "-" || character == "+", let next else { return false }
    return Self.isDigit(next) || next == "." || next == "i" || next == "I"
  }

  private mutating func readSymbol(
    _ character: Unicode.Scalar
  ) throws(TrackingError) -> String {
    let pair = source.text(position..<position + 2)
    let one = String(character)
    for text in [pair, one] {
      if let ours = Self.foreign[text], text != one || pair != "!=" {
        throw source.error(
          "'\(text)' is written \(ours)", at: position..<position + text.unicodeScalars.count)
      }
      if Self.symbols.contains(text) {
        position += text.unicodeScalars.count
        return text
      }
    }
    throw source.error(
      "'\(VisibleText.line(one))' means nothing here", at: position..<position + 1)
  }

  mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
    let start = position
    while let character = source[position], belongs(character) { position += 1 }
    return source.text(start..<position)
  }

  static func isDigit(_ character: Unicode.Scalar) -> Bool { ("0"..."9").contains(character) }

  static func isWordCharacter(_ character: Unicode.Scalar) -> Bool {
    character == "_" || isDigit(character) || character.properties.isAlphabetic
  }

  /// Names of metrics and parameters are longer words: `f1-score`, `val/loss`, `precision@10`.
  private static func isNameCharacter(_ character: Unicode.Scalar) -> Bool {
    isWordCharacter(character) || character == "-" || character == "/" || character == "@"
  }
}

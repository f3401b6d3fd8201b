import TrackingEntities

/// Turns tokens into a condition, by recursive descent:
///
///     any        = all { "or" all }
///     all        = one { "and" one }
///     one        = "not" one | "(" any ")" | comparison
///     comparison = operand [ relation operand { relation operand }
///                          | ["not"] "in" (list | field) | ["not"] "like" text
///                          | "is" ["not"] ("null" | "nan" | "true" | "false") ]
struct ExpressionParser {
  /// Deeper than people write, and far from what a stack holds.
  static let deepest = 50

  let source: ExpressionSource
  private let tokens: [ExpressionToken]
  private var position = 0
  private var depth = 0

  init(_ text: String) throws(TrackingError) {
    source = try ExpressionSource(text)
    tokens = try ExpressionLexer(source).tokens
  }

  /// Reads the whole text as one condition.
  mutating func readWhole() throws(TrackingError) -> Condition {
    guard token.kind != .end else {
      throw error("it is empty; write a condition such as metrics.accuracy > 0.9")
    }
    let condition = try readAny()
    guard token.kind == .end else {
      throw error("'\(shown(token))' comes unexpected; and, or or the end belongs here")
    }
    return condition
  }

  /// Reads the whole text as one field.
  mutating func readOnlyField() throws(TrackingError) -> ExpressionField? {
    guard case .word = token.kind, let field = try? readField(), token.kind == .end else {
      return nil
    }
    return field
  }

  var token: ExpressionToken { token(ahead: 0) }

  /// A token further on; the last one is the end, for ever.
  func token(ahead: Int) -> ExpressionToken {
    let place = min(position + ahead, tokens.count - 1)
    return tokens.indices.contains(place)
      ? tokens[place] : ExpressionToken(kind: .end, place: 0..<0)
  }

  mutating func advance() { position = min(position + 1, tokens.count) }

  mutating func skip(word: String) -> Bool {
    guard token.isWord(word) else { return false }
    advance()
    return true
  }

  mutating func skip(symbol: String) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  func error(_ message: String, at token: ExpressionToken? = nil) -> TrackingError {
    source.error(message, at: (token ?? self.token).place)
  }

  /// A token as it was written, for an error.
  func shown(_ token: ExpressionToken) -> String {
    token.kind == .end ? "the end" : VisibleText.line(source.text(token.place), limit: 40)
  }

  private mutating func readAny() throws(TrackingError) -> Condition {
    var conditions = [try readEvery()]
    while skip(word: "or") { conditions.append(try readEvery()) }
    return conditions.count == 1 ? conditions[0] : .any(conditions)
  }

  private mutating func readEvery() throws(TrackingError) -> Condition {
    var conditions = [try readOne()]
    while skip(word: "and") { conditions.append(try readOne()) }
    return conditions.count == 1 ? conditions[0] : .all(conditions)
  }

  private mutating func readOne() throws(TrackingError) -> Condition {
    let start = token
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw error("conditions are nested more than \(Self.deepest) deep", at: start)
    }
    if skip(word: "not") { return .not(try readOne()) }
    guard skip(symbol: "(") else { return try readComparison() }
    let condition = try readAny()
    guard skip(symbol: ")") else {
      throw token.kind == .end
        ? error("this parenthesis is never closed", at: start)
        : error("'\(shown(token))' comes unexpected; and, or or ) belongs here")
    }
    return condition
  }
}

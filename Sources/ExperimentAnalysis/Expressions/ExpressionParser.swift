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
      throw error("unexpected '\(shown(token))'; expected and, or, or the end")
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
        : error("unexpected '\(shown(token))'; expected and, or, or )")
    }
    return condition
  }
}

extension ExpressionParser {
  /// Reads a comparison, also a chain of them: `0.01 <= params.lr < 0.1`.
  private mutating func readComparison() throws(TrackingError) -> Condition {
    let left = try readOperand()
    let isNegated = token.isWord("not")
    let word = isNegated ? token(ahead: 1) : token
    if word.isWord("in") || word.isWord("like") {
      if isNegated { advance() }
      advance()
      let condition = word.isWord("in") ? try readMembership(left) : try readPattern(left)
      return isNegated ? .not(condition) : condition
    }
    if skip(word: "is") { return try readTest(left) }
    guard readableRelation != nil else { return try alone(left) }
    var conditions: [Condition] = []
    var previous = left
    while let relation = readableRelation {
      advance()
      let next = try readOperand()
      conditions.append(try comparison(previous, relation, next))
      previous = next
    }
    return conditions.count == 1 ? conditions[0] : .all(conditions)
  }

  private var readableRelation: ValueRelation? {
    guard case .symbol(let symbol) = token.kind else { return nil }
    switch symbol {
    case "=": return .equal
    case "<>": return .unequal
    default: return ValueRelation(rawValue: symbol)
    }
  }

  /// A field alone is a condition if it may be true: `git.dirty`.
  private func alone(_ operand: ParsedOperand) throws(TrackingError) -> Condition {
    guard let field = operand.field else {
      throw source.error(
        "a value alone is not a condition; compare a field with it: metrics.accuracy > 0.9",
        at: operand.place)
    }
    switch field.kind {
    case .boolean, .any: return .comparison(.field(field), .equal, .value(true))
    case .list:
      throw source.error("\(field.name) is a list; ask 'a' in \(field.name)", at: operand.place)
    case .text, .number, .time:
      throw source.error(
        "\(VisibleText.line(field.name, limit: 60)) alone is not a condition; "
          + "compare it with a value",
        at: operand.place)
    }
  }

  private func comparison(
    _ left: ParsedOperand, _ relation: ValueRelation, _ right: ParsedOperand
  ) throws(TrackingError) -> Condition {
    if let field = left.field {
      return .comparison(
        .field(field), relation, try ExpressionTypes.operand(right, for: field, source))
    }
    if let field = right.field {
      return .comparison(
        .field(field), relation.turned, try ExpressionTypes.operand(left, for: field, source))
    }
    throw source.error(
      "two constants are compared; one of them must be a field, such as metrics.accuracy",
      at: left.place.lowerBound..<right.place.upperBound)
  }

  /// Reads what follows `in`: a list of values, or a field that is a list.
  private mutating func readMembership(
    _ left: ParsedOperand
  ) throws(TrackingError) -> Condition {
    let close = token.isSymbol("(") ? ")" : token.isSymbol("[") ? "]" : nil
    if let close {
      guard let field = left.field else {
        throw source.error("expected a field before in (…)", at: left.place)
      }
      advance()
      return .isOneOf(field, try readValues(for: field, closedBy: close))
    }
    let list = try readOperand()
    guard let field = list.field, field.kind == .list || field.kind == .any else {
      throw source.error(
        "expected a list after in: tags, or values such as (3, 6, 9)", at: list.place)
    }
    guard left.field == nil else {
      throw source.error(
        "expected a value before in \(VisibleText.line(field.name, limit: 60)): 'production'",
        at: left.place)
    }
    return .contains(field, try ExpressionTypes.element(left, source))
  }

  private mutating func readValues(
    for field: ExpressionField, closedBy close: String
  ) throws(TrackingError) -> [Value] {
    var values: [Value] = []
    while !skip(symbol: close) {
      let operand = try readOperand()
      guard case .value(let value) = try ExpressionTypes.operand(operand, for: field, source) else {
        throw source.error("a list holds values, not fields", at: operand.place)
      }
      values.append(value)
      if skip(symbol: close) { break }
      guard skip(symbol: ",") else {
        throw error("unexpected '\(shown(token))'; expected a comma or \(close)")
      }
    }
    return values
  }

  private mutating func readPattern(_ left: ParsedOperand) throws(TrackingError) -> Condition {
    guard let field = left.field, field.kind == .text || field.kind == .any else {
      throw source.error("expected a text field before like", at: left.place)
    }
    guard case .text(let pattern) = token.kind else {
      throw error("expected a pattern in quotes after like: 'xgb%'")
    }
    advance()
    return .like(field, LikePattern(pattern))
  }

  private mutating func readTest(_ left: ParsedOperand) throws(TrackingError) -> Condition {
    let isNegated = skip(word: "not")
    guard let field = left.field else {
      throw source.error("expected a field before is", at: left.place)
    }
    let condition: Condition
    if skip(word: "null") || skip(word: "none") {
      condition = .isNull(field)
    } else if skip(word: "nan") {
      condition = .isNaN(field)
    } else if token.isWord("true") || token.isWord("false") {
      let flag = try readOperand()
      condition = .comparison(
        .field(field), .equal, try ExpressionTypes.operand(flag, for: field, source))
    } else {
      throw error("expected null, nan, true or false after is; values are compared with ==")
    }
    return isNegated ? .not(condition) : condition
  }
}

/// One side of a comparison, and where it stands.
struct ParsedOperand: Sendable {
  enum Content: Sendable {
    case field(ExpressionField)
    case text(String)
    case number(Value)
    case boolean(Bool)
    case moment(Double)
    case null
    case nan
  }

  let content: Content
  let place: Range<Int>

  var field: ExpressionField? {
    if case .field(let field) = content { field } else { nil }
  }
}

extension ExpressionParser {
  private static let words: [String: ParsedOperand.Content] = [
    "true": .boolean(true), "false": .boolean(false), "null": .null, "none": .null, "nan": .nan,
    "inf": .number(.number(.infinity)), "infinity": .number(.number(.infinity)),
  ]

  private static let keywords: Set<String> = ["and", "or", "not", "in", "is", "like"]

  /// Reads a field or a constant.
  private mutating func readOperand() throws(TrackingError) -> ParsedOperand {
    let start = token
    let content: ParsedOperand.Content
    switch start.kind {
    case .text(let text): content = .text(text)
    case .number(let number): content = .number(number)
    case .moment(let moment): content = .moment(moment)
    case .word(let word):
      let lower = word.lowercased()
      if Self.keywords.contains(lower) {
        throw error("expected a field or a value before '\(shown(start))'")
      }
      guard let constant = Self.words[lower], !token(ahead: 1).isSymbol(".") else {
        let field = try readField()
        return ParsedOperand(content: .field(field), place: start.place.lowerBound..<end)
      }
      content = constant
    case .end: throw error("it ends too early; expected a field or a value")
    case .name, .symbol:
      throw error("unexpected '\(shown(start))'; expected a field or a value")
    }
    advance()
    return ParsedOperand(content: content, place: start.place)
  }

  /// Where the token before ends.
  private var end: Int { token(ahead: -1).place.upperBound }

  /// Reads a field: `params.max_depth`, `metrics["val/loss"].min`, `status`.
  private mutating func readField() throws(TrackingError) -> ExpressionField {
    let start = token
    guard case .word(let first) = start.kind else { throw error("expected a field here") }
    advance()
    var parts = [FieldPath.Part(text: first, isQuoted: false)]
    while true {
      if skip(symbol: ".") {
        guard case .name(let name) = token.kind else {
          throw error("expected a name after the dot; use brackets for others: \(first)[\"a b\"]")
        }
        parts.append(.init(text: name, isQuoted: false))
        advance()
      } else if skip(symbol: "[") {
        guard case .text(let name) = token.kind else {
          throw error("expected a name in quotes in the brackets: \(first)[\"a b\"]")
        }
        parts.append(.init(text: name, isQuoted: true))
        advance()
        guard skip(symbol: "]") else { throw error("the bracket is not closed; expected ]") }
      } else {
        break
      }
    }
    let place = start.place.lowerBound..<end
    guard parts.count <= Self.mostParts else {
      throw source.error("a field has at most \(Self.mostParts) parts", at: place)
    }
    let name = source.text(place)
    guard let field = FieldNames.field(parts, name: name) else {
      throw source.error(FieldNames.complaint(about: parts, name: name), at: place)
    }
    try checkDirection(field, at: place)
    return field
  }

  private static let mostParts = 12

  /// Refuses the best value of a metric whose direction is unknown.
  private func checkDirection(
    _ field: ExpressionField, at place: Range<Int>
  ) throws(TrackingError) {
    guard case .metric(let path, .best) = field.source,
      MetricDirection(knownFor: path.withoutLast) == nil
    else { return }
    let metric = VisibleText.line(path.withoutLast.text, limit: 60)
    throw source.error(
      "the name \(metric) does not tell which way it gets better; write .max or .min", at: place)
  }
}

import TrackingEntities

extension ExpressionParser {
  /// Reads a comparison, also a chain of them: `0.01 <= params.lr < 0.1`.
  mutating func readComparison() throws(TrackingError) -> Condition {
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
        "a value alone is no condition; compare a field with it: metrics.accuracy > 0.9",
        at: operand.place)
    }
    switch field.kind {
    case .boolean, .any: return .comparison(.field(field), .equal, .value(true))
    case .list:
      throw source.error("\(field.name) is a list; ask 'a' in \(field.name)", at: operand.place)
    case .text, .number, .time:
      throw source.error(
        "\(VisibleText.line(field.name, limit: 60)) alone is no condition; compare it with a value",
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
        throw source.error("a field belongs before in (…)", at: left.place)
      }
      advance()
      return .isOneOf(field, try readValues(for: field, closedBy: close))
    }
    let list = try readOperand()
    guard let field = list.field, field.kind == .list || field.kind == .any else {
      throw source.error(
        "a list belongs after in: tags, or values such as (3, 6, 9)", at: list.place)
    }
    guard left.field == nil else {
      throw source.error(
        "a value belongs before in \(VisibleText.line(field.name, limit: 60)): 'production'",
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
        throw source.error("a list holds values, no fields", at: operand.place)
      }
      values.append(value)
      if skip(symbol: close) { break }
      guard skip(symbol: ",") else {
        throw error("'\(shown(token))' comes unexpected; a comma or \(close) belongs here")
      }
    }
    return values
  }

  private mutating func readPattern(_ left: ParsedOperand) throws(TrackingError) -> Condition {
    guard let field = left.field, field.kind == .text || field.kind == .any else {
      throw source.error("a field that is text belongs before like", at: left.place)
    }
    guard case .text(let pattern) = token.kind else {
      throw error("a pattern in quotes belongs after like: 'xgb%'")
    }
    advance()
    return .like(field, LikePattern(pattern))
  }

  private mutating func readTest(_ left: ParsedOperand) throws(TrackingError) -> Condition {
    let isNegated = skip(word: "not")
    guard let field = left.field else {
      throw source.error("a field belongs before is", at: left.place)
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
      throw error("null, nan, true or false belongs after is; values are compared with ==")
    }
    return isNegated ? .not(condition) : condition
  }
}

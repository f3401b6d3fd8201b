import TrackingEntities

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
  mutating func readOperand() throws(TrackingError) -> ParsedOperand {
    let start = token
    let content: ParsedOperand.Content
    switch start.kind {
    case .text(let text): content = .text(text)
    case .number(let number): content = .number(number)
    case .moment(let moment): content = .moment(moment)
    case .word(let word):
      let lower = word.lowercased()
      if Self.keywords.contains(lower) {
        throw error("a field or a value belongs before '\(shown(start))'")
      }
      guard let constant = Self.words[lower], !token(ahead: 1).isSymbol(".") else {
        let field = try readField()
        return ParsedOperand(content: .field(field), place: start.place.lowerBound..<end)
      }
      content = constant
    case .end: throw error("it ends too early; a field or a value belongs here")
    case .name, .symbol:
      throw error("'\(shown(start))' comes unexpected; a field or a value belongs here")
    }
    advance()
    return ParsedOperand(content: content, place: start.place)
  }

  /// Where the token before ends.
  private var end: Int { token(ahead: -1).place.upperBound }

  /// Reads a field: `params.max_depth`, `metrics["val/loss"].min`, `status`.
  mutating func readField() throws(TrackingError) -> ExpressionField {
    let start = token
    guard case .word(let first) = start.kind else { throw error("a field belongs here") }
    advance()
    var parts = [FieldPath.Part(text: first, isQuoted: false)]
    while true {
      if skip(symbol: ".") {
        guard case .name(let name) = token.kind else {
          throw error("a name belongs after the dot; others stand in brackets: \(first)[\"a b\"]")
        }
        parts.append(.init(text: name, isQuoted: false))
        advance()
      } else if skip(symbol: "[") {
        guard case .text(let name) = token.kind else {
          throw error("a name in quotes belongs into the brackets: \(first)[\"a b\"]")
        }
        parts.append(.init(text: name, isQuoted: true))
        advance()
        guard skip(symbol: "]") else { throw error("the bracket is not closed; ] belongs here") }
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

  /// Refuses the best value of a metric of which nobody knows which way it gets better.
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

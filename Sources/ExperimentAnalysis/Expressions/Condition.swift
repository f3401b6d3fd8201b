import TrackingEntities

/// An expression as a tree.
indirect enum Condition: Sendable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  case comparison(Operand, ValueRelation, Operand)
  /// `params.depth in (3, 6, 9)`
  case isOneOf(ExpressionField, [Value])
  /// `'production' in tags`
  case contains(ExpressionField, Value)
  case like(ExpressionField, LikePattern)
  case isNull(ExpressionField)
  case isNaN(ExpressionField)

  /// One side of a comparison.
  enum Operand: Sendable {
    case field(ExpressionField)
    case value(Value)
  }
}

/// Whether a condition holds: true, false, or nil where what it asks for is not known.
///
/// This is the logic of SQL: what is not known stays so under `not`, `unknown and false` is false,
/// `unknown or true` is true, and an experiment is found only where the whole is true.
extension Condition {
  func truth(for subject: Subject) -> Bool? {
    switch self {
    case .all(let conditions): Self.firstDecisive(false, conditions, subject)
    case .any(let conditions): Self.firstDecisive(true, conditions, subject)
    case .not(let condition): condition.truth(for: subject).map { !$0 }
    case .comparison(let left, let relation, let right):
      relation.holds(left.value(in: subject), right.value(in: subject))
    case .isOneOf(let field, let values):
      Self.isKnown(field.value(in: subject)).map { value in
        values.contains { ValueRelation.equal.holds(value, $0) == true }
      }
    case .contains(let field, let value):
      field.value(in: subject).flatMap { found in
        guard case .list(let elements) = found else { return nil }
        return elements.contains { ValueRelation.equal.holds($0, value) == true }
      }
    case .like(let field, let pattern):
      field.value(in: subject)?.text.map(pattern.matches)
    case .isNull(let field): Self.isNull(field.value(in: subject))
    case .isNaN(let field): field.value(in: subject).map { $0.double?.isNaN ?? false }
    }
  }

  private static func firstDecisive(
    _ decisive: Bool, _ conditions: [Condition], _ subject: Subject
  ) -> Bool? {
    var answer: Bool? = !decisive
    for condition in conditions {
      guard let truth = condition.truth(for: subject) else {
        answer = nil
        continue
      }
      if truth == decisive { return decisive }
    }
    return answer
  }

  private static func isKnown(_ value: Value?) -> Value? {
    guard let value, !isNull(value), value.double?.isNaN != true else { return nil }
    return value
  }

  private static func isNull(_ value: Value?) -> Bool { value == nil || value == .null }
}

extension Condition {
  /// The fields that stand for something an experiment may have; those that are only asked whether
  /// they are there are left out.
  var namedFields: [ExpressionField] {
    switch self {
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.namedFields)
    case .not(let condition): condition.namedFields
    case .comparison(let left, _, let right):
      [left, right].compactMap { if case .field(let field) = $0 { field } else { nil } }
    case .isOneOf(let field, _), .contains(let field, _), .like(let field, _): [field]
    case .isNull, .isNaN: []
    }
  }
}

extension Condition.Operand {
  func value(in subject: Subject) -> Value? {
    switch self {
    case .field(let field): field.value(in: subject)
    case .value(let value): value
    }
  }
}

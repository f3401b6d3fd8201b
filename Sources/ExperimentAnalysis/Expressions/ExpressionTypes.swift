import TrackingEntities

/// What a field can be compared with. What can never hold is a mistake and is reported at once.
enum ExpressionTypes {
  /// The other side of a comparison with a field.
  static func operand(
    _ operand: ParsedOperand, for field: ExpressionField, _ source: ExpressionSource
  ) throws(TrackingError) -> Condition.Operand {
    if field.kind == .list {
      throw source.error(
        "\(field.name) is a list; ask 'a' in \(field.name), or not in", at: operand.place)
    }
    let name = VisibleText.line(field.name, limit: 60)
    switch operand.content {
    case .field(let other):
      if other.kind == .list {
        throw source.error("\(other.name) is a list; ask 'a' in \(other.name)", at: operand.place)
      }
      return .field(other)
    case .null:
      throw source.error("nothing equals null; write \(name) is null", at: operand.place)
    case .nan:
      throw source.error(
        "nothing equals NaN, not even itself; write \(name) is nan", at: operand.place)
    case .text(let text): return .value(try value(of: text, for: field, name, operand, source))
    case .moment(let seconds):
      guard field.kind == .time || field.kind == .any else {
        throw source.error("\(name) is \(noun(field.kind)), not a time", at: operand.place)
      }
      // In parameters and facts a date is the text that it was logged as.
      return .value(field.kind == .time ? .number(seconds) : .text(source.text(operand.place)))
    case .number(let number):
      guard field.kind != .text else {
        throw source.error(
          "\(name) is text; write '\(source.text(operand.place))'", at: operand.place)
      }
      return .value(number)
    case .boolean(let flag):
      guard field.kind != .text && field.kind != .time else {
        throw source.error("\(name) is \(noun(field.kind)), not a truth value", at: operand.place)
      }
      return .value(.boolean(flag))
    }
  }

  /// What may be an element of a list.
  static func element(
    _ operand: ParsedOperand, _ source: ExpressionSource
  ) throws(TrackingError) -> Value {
    switch operand.content {
    case .text(let text): return .text(text)
    case .number(let number): return number
    case .boolean(let flag): return .boolean(flag)
    case .moment: return .text(source.text(operand.place))
    case .field, .null, .nan:
      throw source.error("expected a text, a number, true or false before in", at: operand.place)
    }
  }

  private static func value(
    of text: String, for field: ExpressionField, _ name: String, _ operand: ParsedOperand,
    _ source: ExpressionSource
  ) throws(TrackingError) -> Value {
    switch field.kind {
    case .text:
      if case .simple(.status) = field.source, ExperimentStatus(rawValue: text) == nil {
        let known = ExperimentStatus.allCases.map(\.rawValue).joined(separator: ", ")
        throw source.error(
          "there is no status '\(VisibleText.line(text, limit: 40))'; it can be \(known)",
          at: operand.place)
      }
      return .text(text)
    case .any: return .text(text)
    case .time:
      guard let seconds = Timestamp.seconds(text) else {
        throw source.error(
          "\(name) is a time; write '2026-11-22' or '2026-11-22T10:30:00Z', in UTC",
          at: operand.place)
      }
      return .number(seconds)
    case .number, .boolean, .list:
      let bare = VisibleText.line(text, limit: 40)
      let hint = Double(text) == nil ? "" : "; write \(bare) without quotes"
      throw source.error(
        "\(name) is \(noun(field.kind)) and never equals a text\(hint)", at: operand.place)
    }
  }

  private static func noun(_ kind: ExpressionField.Kind) -> String {
    switch kind {
    case .text: "text"
    case .number: "a number"
    case .boolean: "true or false"
    case .time: "a time"
    case .list: "a list"
    case .any: "any value"
    }
  }
}

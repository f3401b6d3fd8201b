import TrackingEntities

/// Which of two values comes first: numbers by size, exactly, whatever their types; text by bytes.
enum ValueOrder {
  case before
  case same
  case after

  /// The order of two numbers or two texts; nil for other pairs and for NaN.
  static func between(_ left: Value, _ right: Value) -> ValueOrder? {
    if case .text(let a) = left, case .text(let b) = right { return order(Key(a), Key(b)) }
    guard let a = Number(left), let b = Number(right) else { return nil }
    switch (a, b) {
    case (.integer(let a), .integer(let b)): return order(a, b)
    case (.double(let a), .double(let b)): return a.isNaN || b.isNaN ? nil : order(a, b)
    case (.integer(let a), .double(let b)): return order(a, b)
    case (.double(let a), .integer(let b)): return order(b, a)?.turned
    case (.big(let a), .double(let b)): return a.order(against: b)
    case (.double(let a), .big(let b)): return b.order(against: a)?.turned
    case (.big(let a), .big(let b)): return a.order(against: b)
    case (.big(let a), .integer): return a.isNegative ? .before : .after
    case (.integer, .big(let b)): return b.isNegative ? .after : .before
    }
  }

  /// Whether two values that have no order are equal: lists and maps element by element.
  static func areEqual(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.list(let a), .list(let b)):
      a.count == b.count && zip(a, b).allSatisfy { areEqual($0, $1) }
    case (.map(let a), .map(let b)):
      a.count == b.count
        && zip(a, b).allSatisfy { $0.key == $1.key && areEqual($0.value, $1.value) }
    case (.null, .null): true
    default: between(left, right) == .same
    }
  }

  var turned: ValueOrder {
    switch self {
    case .before: .after
    case .same: .same
    case .after: .before
    }
  }

  static func order<T: Comparable>(_ left: T, _ right: T) -> ValueOrder {
    left < right ? .before : left == right ? .same : .after
  }

  /// An integer against a double, without rounding the integer: 2^53 + 1 is more than 2.0^53.
  private static func order(_ integer: Int64, _ double: Double) -> ValueOrder? {
    if double.isNaN { return nil }
    if double >= 0x1p63 { return .before }
    if double < -0x1p63 { return .after }
    let whole = double.rounded(.towardZero)
    guard let other = Int64(exactly: whole) else { return nil }
    if integer != other { return order(integer, other) }
    return order(whole, double)
  }

  private enum Number {
    case integer(Int64)
    case big(BigDecimal)
    case double(Double)

    init?(_ value: Value) {
      switch value {
      case .integer(let integer): self = .integer(integer)
      case .boolean(let flag): self = .integer(flag ? 1 : 0)
      case .number(let number): self = .double(number)
      case .bigInteger(let digits):
        // A file may claim that a small number needs many digits.
        self = Int64(digits).map { .integer($0) } ?? .big(BigDecimal(digits))
      case .null, .text, .list, .map: return nil
      }
    }
  }
}

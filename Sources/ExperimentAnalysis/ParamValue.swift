import TrackingEntities

/// A value of a parameter, equal to every value that a reader takes for the same: numbers by their
/// size whatever their types (1 and 1.0, 0.0 and -0.0), NaN and NaN, maps in any order. A boolean
/// is not a number (true is not 1), and neither is text.
enum ParamValue: Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// The digits of an integer beyond 64 bits.
  case bigInteger(String)
  case number(Double)
  case notANumber
  case text(Key)
  case list([ParamValue])
  case map([Key: ParamValue])

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .boolean(let flag): self = .boolean(flag)
    case .integer(let integer): self = .integer(integer)
    case .bigInteger(let digits):
      self = Int64(digits).map { .integer($0) } ?? .bigInteger(BigDecimal(digits).text)
    case .number(let number): self.init(number)
    case .text(let text): self = .text(Key(text))
    case .list(let elements): self = .list(elements.map(ParamValue.init))
    case .map(let entries): self = .map(Self.members(entries))
    }
  }

  private init(_ number: Double) {
    if number.isNaN {
      self = .notANumber
    } else if let integer = Int64(exactly: number) {
      self = .integer(integer)
    } else if number.isFinite && abs(number) >= 0x1p63 {
      self = .bigInteger(BigDecimal(number).text)
    } else {
      self = .number(number)
    }
  }

  /// The values by their names; of one name the last.
  static func members(_ entries: [Value.Entry]) -> [Key: ParamValue] {
    Dictionary(entries.map { ($0.key, ParamValue($0.value)) }, uniquingKeysWith: { $1 })
  }

  /// Whether two values are the same.
  static func areSame(_ left: Value, _ right: Value) -> Bool {
    left == right || ParamValue(left) == ParamValue(right)
  }
}

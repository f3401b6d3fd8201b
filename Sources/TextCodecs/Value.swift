/// A parameter's value, with the type it was given: nested, exact, never truncated.
public enum Value: Sendable {
  /// No value.
  case null
  /// True or false.
  case boolean(Bool)
  /// An integer of 64 bits.
  case integer(Int64)
  /// An integer that needs more than 64 bits, in decimal digits.
  case bigInteger(String)
  /// A double, every bit of it kept: NaN, infinities, -0.0.
  case number(Double)
  /// Text.
  case text(String)
  /// Values in order.
  case list([Value])
  /// Named values in the order they were given.
  case map([Entry])

  /// One named value of a map.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public var key: Key
    /// The value.
    public var value: Value

    /// Makes an entry.
    public init(_ key: Key, _ value: Value) {
      self.key = key
      self.value = value
    }
  }
}

extension Value: Equatable {
  /// Equal type and equal bits: NaN equals the same NaN, 1 does not equal 1.0, and text is compared
  /// by bytes.
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a.bitPattern == b.bitPattern
    case (.bigInteger(let a), .bigInteger(let b)), (.text(let a), .text(let b)):
      a.utf8.elementsEqual(b.utf8)
    case (.list(let a), .list(let b)): a == b
    case (.map(let a), .map(let b)): a == b
    default: false
    }
  }
}

extension Value {
  /// The value under a name of a map; nil for other values and unknown names.
  public subscript(_ key: Key) -> Value? {
    guard case .map(let entries) = self else { return nil }
    return entries.last { $0.key == key }?.value
  }

  /// The text of a text value.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The value as a double, where it is a number of any kind.
  public var double: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .bigInteger(let digits): Double(digits)
    case .number(let number): number
    default: nil
    }
  }

  /// The value as an integer, where it is one of 64 bits.
  public var integer: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The value as a boolean, where it is one.
  public var boolean: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }

  /// The entries of a map; empty for other values.
  public var entries: [Entry] {
    if case .map(let entries) = self { entries } else { [] }
  }

  /// The elements of a list; empty for other values.
  public var elements: [Value] {
    if case .list(let elements) = self { elements } else { [] }
  }
}

// Not by `nil`: where an optional value is wanted, the literal would become `.null` without a sign.
extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes a text value.
  public init(stringLiteral text: String) { self = .text(text) }
  /// Makes an integer value.
  public init(integerLiteral integer: Int64) { self = .integer(integer) }
  /// Makes a number value.
  public init(floatLiteral number: Double) { self = .number(number) }
  /// Makes a boolean value.
  public init(booleanLiteral flag: Bool) { self = .boolean(flag) }
  /// Makes a list.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  /// Makes a map in the order written.
  public init(dictionaryLiteral entries: (Key, Value)...) {
    self = .map(entries.map { Entry($0.0, $0.1) })
  }
}

extension Value {
  /// A text.
  public init(_ text: String) { self = .text(text) }
  /// A boolean.
  public init(_ flag: Bool) { self = .boolean(flag) }
  /// A double, or the one that a shorter floating-point number is.
  public init(_ number: some BinaryFloatingPoint) { self = .number(Double(number)) }
  /// An integer of any size.
  public init(_ integer: some BinaryInteger) {
    self =
      Int64(exactly: integer).map { .integer($0) } ?? .bigInteger(String(describing: integer))
  }
}

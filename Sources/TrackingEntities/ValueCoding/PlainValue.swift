import TextCodecs

/// The standard types that are a `Value` without being asked.
enum PlainValue {
  /// The value of a standard type; nil for others.
  static func of(_ value: some Encodable) -> Value? {
    switch value {
    case let value as Value: value
    case let value as MetricValue: value.value
    case let flag as Bool: .boolean(flag)
    case let text as String: .text(text)
    case let text as Substring: .text(String(text))
    case let number as Double: .number(number)
    case let number as Float: .number(Double(number))
    case let number as Float16: .number(Double(number))
    case let integer as any FixedWidthInteger: Value(integer)
    case let duration as Duration: .number(duration.seconds)
    default: nil
    }
  }

  /// A value of a standard type; nil for other types.
  ///
  /// - Throws: `DecodingError` if the value is not of this type.
  static func decode<Decoded: Decodable>(
    _ type: Decoded.Type, from value: Value, _ path: [any CodingKey]
  ) throws -> Decoded? {
    let found: Any?
    switch type {
    case is Value.Type: found = value
    case is Bool.Type: found = value.boolean
    case is String.Type: found = value.text
    case is Double.Type: found = value.double
    case is Float.Type: found = value.double.map { Float($0) }
    case is Float16.Type: found = value.double.map { Float16($0) }
    case is Duration.Type: found = value.double.flatMap { Duration(exactSeconds: $0) }
    case let integer as any FixedWidthInteger.Type: found = value.exactly(integer)
    default: return nil
    }
    if let found = found as? Decoded { return found }
    throw DecodingError.typeMismatch(
      type,
      DecodingError.Context(
        codingPath: path, debugDescription: "there is \(value.kindAndText) instead"))
  }
}

extension Value {
  /// The integer of a type that holds it; nil for other values.
  fileprivate func exactly<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
    switch self {
    case .integer(let integer): Integer(exactly: integer)
    case .bigInteger(let digits): Integer(digits)
    case .number(let number): Integer(exactly: number)
    default: nil
    }
  }

  /// What is told of a value that is of another type than was asked for.
  fileprivate var kindAndText: String {
    switch self {
    case .null: "no value"
    case .boolean(let flag): "the boolean \(flag)"
    case .integer(let integer): "the integer \(integer)"
    case .bigInteger(let digits): "the integer \(digits.prefix(40))"
    case .number(let number): "the number \(number)"
    case .text(let text): "the text '\(text.prefix(40))'"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// A duration of so many seconds; nil for what no duration is that long.
  fileprivate init?(exactSeconds seconds: Double) {
    guard seconds.magnitude < 0x1p62 else { return nil }
    self = .seconds(seconds)
  }
}

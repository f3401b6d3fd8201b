import TextCodecs

/// Types of Foundation whose own encoding is for nobody else to read. They are known by their
/// names: this library does not load Foundation.
enum KnownTypes {
  private enum Known {
    case date
    case url
  }

  /// Seconds from 1970 to 2001, from which `Date` counts.
  private static let epoch = 978_307_200.0

  private static func known(_ type: Any.Type) -> Known? {
    switch String(reflecting: type) {
    case "Foundation.Date", "FoundationEssentials.Date": .date
    case "Foundation.URL", "FoundationEssentials.URL": .url
    default: nil
    }
  }

  /// The value of a date or a URL; nil for other types.
  static func value<Encoded: Encodable>(of value: Encoded) throws -> Value? {
    switch known(Encoded.self) {
    case .date:
      let encoder = Probe()
      try value.encode(to: encoder)
      return encoder.found.number.map { .text(Timestamp.text($0 + epoch)) }
    case .url: return .text(String(describing: value))
    case nil: return nil
    }
  }

  /// What such a type is decoded from; the value itself for other types.
  static func source<Decoded: Decodable>(of type: Decoded.Type, _ value: Value) -> Value {
    switch known(type) {
    case .date:
      let seconds = value.text.flatMap(Timestamp.seconds) ?? value.double
      return seconds.map { .number($0 - epoch) } ?? value
    case .url: return value.text.map { ["relative": .text($0)] } ?? value
    case nil: return value
    }
  }
}

/// Takes the one number that a date encodes itself as.
private struct Probe: Encoder, SingleValueEncodingContainer {
  final class Found {
    var number: Double?
  }

  let found = Found()
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    inner.container(keyedBy: type)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { inner.unkeyedContainer() }
  func singleValueContainer() -> any SingleValueEncodingContainer { self }
  func encodeNil() {}
  func encode<Encoded: Encodable>(_ value: Encoded) { found.number = value as? Double }

  private var inner: ValueEncoder { ValueEncoder.forNobody }
}

extension ValueEncoder {
  /// An encoder whose result nobody reads.
  fileprivate static var forNobody: ValueEncoder {
    ValueEncoder(
      node: EncodedNode(EncodedNode.Whole(Double.self), depth: 0), calls: 0, codingPath: [])
  }
}

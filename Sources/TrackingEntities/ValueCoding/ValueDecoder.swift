import TextCodecs

/// Decodes what is `Decodable` from a `Value`. It never traps, whatever a type asks of it.
struct ValueDecoder: Decoder {
  let value: Value
  /// How many decoders are around this one; a type may ask for itself without end.
  let calls: Int
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private static var mostCalls: Int { 2 * EncodedNode.deepest }

  static func decode<Decoded: Decodable>(
    _ type: Decoded.Type, from value: Value
  ) throws -> Decoded {
    try ValueDecoder(value: value, calls: 0, codingPath: []).take(type)
  }

  /// What this decoder's value is as that type.
  fileprivate func take<Decoded: Decodable>(_ type: Decoded.Type) throws -> Decoded {
    if let plain = try PlainValue.decode(type, from: value, codingPath) { return plain }
    guard calls < Self.mostCalls else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: Array(codingPath.prefix(10)),
          debugDescription: "its type asks for itself without end"))
    }
    return try Decoded(
      from: ValueDecoder(
        value: KnownTypes.source(of: type, value), calls: calls + 1, codingPath: codingPath))
  }

  fileprivate func inner(_ value: Value, _ key: any CodingKey) -> ValueDecoder {
    ValueDecoder(value: value, calls: calls, codingPath: codingPath + [key])
  }

  fileprivate func mismatch(_ wanted: String) -> DecodingError {
    .typeMismatch(
      Value.self,
      DecodingError.Context(codingPath: codingPath, debugDescription: "\(wanted) is needed"))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .map(let entries) = value else { throw mismatch("a map") }
    return KeyedDecodingContainer(KeyedSource<Key>(decoder: self, entries))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let elements) = value else { throw mismatch("a list") }
    return UnkeyedSource(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleSource(decoder: self) }
}

// One generic function fulfils the requirements for each of the standard types too, but for those
// of 128 bits, for which the protocols have a function of their own that refuses them.

private struct KeyedSource<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ValueDecoder
  private let values: [TextCodecs.Key: Value]
  let allKeys: [Key]
  var codingPath: [any CodingKey] { decoder.codingPath }

  init(decoder: ValueDecoder, _ entries: [Value.Entry]) {
    self.decoder = decoder
    values = Dictionary(entries.map { ($0.key, $0.value) }) { _, last in last }
    allKeys = entries.compactMap { $0.key.isText ? Key(stringValue: $0.key.text) : nil }
  }

  private func place(_ key: any CodingKey) throws -> ValueDecoder {
    guard let value = values[TextCodecs.Key(key.stringValue)] else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "there is none"))
    }
    return decoder.inner(value, key)
  }

  func contains(_ key: Key) -> Bool { values[TextCodecs.Key(key.stringValue)] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try place(key).value == .null }

  func decode<Decoded: Decodable>(_ type: Decoded.Type, forKey key: Key) throws -> Decoded {
    try place(key).take(type)
  }

  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try place(key).take(type) }
  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try place(key).take(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try place(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try place(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try place(PlainKey(stringValue: "super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try place(key) }
}

private struct UnkeyedSource: UnkeyedDecodingContainer {
  let decoder: ValueDecoder
  let elements: [Value]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  init(decoder: ValueDecoder, elements: [Value]) {
    self.decoder = decoder
    self.elements = elements
  }

  /// The next element, which is left behind only if it can be decoded.
  private mutating func next<Taken>(_ body: (ValueDecoder) throws -> Taken) throws -> Taken {
    let key = PlainKey(intValue: currentIndex)
    guard elements.indices.contains(currentIndex) else {
      throw DecodingError.valueNotFound(
        Taken.self,
        DecodingError.Context(codingPath: codingPath + [key], debugDescription: "the list ends"))
    }
    let taken = try body(decoder.inner(elements[currentIndex], key))
    currentIndex += 1
    return taken
  }

  mutating func decodeNil() throws -> Bool {
    guard elements.indices.contains(currentIndex) else { return try next { _ in false } }
    guard elements[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Decoded: Decodable>(_ type: Decoded.Type) throws -> Decoded {
    try next { try $0.take(type) }
  }

  mutating func decode(_ type: Int128.Type) throws -> Int128 { try next { try $0.take(type) } }
  mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try next { try $0.take(type) } }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}

private struct SingleSource: SingleValueDecodingContainer {
  let decoder: ValueDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value == .null }
  func decode<Decoded: Decodable>(_ type: Decoded.Type) throws -> Decoded {
    try decoder.take(type)
  }

  func decode(_ type: Int128.Type) throws -> Int128 { try decoder.take(type) }
  func decode(_ type: UInt128.Type) throws -> UInt128 { try decoder.take(type) }
}

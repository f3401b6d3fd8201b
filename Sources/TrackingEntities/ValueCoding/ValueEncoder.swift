import TextCodecs

/// Encodes what is `Encodable` as a `Value`. It never traps, whatever a type asks of it.
struct ValueEncoder: Encoder {
  let node: EncodedNode
  /// How many calls of `encode(to:)` are around this one; a type may hand itself on without end.
  let calls: Int
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private static var mostCalls: Int { 2 * EncodedNode.deepest }

  static func encode<Encoded: Encodable>(_ value: Encoded) throws -> Value {
    let whole = EncodedNode.Whole(Encoded.self)
    let node = EncodedNode(whole, depth: 0)
    try ValueEncoder(node: node, calls: 0, codingPath: []).fill(value)
    if let problem = whole.problem { throw problem }
    return node.value
  }

  /// Encodes a value at this encoder's place.
  fileprivate func fill<Encoded: Encodable>(_ value: Encoded) throws {
    if let plain = PlainValue.of(value) {
      node.set(plain, codingPath)
      return
    }
    if let known = try KnownTypes.value(of: value) {
      node.set(known, codingPath)
      return
    }
    guard calls < Self.mostCalls else {
      throw EncodingError.invalidValue(
        value,
        EncodingError.Context(
          codingPath: Array(codingPath.prefix(10)),
          debugDescription: "it hands itself on without end, or is nested deeper than "
            + "\(EncodedNode.deepest) levels"))
    }
    try value.encode(to: ValueEncoder(node: node, calls: calls + 1, codingPath: codingPath))
    if value is any Unordered { node.sort(asPairs: value is any UnorderedPairs) }
  }

  fileprivate func inner(_ node: EncodedNode, _ key: any CodingKey) -> ValueEncoder {
    // Too deep a type may go on for long.
    let path = node.depth < EncodedNode.deepest ? codingPath + [key] : codingPath
    return ValueEncoder(node: node, calls: calls, codingPath: path)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedValues<Key>(encoder: self, node: node.map(codingPath)))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedValues(encoder: self, node: node.list(codingPath))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleValue(encoder: self) }
}

/// What has no order of its own.
private protocol Unordered {}
private protocol UnorderedPairs: Unordered {}
extension Dictionary: UnorderedPairs, Unordered {}
extension Set: Unordered {}

// One generic function fulfils the requirements for each of the standard types too, but for those
// of 128 bits, for which the protocols have a function of their own that refuses them.

private struct KeyedValues<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: ValueEncoder
  let node: EncodedNode
  var codingPath: [any CodingKey] { encoder.codingPath }

  private func place(_ key: any CodingKey, replacing: Bool) -> ValueEncoder {
    let path = codingPath + [key]
    return encoder.inner(node.place(key.stringValue, path, replacing: replacing), key)
  }

  func encodeNil(forKey key: Key) {
    place(key, replacing: true).node.set(.null, codingPath)
  }

  func encode<Encoded: Encodable>(_ value: Encoded, forKey key: Key) throws {
    try place(key, replacing: true).fill(value)
  }

  func encode(_ value: Int128, forKey key: Key) throws {
    try place(key, replacing: true).fill(value)
  }

  func encode(_ value: UInt128, forKey key: Key) throws {
    try place(key, replacing: true).fill(value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    place(key, replacing: false).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    place(key, replacing: false).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { place(PlainKey(stringValue: "super"), replacing: false) }
  func superEncoder(forKey key: Key) -> any Encoder { place(key, replacing: false) }
}

private struct UnkeyedValues: UnkeyedEncodingContainer {
  let encoder: ValueEncoder
  let node: EncodedNode
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { node.count }

  private func next() -> ValueEncoder {
    let key = PlainKey(intValue: node.count)
    return encoder.inner(node.append(codingPath + [key]), key)
  }

  func encodeNil() { next().node.set(.null, codingPath) }
  func encode<Encoded: Encodable>(_ value: Encoded) throws { try next().fill(value) }
  func encode(_ value: Int128) throws { try next().fill(value) }
  func encode(_ value: UInt128) throws { try next().fill(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    next().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
  func superEncoder() -> any Encoder { next() }
}

private struct SingleValue: SingleValueEncodingContainer {
  let encoder: ValueEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() { encoder.node.set(.null, codingPath) }
  func encode<Encoded: Encodable>(_ value: Encoded) throws { try encoder.fill(value) }
  func encode(_ value: Int128) throws { try encoder.fill(value) }
  func encode(_ value: UInt128) throws { try encoder.fill(value) }
}

/// A name or a place in a list.
struct PlainKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }
}

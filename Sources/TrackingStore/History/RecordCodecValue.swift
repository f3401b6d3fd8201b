internal import TrackingEntities

/// Values with their types, nested, in order.
extension RecordCodec {
  static func encode(
    _ value: Value, as field: UInt64, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    try encode(value, as: field, depth: EventFormat.deepestValue, to: &writer)
  }

  private static func encode(
    _ value: Value, as field: UInt64, depth: Int, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    guard depth > 0 else {
      throw TrackingError(
        .serialisation,
        "a value is nested more than \(EventFormat.deepestValue) levels deep; save it as an artifact"
      )
    }
    let start = writer.begin(.bytes(field))
    switch value {
    case .null: writer.putNumber(1, 1)
    case .boolean(let flag): writer.putNumber(2, flag ? 1 : 0)
    case .integer(let integer): writer.putSigned(3, integer)
    case .bigInteger(let digits): writer.putText(4, digits)
    case .number(let number): writer.putDouble(5, number)
    case .text(let text): writer.putText(6, text)
    case .list(let elements):
      let list = writer.begin(.bytes(7))
      for element in elements { try encode(element, as: 1, depth: depth - 1, to: &writer) }
      writer.end(list)
    case .map(let entries):
      let map = writer.begin(.bytes(8))
      for entry in entries {
        let mark = writer.begin(.bytes(1))
        writer.put(1, entry.key.bytes)
        try encode(entry.value, as: 2, depth: depth - 1, to: &writer)
        writer.end(mark)
      }
      writer.end(map)
    }
    writer.end(start)
  }

  static func decodeValue(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Value? {
    guard depth > 0 else { return nil }
    var value = Value.null
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(2): value = .boolean(reader.flag())
      case .varint(3): value = .integer(reader.signed())
      case .bytes(4): value = .bigInteger(reader.text())
      case .fixed64(5): value = .number(reader.double())
      case .bytes(6), .bytes(9): value = .text(reader.text())
      case .bytes(7):
        guard let list = decodeList(reader.bytes(), depth: depth) else { return nil }
        value = .list(list)
      case .bytes(8):
        guard let map = decodeMap(reader.bytes(), depth: depth) else { return nil }
        value = .map(map)
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : value
  }

  private static func decodeList(_ bytes: UnsafeRawBufferPointer, depth: Int) -> [Value]? {
    var elements: [Value] = []
    var reader = ProtobufReader(bytes)
    while reader.next() {
      guard case .bytes(1) = reader.field else {
        reader.skip()
        continue
      }
      guard let element = decodeValue(reader.bytes(), depth: depth - 1) else { return nil }
      elements.append(element)
    }
    return reader.malformed ? nil : elements
  }

  private static func decodeMap(_ bytes: UnsafeRawBufferPointer, depth: Int) -> [Value.Entry]? {
    var entries: [Value.Entry] = []
    var reader = ProtobufReader(bytes)
    while reader.next() {
      guard case .bytes(1) = reader.field else {
        reader.skip()
        continue
      }
      guard let entry = decodeEntry(reader.bytes(), depth: depth - 1) else { return nil }
      entries.append(entry)
    }
    return reader.malformed ? nil : entries
  }

  static func decodeEntry(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Value.Entry? {
    var entry = Value.Entry(Key(bytes: []), .null)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): entry.key = Key(bytes: Array(reader.bytes()))
      case .bytes(2):
        guard let value = decodeValue(reader.bytes(), depth: depth) else { return nil }
        entry.value = value
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : entry
  }
}

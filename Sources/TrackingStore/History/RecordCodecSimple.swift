internal import TrackingEntities

/// Tags, notes, params and facts.
extension RecordCodec {
  static func decodeTag(_ bytes: UnsafeRawBufferPointer) -> Record? {
    var (name, removed) = ("", false)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): name = reader.text()
      case .varint(2): removed = reader.flag()
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : .tag(name: name, removed: removed)
  }

  static func decodeNote(_ bytes: UnsafeRawBufferPointer) -> Record? {
    var text = ""
    var reader = ProtobufReader(bytes)
    while reader.next() {
      if case .bytes(1) = reader.field { text = reader.text() } else { reader.skip() }
    }
    return reader.malformed ? nil : .note(text)
  }

  static func decodeNamedValue(_ bytes: UnsafeRawBufferPointer) -> (key: Key, value: Value)? {
    decodeEntry(bytes, depth: EventFormat.deepestValue).map { ($0.key, $0.value) }
  }
}

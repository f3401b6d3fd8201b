internal import TrackingEntities

/// One scalar of a summary: ours, an older writer's `simple_value`, or a tensor of one element as
/// TensorFlow 2 writes it.
struct EventScalar {
  /// The key's bytes.
  private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var value = MetricValue.double(0)
  private(set) var hasValue = false
  /// Whether it is a scalar only if an earlier event said that the tag is one: TensorFlow may leave
  /// the metadata out of all but the first event of a tag.
  private(set) var dependsOnEarlier = false

  /// Reads a `Summary.Value`; false if the bytes make no sense.
  @inline(__always)
  mutating func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
    readPlain(bytes) || readFields(bytes)
  }

  /// Reads a double in the form in which it is written here: a short key, the float, and the exact
  /// double where there is one; false for anything else.
  @inline(__always)
  private mutating func readPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress, bytes.count >= 7,
      start.load(as: UInt8.self) == Plain.tag
    else { return false }
    let length = Int(start.load(fromByteOffset: 1, as: UInt8.self))
    let rest = bytes.count - 2 - length
    guard length < 0x80, rest == 5 || rest == 15 else { return false }
    let number = start + (2 + length)
    guard number.load(as: UInt8.self) == Plain.float else { return false }
    if rest == 15 {
      guard number.load(fromByteOffset: 5, as: UInt8.self) == Plain.exact.0,
        number.load(fromByteOffset: 6, as: UInt8.self) == Plain.exact.1
      else { return false }
      let bits = UInt64(littleEndian: number.loadUnaligned(fromByteOffset: 7, as: UInt64.self))
      value = .double(Double(bitPattern: bits))
    } else {
      let bits = UInt32(littleEndian: number.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
      value = .double(EventScalar.widen(Float(bitPattern: bits)))
    }
    key = UnsafeRawBufferPointer(start: start + 2, count: length)
    hasValue = true
    return true
  }

  /// The keys of the fields of the plain form; that of the exact double takes two bytes.
  private enum Plain {
    static var tag: UInt8 { ProtobufField.bytes(EventFormat.SummaryValue.tag).byte }
    static var float: UInt8 { ProtobufField.fixed32(EventFormat.SummaryValue.simpleValue).byte }
    static var exact: (UInt8, UInt8) {
      let key = ProtobufField.fixed64(EventFormat.SummaryValue.exactDouble).key
      return (UInt8(key & 0x7F) | 0x80, UInt8(truncatingIfNeeded: key >> 7))
    }
  }

  private mutating func readFields(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var simple: Float?
    var exact: MetricValue?
    var rawKey: UnsafeRawBufferPointer?
    var tensor: UnsafeRawBufferPointer?
    var metadata: UnsafeRawBufferPointer?
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(EventFormat.SummaryValue.tag): key = reader.bytes()
      case .fixed32(EventFormat.SummaryValue.simpleValue): simple = reader.float()
      case .fixed64(EventFormat.SummaryValue.exactDouble): exact = .double(reader.double())
      case .varint(EventFormat.SummaryValue.exactInteger): exact = .integer(reader.signed())
      case .varint(EventFormat.SummaryValue.boolean): exact = .boolean(reader.flag())
      case .bytes(EventFormat.SummaryValue.rawKey): rawKey = reader.bytes()
      case .bytes(EventFormat.SummaryValue.tensor): tensor = reader.bytes()
      case .bytes(EventFormat.SummaryValue.metadata): metadata = reader.bytes()
      default: reader.skip()
      }
    }
    if reader.malformed { return false }
    if let rawKey { key = rawKey }
    if let exact {
      (value, hasValue) = (exact, true)
    } else if let simple {
      (value, hasValue) = (.double(EventScalar.widen(simple)), true)
    } else if let tensor {
      return read(tensor: tensor, metadata)
    }
    return true
  }

  private mutating func read(
    tensor: UnsafeRawBufferPointer, _ metadata: UnsafeRawBufferPointer?
  ) -> Bool {
    if let metadata {
      guard let plugin = EventTensor.plugin(of: metadata) else { return false }
      if plugin != "scalars" { return true }
    } else {
      dependsOnEarlier = true
    }
    guard let content = EventTensor(tensor) else { return false }
    if let scalar = content.scalar { (value, hasValue) = (scalar, true) }
    return true
  }

  /// The float as a double; a NaN is the usual one, as the writer of the file assumed.
  @inline(__always)
  private static func widen(_ float: Float) -> Double { float.isNaN ? .nan : Double(float) }
}

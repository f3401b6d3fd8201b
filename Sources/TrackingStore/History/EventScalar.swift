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

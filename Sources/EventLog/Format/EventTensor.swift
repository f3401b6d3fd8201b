internal import TrackingEntities

/// A TensorFlow tensor, as far as it may be a scalar.
struct EventTensor {
  /// The element types of TensorFlow that a scalar is written in.
  private enum Element: UInt64 {
    case float = 1
    case double = 2
    case int32 = 3
    case int64 = 9
    case boolean = 10
  }

  private var element: Element?
  private var content: UnsafeRawBufferPointer?
  private var listed: MetricValue?
  private var listedCount = 0

  /// Reads a `TensorProto`; nil if the bytes make no sense.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): element = Element(rawValue: reader.varint())
      case .bytes(4): content = reader.bytes()
      case .bytes(5): list(packed: reader.bytes()) { .double(Double($0.float())) }
      case .fixed32(5): list(.double(Double(reader.float())))
      case .bytes(6): list(packed: reader.bytes()) { .double($0.double()) }
      case .fixed64(6): list(.double(reader.double()))
      case .bytes(7), .bytes(10):
        list(packed: reader.bytes()) { .integer(Int64(bitPattern: $0.varint())) }
      case .varint(7), .varint(10): list(.integer(Int64(bitPattern: reader.varint())))
      case .bytes(11): list(packed: reader.bytes()) { .boolean($0.flag()) }
      case .varint(11): list(.boolean(reader.flag()))
      default: reader.skip()
      }
    }
    if reader.malformed { return nil }
  }

  /// The one element, whatever the shape says; nil if there are several or of another type.
  var scalar: MetricValue? {
    guard let element else { return nil }
    if let content, !content.isEmpty { return EventTensor.only(element, content) }
    return listedCount == 1 ? listed : nil
  }

  private mutating func list(_ value: MetricValue) {
    listed = value
    listedCount &+= 1
  }

  private mutating func list(
    packed: UnsafeRawBufferPointer, _ read: (inout ProtobufReader) -> MetricValue
  ) {
    var reader = ProtobufReader(packed)
    while reader.hasMore {
      let value = read(&reader)
      if !reader.malformed { list(value) }
    }
  }

  private static func only(_ element: Element, _ content: UnsafeRawBufferPointer) -> MetricValue? {
    var reader = ProtobufReader(content)
    let value: MetricValue =
      switch element {
      case .float: .double(Double(reader.float()))
      case .double: .double(reader.double())
      case .int32: .integer(Int64(Int32(bitPattern: reader.fixed(UInt32.self))))
      case .int64: .integer(Int64(bitPattern: reader.fixed(UInt64.self)))
      case .boolean: .boolean(reader.flag())
      }
    return reader.malformed || reader.hasMore ? nil : value
  }

  /// The plugin named in a `SummaryMetadata`; nil if the bytes make no sense.
  static func plugin(of metadata: UnsafeRawBufferPointer) -> String? {
    var name = ""
    var reader = ProtobufReader(metadata)
    while reader.next() {
      guard case .bytes(1) = reader.field else {
        reader.skip()
        continue
      }
      var plugin = ProtobufReader(reader.bytes())
      while plugin.next() {
        if case .bytes(1) = plugin.field { name = plugin.text() } else { plugin.skip() }
      }
      if plugin.malformed { return nil }
    }
    return reader.malformed ? nil : name
  }
}

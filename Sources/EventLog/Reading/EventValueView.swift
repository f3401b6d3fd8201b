internal import TrackingEntities

/// A `Summary.Value` that is not a number, as views of its bytes.
struct EventValueView {
  /// Where the content is: each in a field of its own, of which the older ones are written by
  /// older programs.
  enum Content {
    case tensor(UnsafeRawBufferPointer)
    case image(UnsafeRawBufferPointer)
    case histogram(UnsafeRawBufferPointer)
    case audio(UnsafeRawBufferPointer)
  }

  /// What stands for a value without metadata: an earlier one of the same tag says what it is.
  static let bare = EventValue.Kind.other("tensor")

  let bytes: UnsafeRawBufferPointer
  private(set) var tag: UnsafeRawBufferPointer?
  private(set) var plugin: String?
  private(set) var content: Content?
  private(set) var notFinite: UInt64 = 0
  private(set) var hasPrivateFields = false
  private var rawKey: UnsafeRawBufferPointer?

  /// Takes a value apart; nil if the bytes are none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    var reader = ProtobufReader(bytes)
    while reader.next() {
      let field = reader.field
      if field.number >= EventFormat.SummaryValue.exactDouble { hasPrivateFields = true }
      switch field {
      case .bytes(EventFormat.SummaryValue.tag): tag = reader.bytes()
      case .bytes(EventFormat.SummaryValue.image): content = .image(reader.bytes())
      case .bytes(EventFormat.SummaryValue.histogram): content = .histogram(reader.bytes())
      case .bytes(EventFormat.SummaryValue.audio): content = .audio(reader.bytes())
      case .bytes(EventFormat.SummaryValue.tensor): content = .tensor(reader.bytes())
      case .bytes(EventFormat.SummaryValue.metadata):
        guard let name = EventTensor.plugin(of: reader.bytes()) else { return nil }
        plugin = name.isEmpty ? nil : name
      case .bytes(EventFormat.SummaryValue.rawKey): rawKey = reader.bytes()
      case .varint(EventFormat.SummaryValue.notFinite): notFinite = reader.varint()
      default: reader.skip()
      }
    }
    if reader.malformed { return nil }
  }

  var key: UnsafeRawBufferPointer {
    rawKey ?? tag ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// What it is; nil if there is nothing in it.
  var kind: EventValue.Kind? {
    if let plugin { return EventValue.Kind(plugin: plugin) }
    return switch content {
    case .tensor: Self.bare
    case .image: .image
    case .histogram: .histogram
    case .audio: .audio
    case nil: nil
    }
  }

  /// Whether it tells the HParams tab of the session.
  var saysSession: Bool { plugin == SessionInfo.plugin }

  /// The histogram in it; nil if it is none.
  var histogram: Histogram? {
    switch content {
    case .tensor(let tensor): Self.histogram(tensor: tensor, notFinite)
    case .histogram(let message): Self.histogram(old: message)
    default: nil
    }
  }

  /// The texts, images or sounds in it, in order; an image comes after its width and height.
  var blobs: [UnsafeRawBufferPointer] {
    switch content {
    case .tensor(let tensor): Self.strings(in: tensor)
    case .image(let message), .audio(let message):
      // Both have the encoded bytes in the same field.
      Self.strings(in: message, field: 4)
    default: []
    }
  }

  /// The encoded image in it, the first if there are several; nil if it is none.
  var image: UnsafeRawBufferPointer? {
    switch content {
    case .tensor: blobs.dropFirst(2).first
    case .image: blobs.first
    default: nil
    }
  }

  private static func strings(
    in message: UnsafeRawBufferPointer, field: UInt64 = EventFormat.Tensor.strings
  ) -> [UnsafeRawBufferPointer] {
    var found: [UnsafeRawBufferPointer] = []
    var reader = ProtobufReader(message)
    while reader.next() {
      if reader.field == .bytes(field) { found.append(reader.bytes()) } else { reader.skip() }
    }
    return reader.malformed ? [] : found
  }

  /// The rows of a tensor: where a bucket begins, where it ends, and its count.
  private static func histogram(
    tensor: UnsafeRawBufferPointer, _ notFinite: UInt64
  ) -> Histogram? {
    var type: UInt64 = 0
    var content: UnsafeRawBufferPointer?
    var numbers: [Double] = []
    var reader = ProtobufReader(tensor)
    while reader.next() {
      switch reader.field {
      case .varint(EventFormat.Tensor.type): type = reader.varint()
      case .bytes(EventFormat.Tensor.content): content = reader.bytes()
      case .bytes(EventFormat.Tensor.floats): add(floats: reader.bytes(), to: &numbers)
      case .fixed32(EventFormat.Tensor.floats): numbers.append(Double(reader.float()))
      case .bytes(EventFormat.Tensor.doubles): add(doubles: reader.bytes(), to: &numbers)
      case .fixed64(EventFormat.Tensor.doubles): numbers.append(reader.double())
      default: reader.skip()
      }
    }
    if reader.malformed { return nil }
    if let content {
      switch EventFormat.TensorType(rawValue: type) {
      case .float: add(floats: content, to: &numbers)
      case .double: add(doubles: content, to: &numbers)
      default: return nil
      }
    }
    guard !numbers.isEmpty, numbers.count.isMultiple(of: 3) else { return nil }
    let rows = stride(from: 0, to: numbers.count, by: 3)
    return try? Histogram(
      edges: rows.map { numbers[$0] } + [numbers[numbers.count - 2]],
      counts: rows.map { numbers[$0 + 2] }, notFinite: notFinite)
  }

  /// The form of TensorFlow 1 and PyTorch, whose outer limits are the largest doubles: as
  /// TensorBoard does, empty buckets at both ends are left out, and what remains begins and ends
  /// with the values.
  private static func histogram(old message: UnsafeRawBufferPointer) -> Histogram? {
    var (least, most) = (0.0, 0.0)
    var (limits, counts): ([Double], [Double]) = ([], [])
    var reader = ProtobufReader(message)
    while reader.next() {
      switch reader.field {
      case .fixed64(1): least = reader.double()
      case .fixed64(2): most = reader.double()
      case .bytes(6): add(doubles: reader.bytes(), to: &limits)
      case .fixed64(6): limits.append(reader.double())
      case .bytes(7): add(doubles: reader.bytes(), to: &counts)
      case .fixed64(7): counts.append(reader.double())
      default: reader.skip()
      }
    }
    guard !reader.malformed, limits.count == counts.count else { return nil }
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return try? Histogram(edges: [least], counts: []) }
    return try? Histogram(
      edges: [least] + limits[first..<last] + [most], counts: Array(counts[first...last]))
  }

  private static func add(floats packed: UnsafeRawBufferPointer, to numbers: inout [Double]) {
    var reader = ProtobufReader(packed)
    while reader.hasMore {
      let number = Double(reader.float())
      if !reader.malformed { numbers.append(number) }
    }
  }

  private static func add(doubles packed: UnsafeRawBufferPointer, to numbers: inout [Double]) {
    var reader = ProtobufReader(packed)
    while reader.hasMore {
      let number = reader.double()
      if !reader.malformed { numbers.append(number) }
    }
  }
}

package import TrackingEntities

/// A value that is not a number, in the form in which a plugin of TensorBoard shows it.
package struct EventValue: Sendable {
  /// What a value is; others are named by their plugin.
  package enum Kind: Hashable, Sendable {
    case histogram
    case text
    case image
    case audio
    case other(String)

    /// The name that people use.
    package var name: String {
      switch self {
      case .histogram: "histogram"
      case .text: "text"
      case .image: "image"
      case .audio: "audio"
      case .other(let plugin): plugin
      }
    }

    /// - Parameter plugin: What TensorBoard calls it.
    init(plugin: String) {
      self =
        switch plugin {
        case "histograms": .histogram
        case "text": .text
        case "images": .image
        case "audio": .audio
        default: .other(plugin)
        }
    }
  }

  /// The key as the user gave it.
  package let key: Key
  package let kind: Kind
  /// Whether a user logged it: not what the library says of the session.
  let isLogged: Bool
  /// The fields of the `Summary.Value` but for its tag.
  let fields: [UInt8]

  /// Whether both say the same.
  package func isSame(as other: EventValue) -> Bool { key == other.key && fields == other.fields }

  /// How many bytes it takes, without what is around it in the file.
  package var size: Int { key.bytes.count + fields.count }

  private init(
    key: Key, kind: Kind, isLogged: Bool = true, _ encode: (inout ProtobufWriter) -> Void
  ) {
    self.key = key
    self.kind = kind
    self.isLogged = isLogged
    var writer = ProtobufWriter()
    encode(&writer)
    fields = writer.array
  }

  /// A histogram: of each bucket where it begins, where it ends, and its count.
  package static func histogram(_ key: Key, _ histogram: Histogram) -> EventValue {
    EventValue(key: key, kind: .histogram) { writer in
      let tensor = writer.begin(.bytes(EventFormat.SummaryValue.tensor))
      writer.putNumber(EventFormat.Tensor.type, EventFormat.TensorType.double.rawValue)
      putShape([UInt64(histogram.counts.count), 3], to: &writer)
      let content = writer.begin(.bytes(EventFormat.Tensor.content))
      for (place, count) in histogram.counts.enumerated() {
        writer.append(littleEndian: histogram.edges[place].bitPattern)
        writer.append(littleEndian: histogram.edges[place + 1].bitPattern)
        writer.append(littleEndian: count.bitPattern)
      }
      writer.end(content)
      writer.end(tensor)
      putMetadata("histograms", .tensor, to: &writer)
      writer.put(EventFormat.SummaryValue.notFinite, histogram.notFinite)
    }
  }

  /// A text, which TensorBoard shows as Markdown.
  package static func text(_ key: Key, _ text: String) -> EventValue {
    EventValue(key: key, kind: .text) { writer in
      let tensor = writer.begin(.bytes(EventFormat.SummaryValue.tensor))
      writer.putNumber(EventFormat.Tensor.type, EventFormat.TensorType.string.rawValue)
      putShape([], to: &writer)
      writer.putText(EventFormat.Tensor.strings, text)
      writer.end(tensor)
      putMetadata("text", .tensor, to: &writer)
    }
  }

  /// An encoded image.
  ///
  /// - Throws: `serialisation` for what is no PNG, JPEG or GIF.
  package static func image(
    _ key: Key, _ bytes: UnsafeRawBufferPointer
  ) throws(TrackingError) -> EventValue {
    guard let image = EncodedImage(bytes) else {
      throw TrackingError(
        .serialisation,
        "the \(CountText.of(bytes.count, "byte")) of '\(key.text)' are no image that TensorBoard "
          + "shows; it can be PNG, JPEG or GIF")
    }
    return EventValue(key: key, kind: .image) { writer in
      let tensor = writer.begin(.bytes(EventFormat.SummaryValue.tensor))
      writer.putNumber(EventFormat.Tensor.type, EventFormat.TensorType.string.rawValue)
      putShape([3], to: &writer)
      writer.putText(EventFormat.Tensor.strings, String(image.width))
      writer.putText(EventFormat.Tensor.strings, String(image.height))
      writer.putBytes(EventFormat.Tensor.strings, bytes)
      writer.end(tensor)
      putMetadata("images", .blobs, to: &writer)
    }
  }

  /// What the HParams tab is told of the session, without a value of its own.
  static func session(_ tag: String, content: [UInt8]) -> EventValue {
    EventValue(key: Key(tag), kind: .other(SessionInfo.plugin), isLogged: false) { writer in
      // TensorBoard lists a tag only if it has a tensor: one of no elements.
      let tensor = writer.begin(.bytes(EventFormat.SummaryValue.tensor))
      writer.putNumber(EventFormat.Tensor.type, EventFormat.TensorType.float.rawValue)
      putShape([0], to: &writer)
      writer.end(tensor)
      putMetadata(SessionInfo.plugin, .tensor, content: content, to: &writer)
    }
  }

  /// A `Summary.Value` of another program, kept as it is.
  ///
  /// - Throws: `serialisation` for bytes that are none, or one that does not belong here; the
  ///   message says why.
  package init(summary bytes: UnsafeRawBufferPointer) throws(TrackingError) {
    let found = EventValueView(bytes)
    func refuse(_ reason: String) -> TrackingError {
      TrackingError(.serialisation, "that is no value for TensorBoard to show: \(reason)")
    }
    guard let found else { throw refuse("the bytes are no message Summary.Value") }
    guard let key = found.tag, !key.isEmpty, let text = String(validating: key, as: UTF8.self)
    else {
      throw refuse("it has no tag, or one that is not UTF-8")
    }
    if found.hasPrivateFields {
      throw refuse("'\(text)' has fields that only this library writes")
    }
    var scalar = EventScalar()
    if !scalar.read(bytes) || scalar.hasValue || found.plugin == "scalars" {
      throw refuse("'\(text)' is a number; log it as a metric")
    }
    if text.starts(with: SessionInfo.tagPrefix) || found.plugin == SessionInfo.plugin {
      throw refuse("'\(text)' says the settings of a run; log them as parameters")
    }
    guard let kind = found.kind else {
      throw refuse("'\(text)' has no histogram, image, audio or tensor")
    }
    self.init(key: Key(bytes: Array(key)), kind: kind) { writer in
      var reader = ProtobufReader(bytes)
      while reader.next() {
        let field = reader.field
        let value = reader.skipped()
        if field == .bytes(EventFormat.SummaryValue.tag) { continue }
        writer.append(varint: field.key)
        writer.append(value)
      }
    }
  }

  private enum DataClass: UInt64 {
    case tensor = 2
    case blobs = 3
  }

  private static func putShape(_ sizes: [UInt64], to writer: inout ProtobufWriter) {
    let shape = writer.begin(.bytes(EventFormat.Tensor.shape))
    for size in sizes {
      let dimension = writer.begin(.bytes(EventFormat.TensorShape.dimension))
      writer.put(EventFormat.TensorShape.size, size)
      writer.end(dimension)
    }
    writer.end(shape)
  }

  private static func putMetadata(
    _ plugin: String, _ dataClass: DataClass, content: [UInt8] = [],
    to writer: inout ProtobufWriter
  ) {
    let metadata = writer.begin(.bytes(EventFormat.SummaryValue.metadata))
    let data = writer.begin(.bytes(EventFormat.SummaryMetadata.plugin))
    writer.putText(EventFormat.SummaryMetadata.pluginName, plugin)
    writer.put(EventFormat.SummaryMetadata.pluginContent, content)
    writer.end(data)
    writer.putNumber(EventFormat.SummaryMetadata.dataClass, dataClass.rawValue)
    writer.end(metadata)
  }
}

extension EventCodec {
  /// Appends a frame that holds a value which is not a number.
  ///
  /// - Parameter other: The tag, where it is not the key: TensorBoard shows a tag in one tab only.
  static func append(
    _ value: EventValue, tag other: String? = nil, step: Int64, time: Double,
    to writer: inout ProtobufWriter
  ) {
    let marks = beginPoints(step: step, time: time, to: &writer)
    let start = writer.begin(.bytes(EventFormat.Summary.value))
    value.key.bytes.withUnsafeBytes { key in
      switch other.map(PointTag.escaped) ?? PointTag(key) {
      case .key: writer.putBytes(EventFormat.SummaryValue.tag, key)
      case .escaped(let tag):
        writer.putText(EventFormat.SummaryValue.tag, tag)
        writer.putBytes(EventFormat.SummaryValue.rawKey, key)
      }
    }
    value.fields.withUnsafeBytes { writer.append($0) }
    writer.end(start)
    endPoints(marks, to: &writer)
  }
}

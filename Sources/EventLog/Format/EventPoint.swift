import FileSystem
internal import TrackingEntities

/// One point of a metric within an event.
extension EventCodec {
  /// Appends a point to the event that `beginPoints` began.
  ///
  /// TensorBoard gets a 32-bit float. Where that does not give back every bit, the exact value goes
  /// along, and so does a key that cannot be a tag.
  @inline(__always)
  static func appendPoint(
    key: UnsafeRawBufferPointer, tag: PointTag, _ value: MetricValue,
    to writer: inout ProtobufWriter
  ) {
    let start = writer.begin(.bytes(EventFormat.Summary.value))
    switch tag {
    case .key: writer.putBytes(EventFormat.SummaryValue.tag, key)
    case .escaped(let text): writer.putText(EventFormat.SummaryValue.tag, text)
    }
    let float = Float(value.double)
    writer.append(varint: ProtobufField.fixed32(EventFormat.SummaryValue.simpleValue).key)
    writer.append(littleEndian: float.bitPattern)
    switch value {
    case .double(let double):
      if !isExact(float, double) { writer.putDouble(EventFormat.SummaryValue.exactDouble, double) }
    case .integer(let integer): writer.putSigned(EventFormat.SummaryValue.exactInteger, integer)
    case .boolean(let flag): writer.putNumber(EventFormat.SummaryValue.boolean, flag ? 1 : 0)
    }
    if case .escaped = tag { writer.putBytes(EventFormat.SummaryValue.rawKey, key) }
    writer.end(start)
  }

  /// Whether every reader gets the double back from the float: bits are compared, and of all NaNs
  /// only the usual one counts, because processors differ in how they convert the others.
  @inline(__always)
  static func isExact(_ float: Float, _ double: Double) -> Bool {
    if double.isNaN { return double.bitPattern == Double.nan.bitPattern }
    return Double(float).bitPattern == double.bitPattern
  }
}

/// How a key is shown to TensorBoard.
enum PointTag {
  /// The key is a tag as it is.
  case key
  /// The key is not valid UTF-8, which would stop TensorBoard's loader for all runs.
  case escaped(String)

  @inline(__always)
  init(_ key: UnsafeRawBufferPointer) {
    do {
      _ = try UTF8Span(validating: Span<UInt8>(_unsafeBytes: key))
      self = .key
    } catch {
      self = .escaped(String(escapingInvalid: Array(key)))
    }
  }
}

package import FileSystem
import Glibc
package import TrackingEntities

/// An event file that TensorBoard shows, written at once: scalars, text and settings, and no
/// records, so that it is no experiment of a store.
package final class ShownEventFile {
  /// So many bytes are gathered before they are written.
  private static let piece = 1 << 20

  private let name: String
  private let descriptor: Int32
  private var buffer = ProtobufWriter()
  private var written: Int64 = 0

  /// Makes the file, with the event that every reader wants to see first.
  package init(
    in directory: Directory, named name: String, time: Double
  ) throws(TrackingError) {
    self.name = name
    descriptor = try SystemCalls.open(directory.descriptor, name, O_WRONLY | O_CREAT | O_EXCL)
    let frame = buffer.beginFrame()
    buffer.putDouble(EventFormat.Event.wallTime, EventCodec.finite(time))
    buffer.put(EventFormat.Event.fileVersion, EventFormat.fileVersion)
    let source = buffer.begin(.bytes(EventFormat.Event.sourceMetadata))
    buffer.put(EventFormat.SourceMetadata.writer, EventFormat.writer)
    buffer.end(source)
    buffer.endFrame(frame)
  }

  deinit { SystemCalls.close(descriptor) }

  /// A point, as the store's own event files hold it: a 32-bit float, and beside it what a float
  /// cannot hold.
  package func add(
    key: Key, _ value: MetricValue, step: Int64, time: Double
  ) throws(TrackingError) {
    key.bytes.withUnsafeBytes { bytes in
      let marks = EventCodec.beginPoints(step: step, time: time, to: &buffer)
      EventCodec.appendPoint(key: bytes, tag: PointTag(bytes), value, to: &buffer)
      EventCodec.endPoints(marks, to: &buffer)
    }
    if buffer.count >= Self.piece { try flush() }
  }

  /// A text of the Text tab, which is Markdown.
  package func add(tag: String, text: String, step: Int64, time: Double) throws(TrackingError) {
    addValue(tag, step: step, time: time, plugin: "text", content: []) { writer in
      writer.put(1, UInt64(7))  // DT_STRING
      writer.putText(8, text)
    }
    try flush()
  }

  /// What the HParams tab shows: settings, when the run started, and how it ended.
  ///
  /// - Parameters:
  ///   - settings: Numbers, booleans and texts.
  ///   - ended: When it ended; nil where it has not.
  package func add(
    settings: [(name: String, value: Value)], group: String, started: Double, ended: Double?,
    outcome: RunOutcome
  ) throws(TrackingError) {
    var content = ProtobufWriter()
    let start = content.begin(.bytes(3))  // session_start_info
    for setting in settings {
      let entry = content.begin(.bytes(1))
      content.putText(1, setting.name)
      let value = content.begin(.bytes(2))
      Self.put(setting.value, to: &content)
      content.end(value)
      content.end(entry)
    }
    content.put(4, group)
    content.put(5, started)
    content.end(start)
    addSession("_hparams_/session_start_info", content.array, time: started)

    content.truncate(to: 0)
    let end = content.begin(.bytes(4))  // session_end_info
    content.put(1, outcome.rawValue)
    content.put(2, ended ?? 0)
    content.end(end)
    addSession("_hparams_/session_end_info", content.array, time: ended ?? started)
    try flush()
  }

  /// How a run ended, as the HParams tab knows it.
  package enum RunOutcome: UInt64 {
    case unknown = 0
    case success = 1
    case failure = 2
    case running = 3
  }

  /// Writes what was gathered.
  package func flush() throws(TrackingError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[done...])
      let count = try SystemCalls.write(descriptor, rest, at: written, name)
      guard count > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
      done += count
      written += Int64(count)
    }
    buffer.truncate(to: 0)
  }

  private func addSession(_ tag: String, _ content: [UInt8], time: Double) {
    addValue(tag, step: 0, time: time, plugin: "hparams", content: content) { writer in
      writer.put(1, UInt64(1))  // DT_FLOAT, of no elements
      let shape = writer.begin(.bytes(2))
      writer.end(writer.begin(.bytes(2)))
      writer.end(shape)
    }
  }

  /// A value that a plugin of TensorBoard shows.
  private func addValue(
    _ tag: String, step: Int64, time: Double, plugin: String, content: [UInt8],
    tensor: (inout ProtobufWriter) -> Void
  ) {
    let marks = EventCodec.beginPoints(step: step, time: time, to: &buffer)
    let value = buffer.begin(.bytes(EventFormat.Summary.value))
    buffer.putText(EventFormat.SummaryValue.tag, tag)
    let metadata = buffer.begin(.bytes(EventFormat.SummaryValue.metadata))
    let data = buffer.begin(.bytes(1))
    buffer.putText(1, plugin)
    buffer.put(2, content)
    buffer.end(data)
    buffer.end(metadata)
    let start = buffer.begin(.bytes(EventFormat.SummaryValue.tensor))
    tensor(&buffer)
    buffer.end(start)
    buffer.end(value)
    EventCodec.endPoints(marks, to: &buffer)
  }

  /// A value of `google.protobuf.Struct`.
  private static func put(_ value: Value, to writer: inout ProtobufWriter) {
    switch value {
    case .boolean(let flag): writer.putNumber(4, flag ? 1 : 0)
    case .integer, .number: writer.putDouble(2, value.double ?? 0)
    default: writer.putText(3, value.text ?? "")
    }
  }
}

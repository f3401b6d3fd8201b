import FileSystem
package import TrackingEntities

/// Events as bytes: points as TensorBoard reads them, everything else in a field that it skips.
package enum EventCodec {
  /// Appends the frame that begins a file: what TensorBoard wants to see first, and the header.
  package static func appendHeader(
    _ header: SessionHeader, time: Double, lamport: UInt64 = 0, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    let frame = beginVersion(time: time, to: &writer)
    let record = writer.begin(.bytes(EventFormat.Event.record))
    try RecordCodec.encode(.header(header), lamport: lamport, to: &writer)
    writer.end(record)
    writer.endFrame(frame)
  }

  /// Appends the frame that begins a file without a header: one that is no experiment's.
  static func appendVersion(time: Double, to writer: inout ProtobufWriter) {
    writer.endFrame(beginVersion(time: time, to: &writer))
  }

  private static func beginVersion(time: Double, to writer: inout ProtobufWriter) -> Int {
    let frame = writer.beginFrame()
    writer.putDouble(EventFormat.Event.wallTime, finite(time))
    writer.put(EventFormat.Event.fileVersion, EventFormat.fileVersion)
    let source = writer.begin(.bytes(EventFormat.Event.sourceMetadata))
    writer.put(EventFormat.SourceMetadata.writer, EventFormat.writer)
    writer.end(source)
    return frame
  }

  /// Appends a record, in several frames if it is long.
  package static func append(
    _ record: StampedRecord, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    let start = writer.count
    let frame = writer.beginFrame()
    writer.putDouble(EventFormat.Event.wallTime, finite(record.time))
    let field = writer.begin(.bytes(EventFormat.Event.record))
    do throws(TrackingError) {
      try RecordCodec.encode(record.record, lamport: record.lamport, to: &writer)
    } catch {
      writer.truncate(to: start)
      throw error
    }
    if writer.count - field > EventFormat.longestPayload {
      let whole = Array(writer.bytes[field...])
      writer.truncate(to: start)
      appendChunks(of: whole, record, to: &writer)
    } else {
      writer.end(field)
      writer.endFrame(frame)
    }
  }

  private static func appendChunks(
    of whole: [UInt8], _ record: StampedRecord, to writer: inout ProtobufWriter
  ) {
    let size = EventFormat.longestPayload
    let chunks = (whole.count + size - 1) / size
    let id = UInt64.random(in: 1...UInt64.max)
    for index in 0..<chunks {
      let frame = writer.beginFrame()
      writer.putDouble(EventFormat.Event.wallTime, finite(record.time))
      let field = writer.begin(.bytes(EventFormat.Event.record))
      let part = whole[(index * size)..<min(whole.count, (index + 1) * size)]
      part.withUnsafeBytes {
        RecordChunk(id: id, index: UInt64(index), count: UInt64(chunks), bytes: $0)
          .encode(to: &writer)
      }
      writer.end(field)
      writer.endFrame(frame)
    }
  }

  /// Begins an event that holds points of one moment; `endPoints` takes what this returns.
  @inline(__always)
  static func beginPoints(
    step: Int64, time: Double, to writer: inout ProtobufWriter
  ) -> (frame: Int, summary: Int) {
    let frame = writer.beginFrame()
    writer.putDouble(EventFormat.Event.wallTime, finite(time))
    writer.put(EventFormat.Event.step, UInt64(bitPattern: step))
    return (frame, writer.begin(.bytes(EventFormat.Event.summary)))
  }

  @inline(__always)
  static func endPoints(_ marks: (frame: Int, summary: Int), to writer: inout ProtobufWriter) {
    writer.end(marks.summary)
    writer.endFrame(marks.frame)
  }

  /// A wall time that is not finite stops TensorBoard.
  @inline(__always)
  static func finite(_ time: Double) -> Double { time.isFinite ? time : Clock.now() }
}

import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

/// Files that other programs wrote: built here field by field as they write them.
@Suite struct ForeignEventTests {
  /// One event with one summary value.
  private func event(
    step: UInt64, tag: String, _ fill: (inout ProtobufWriter) -> Void
  ) -> [UInt8] {
    var writer = ProtobufWriter()
    let frame = writer.beginFrame()
    writer.putDouble(1, 100)
    writer.put(2, step)
    let summary = writer.begin(.bytes(5))
    let value = writer.begin(.bytes(1))
    writer.put(1, tag)
    fill(&writer)
    writer.end(value)
    writer.end(summary)
    writer.endFrame(frame)
    return writer.array
  }

  private func metadata(_ plugin: String, to writer: inout ProtobufWriter) {
    let metadata = writer.begin(.bytes(9))
    let data = writer.begin(.bytes(1))
    writer.put(1, plugin)
    writer.end(data)
    writer.end(metadata)
  }

  private func tensor(
    type: UInt64, to writer: inout ProtobufWriter, _ fill: (inout ProtobufWriter) -> Void
  ) {
    let tensor = writer.begin(.bytes(8))
    writer.put(1, type)
    let shape = writer.begin(.bytes(2))
    writer.end(shape)
    fill(&writer)
    writer.end(tensor)
  }

  @Test func `simple values without a header are read`() throws {
    let folder = try EventFolder()
    let bytes = event(step: 3, tag: "loss") {
      $0.append(littleEndian: UInt8(0x15))
      $0.append(littleEndian: Float(0.1).bitPattern)
    }
    try folder.put(bytes, as: "foreign")
    let log = try folder.log("foreign")
    #expect(log.header == nil && log.damages.isEmpty)
    let point = Point(key: "loss", value: .double(Double(Float(0.1))), step: 3, time: 100)
    #expect(try folder.points("foreign", "loss") == [point])
  }

  @Test func `scalar tensors of TensorFlow 2 are read, in every way they are written`() throws {
    let folder = try EventFolder()
    let ways: [(type: UInt64, value: MetricValue, fill: (inout ProtobufWriter) -> Void)] = [
      (1, .double(0.5), { $0.put(4, [0, 0, 0, 0x3F]) }),
      (1, .double(0.5), { $0.put(5, [0, 0, 0, 0x3F]) }),
      (2, .double(0.5), { $0.put(4, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]) }),
      (2, .double(0.5), { $0.putDouble(6, 0.5) }),
      (3, .integer(-2), { $0.put(4, [0xFE, 0xFF, 0xFF, 0xFF]) }),
      (9, .integer(5), { $0.putNumber(10, 5) }), (10, .boolean(true), { $0.put(11, [1]) }),
    ]
    for way in ways {
      let bytes = event(step: 1, tag: "t") {
        tensor(type: way.type, to: &$0, way.fill)
        metadata("scalars", to: &$0)
      }
      try folder.put(bytes, as: "tensor")
      #expect(try folder.points("tensor", "t").map(\.value) == [way.value])
    }
  }

  @Test func `later tensors of a scalar tag may come without metadata`() throws {
    let folder = try EventFolder()
    let bare = event(step: 2, tag: "t") { tensor(type: 2, to: &$0) { $0.putDouble(6, 2) } }
    let first = event(step: 1, tag: "t") {
      tensor(type: 2, to: &$0) { $0.putDouble(6, 1) }
      metadata("scalars", to: &$0)
    }
    try folder.put(first + bare, as: "known")
    #expect(try folder.points("known", "t").map(\.step) == [1, 2])
    #expect(try folder.log("known").metrics.first?.count == 2)
    try folder.put(bare, as: "unknown")
    #expect(try folder.points("unknown", "t").isEmpty)
    #expect(try folder.log("unknown").metrics.isEmpty)
  }

  @Test func `images, histograms and tensors of several elements are passed over`() throws {
    let folder = try EventFolder()
    let others =
      event(step: 1, tag: "image") { $0.put(4, [1, 2, 3]) }
      + event(step: 1, tag: "histogram") { $0.put(5, [0x09, 0, 0, 0, 0, 0, 0, 0, 0]) }
      + event(step: 1, tag: "text") {
        tensor(type: 7, to: &$0) { $0.put(8, "hello") }
        metadata("text", to: &$0)
      }
      + event(step: 1, tag: "vector") {
        tensor(type: 1, to: &$0) { $0.put(5, [0, 0, 0, 0x3F, 0, 0, 0, 0x3F]) }
        metadata("scalars", to: &$0)
      }
    try folder.put(others, as: "others")
    let log = try folder.log("others")
    #expect(log.metrics.isEmpty && log.damages.isEmpty)
  }

  @Test func `fields and groups that nobody knows are skipped`() throws {
    let folder = try EventFolder()
    var writer = ProtobufWriter()
    let frame = writer.beginFrame()
    writer.putDouble(1, 7)
    for byte: UInt8 in [0xA3, 0x06, 0x08, 0x01, 0xAB, 0x06, 0xAC, 0x06, 0xA4, 0x06] {
      writer.append(littleEndian: byte)
    }
    writer.put(900, "future")
    let record = writer.begin(.bytes(1000))
    writer.put(1, UInt64(9))
    writer.put(77, "a kind of the future")
    writer.end(record)
    writer.endFrame(frame)
    try folder.put(writer.array, as: "future")
    let log = try folder.log("future")
    #expect(log.damages.isEmpty && log.records.isEmpty)
    #expect(log.highestLamport == 9 && log.lastWrite == 7)
  }
}

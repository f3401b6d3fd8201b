import EventLog
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentStore

/// The format is for ever: the bytes of the first release are kept, and read and written as then.
@Suite struct GoldenFormatTests {
  private static let points: [Point] = [
    Point(key: "loss", value: .double(0.1), step: 0, time: 1_763_000_000.5),
    Point(key: "loss", value: .double(0.5), step: -1, time: 1_763_000_001.5),
    Point(key: "loss", value: .double(.nan), step: .max, time: 1_763_000_002.5),
    Point(key: "loss", value: .double(-.infinity), step: .min, time: 1_763_000_003.5),
    Point(key: "count", value: .integer(9_007_199_254_740_993), step: 3, time: -1),
    Point(key: "模型/é", value: .boolean(false), step: 3, time: -1),
    Point(key: Key(bytes: [0x61, 0xFF]), value: .boolean(true), step: 3, time: -1),
  ]

  private static var records: [StampedRecord] {
    RecordRoundTripTests.records.enumerated().map {
      StampedRecord($1, time: 1_763_000_010 + Double($0), lamport: UInt64($0) + 2)
    }
  }

  private static func golden(_ name: String = "format-1.tfevents") throws -> [UInt8] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let directory = try Directory.open("/\(folder)/Golden")
    return try #require(try directory.read(name))
  }

  private static func snapshot() throws -> ExperimentSnapshot {
    let folder = try EventFolder()
    try folder.put(golden(), as: "golden")
    let log = try folder.log("golden")
    var snapshot = try #require(
      SnapshotFold.fold([WriterFile(file: "golden", log: log)], folder: "golden"))
    snapshot.elapsed = nil  // up to now, where it has not ended
    return snapshot
  }

  @Test func `today's bytes are those of the first release`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let start = Int(writer.size)
    _ = writer.append(Self.points)
    for record in Self.records { _ = try writer.append(record) }
    var header = ProtobufWriter()
    try EventCodec.appendHeader(.sample, time: 1_763_000_000.25, lamport: 1, to: &header)
    let bytes = header.array + (try folder.bytes(writer.file))[start...]
    let golden = try Self.golden()
    let difference = zip(bytes, golden).enumerated().first { $1.0 != $1.1 }?.offset
    #expect(difference == nil)
    #expect(bytes.count == golden.count)
  }

  @Test func `the file of the first release says what it said then`() throws {
    let folder = try EventFolder()
    try folder.put(Self.golden(), as: "golden")
    let log = try folder.log("golden")
    #expect(log.header == .sample)
    #expect((log.headerLamport, log.started) == (1, 1_763_000_000.25))
    #expect(log.records == Self.records)
    #expect(log.damages.isEmpty)
    for key in Set(Self.points.map(\.key)) {
      #expect(try folder.points("golden", key) == Self.points.filter { $0.key == key })
    }
  }

  @Test(arguments: Views.files)
  func `today's views are those of the first release`(name: String) throws {
    let views = try Views(of: Self.snapshot())
    let bytes = try #require(views.contents().first { $0.name == name }?.bytes)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == String(decoding: try Self.golden("format-1/\(name)"), as: UTF8.self))
  }

  @Test func `the summary of the first release says what it said then`() throws {
    let summary = try #require(SummaryFile(try Self.golden("format-1/.summary.json")))
    let snapshot = try Self.snapshot()
    #expect(!summary.isExact)  // a key that is not text, a NaN among the metrics
    let read = summary.snapshot(folder: "golden")
    #expect(read.identity == snapshot.identity && read.writers == snapshot.writers)
    #expect(read.tags == snapshot.tags && read.notes == snapshot.notes)
    #expect(read.artifacts.map(\.path) == snapshot.artifacts.map(\.path))
    #expect(read.selection == snapshot.selection)
    #expect(read.failure == snapshot.failure && read.status == snapshot.status)
    #expect(read.ended == snapshot.ended && read.duration == snapshot.duration)
    #expect(read.metrics.map(\.last) == snapshot.metrics.map(\.last))
  }
}

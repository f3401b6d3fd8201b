import Testing
import TrackingEntities
import TrackingTestSupport

@testable import FileSystem
@testable import EventLog
@testable import ExperimentStore

@Suite struct RecordRoundTripTests {
  static let nested: Value = .map([
    .init("b", .list([.null, .boolean(true), .boolean(false), .integer(.min), .integer(.max)])),
    .init("a", .map([.init("", .text("")), .init("", .number(-0.0))])),
    .init(Key(bytes: [0xFF, 0x00]), .bigInteger("123456789012345678901234567890")),
    .init("numbers", .list([.number(.nan), .number(.infinity), .number(0.1), .number(0)])),
    .init("text", .text("zwei\nZeilen \u{0} 🚀 cafe\u{301}")), .init("empty", .list([])),
    .init("none", .map([])),
  ])
  static let records: [Record] = [
    .param(key: "lr", value: nested), .param(key: Key(bytes: [0x80]), value: .null),
    .tag(name: "baseline", removed: false), .tag(name: "", removed: true),
    .note("first\n\nsecond"), .note(""),
    .status(.failed, Failure(type: "ValueError", message: "no", traceback: "at 1\nat 2")),
    .status(.interrupted, nil), .status(.crashed, Failure(type: "", message: "")),
    .artifact(
      Artifact(
        path: "a/b.pkl", size: .max, sha256: "00ff", kind: "model", version: 3,
        keptAs: ".versions/b.2", removed: true, details: nested)),
    .artifact(Artifact(path: "", size: 0, sha256: "", kind: "", version: 0, details: .null)),
    .selection(Selection(selected: true, rationale: ["best", "", "fast"])),
    .selection(Selection(selected: false)), .fact(section: "git", value: nested),
    .header(.sample), .end(SessionEnd(status: .completed, duration: 1.25, dropped: 3)),
    .end(
      SessionEnd(
        status: .unknown, failure: Failure(type: "E", message: "m"), duration: -0.0, closed: "")),
  ]

  @Test func `every record comes back as it was`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample, lamport: 4)
    var expected: [StampedRecord] = []
    for record in Self.records {
      let stamped = StampedRecord(
        record, time: Double(expected.count) + 0.5, lamport: UInt64(expected.count) + 5)
      expected.append(stamped)
      #expect(try writer.append(stamped) == .stored)
    }
    let log = try folder.log(writer.file)
    #expect(log.header == .sample)
    #expect(log.records == expected)
    #expect(log.highestLamport == UInt64(expected.count) + 4)
    #expect(log.lastWrite == Double(expected.count) - 0.5)
    #expect(log.damages.isEmpty)
    #expect(log.validLength == log.size && log.size == writer.size)
  }

  @Test func `a decision says who made it, and when`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let decision = Selection(rationale: ["fast"], by: "ana")
    #expect(
      try writer.append(StampedRecord(.selection(decision), time: 7.5, lamport: 2)) == .stored)
    let log = try folder.log(writer.file)
    #expect(log.records.map(\.record) == [.selection(decision)])
    let snapshot = SnapshotFold.fold([WriterFile(file: writer.file, log: log)], folder: "x")
    #expect(snapshot?.selection == Selection(rationale: ["fast"], by: "ana", time: 7.5))
  }

  @Test func `a header at its defaults comes back too`() throws {
    let folder = try EventFolder()
    let plain = SessionHeader(
      experiment: ExperimentIdentity(id: "", name: "", rerun: 0, kind: "", created: 0), writer: "",
      role: .owner, session: 0, rank: 0,
      process: ProcessIdentity(host: "", boot: "", namespace: 0, pid: 0, start: 0))
    let writer = try EventWriter.create(in: folder.directory, header: plain)
    #expect(try folder.log(writer.file).header == plain)
  }

  @Test func `a record longer than a frame is cut into pieces and put together again`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let long = String(repeating: "0123456789abcdef", count: (20 << 20) / 16)
    #expect(try writer.append(StampedRecord(.note(long), time: 1, lamport: 1)) == .stored)
    #expect(try writer.append(StampedRecord(.note("after"), time: 2, lamport: 2)) == .stored)
    let log = try folder.log(writer.file)
    #expect(log.records.map(\.lamport) == [1, 2])
    #expect(log.records.first?.record == .note(long))
    #expect(log.damages.isEmpty)
  }

  @Test func `a long record without one of its pieces is not there, and nothing else is lost`()
    throws
  {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let headerSize = Int(writer.size)
    let long = String(repeating: "x", count: 20 << 20)
    _ = try writer.append(StampedRecord(.note(long), time: 1, lamport: 1))
    _ = try writer.append(StampedRecord(.note("after"), time: 2, lamport: 2))
    var bytes = try folder.bytes(writer.file)
    bytes[headerSize + (9 << 20)] ^= 1
    try folder.put(bytes, as: "damaged")
    let log = try folder.log("damaged")
    #expect(log.records.map(\.record) == [.note("after")])
    #expect(log.damages.count == 1)
  }

  @Test func `a value nested too deep is refused and leaves nothing behind`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let before = writer.size
    var deep = Value.integer(1)
    for _ in 0..<300 { deep = .list([deep]) }
    #expect(throws: TrackingError.self) {
      try writer.append(StampedRecord(.param(key: "p", value: deep), time: 1, lamport: 1))
    }
    #expect(writer.size == before && writer.deferred == 0)
    var allowed = Value.integer(1)
    for _ in 0..<(EventFormat.deepestValue - 1) { allowed = .list([allowed]) }
    let record = Record.param(key: "p", value: allowed)
    #expect(try writer.append(StampedRecord(record, time: 1, lamport: 1)) == .stored)
    #expect(try folder.log(writer.file).records.first?.record == record)
  }

  /// The tag of a field without its content, a number cut short, a text cut short, a list that
  /// holds one.
  @Test(arguments: [[0x10], [0x29, 0, 0], [0x32, 5, 65], [0x3A, 3, 0x0A, 1, 0x10]] as [[UInt8]])
  func `a malformed value is none, and never null`(bytes: [UInt8]) {
    #expect(bytes.withUnsafeBytes { RecordCodec.decodeValue($0, depth: 10) == Optional.none })
  }

  @Test func `a value without a field is null`() {
    #expect([UInt8]().withUnsafeBytes { RecordCodec.decodeValue($0, depth: 10) } == .some(.null))
  }
}

import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct HistoryReaderTests {
  private func pieces(
    _ folder: EventFolder, _ file: String, _ key: Key, most: Int
  ) throws -> [PointTable] {
    var reader = try HistoryReader(directory: folder.directory, file: file, key: key)
    var pieces: [PointTable] = []
    while true {
      let table = PointTable()
      try reader.read(into: table, most: most)
      if table.count == 0 && table.damages.isEmpty { return pieces }
      pieces.append(table)
    }
  }

  /// Doubles that a float holds and others, of one key and with another one, integers now and then.
  private func write(_ count: Int, to folder: EventFolder) throws -> String {
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for number in 0..<count {
      let step = Int64(number)
      switch number % 5 {
      case 0: _ = writer.log("loss", .double(1 / Double(number + 3)), step)
      case 1: _ = writer.log("loss", .double(Double(number)), -step)
      case 2: _ = writer.log("accuracy", .double(0.1), step)
      case 3:
        _ = writer.append([
          Point(key: "accuracy", value: .double(0.2), step: step, time: 5),
          Point(key: "loss", value: .double(.nan), step: step, time: 5),
        ])
      default: _ = writer.log("loss", number % 2 == 0 ? .integer(.max) : .boolean(true), .max)
      }
    }
    writer.close()
    return writer.file
  }

  @Test func `pieces of any size are together what is read at once`() throws {
    let folder = try EventFolder()
    let file = try write(500, to: folder)
    for key: Key in ["loss", "accuracy", "missing"] {
      let whole = try folder.points(file, key)
      for most in [1, 2, 3, 7, 100, 400, 1000, .max] {
        let pieces = try pieces(folder, file, key, most: most)
        #expect(pieces.flatMap { $0.points(of: key) } == whole)
        #expect(pieces.dropLast().allSatisfy { $0.count == most })
      }
    }
  }

  @Test func `points that another program put into one event stay together`() throws {
    let folder = try EventFolder()
    var event = ProtobufWriter()
    for _ in 0..<3 {
      let frame = event.beginFrame()
      event.putDouble(1, 7)
      let summary = event.begin(.bytes(5))
      for place in 0..<5 {
        let value = event.begin(.bytes(1))
        event.put(1, "m")
        event.putDouble(1000, Double(place))
        event.end(value)
      }
      event.end(summary)
      event.endFrame(frame)
    }
    try folder.put(event.array, as: "foreign")
    let pieces = try pieces(folder, "foreign", "m", most: 4)
    let values = pieces.map { $0.values.array($0.count) }
    #expect(values == Array(repeating: [0, 1, 2, 3, 4], count: 3))
  }

  @Test func `damage is reported with the piece that lacks it, once`() throws {
    let folder = try EventFolder()
    let file = try write(500, to: folder)
    var bytes = try folder.bytes(file)
    bytes[bytes.count / 2] ^= 4
    try folder.put(bytes, as: "damaged")
    let pieces = try pieces(folder, "damaged", "loss", most: 10)
    let damaged = pieces.filter { !$0.damages.isEmpty }
    #expect(damaged.flatMap(\.damages).count == 1)
    #expect(pieces.reduce(0) { $0 + $1.count } == (try folder.points(file, "loss")).count - 1)
  }

  @Test func `integers are lent as integers where all are, else as doubles`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for number in 0..<40 as Range<Int64> {
      _ = writer.log("whole", .integer(.max - number), number)
      _ = writer.log("mixed", number == 30 ? .integer(.max) : .double(0.5), number)
    }
    writer.close()
    let whole = try HistoryReader.read(directory: folder.directory, file: writer.file, key: "whole")
    #expect(whole.integers?.array(40) == (0..<40).map { .max - $0 })
    let mixed = try HistoryReader.read(directory: folder.directory, file: writer.file, key: "mixed")
    #expect(mixed.integers == nil)
    #expect(mixed.values.array(40)[30] == Double(Int64.max))
    #expect(mixed.points(of: "mixed")[30].value == .integer(.max))
  }

  @Test func `keys of every length are distinguished, whatever their bytes`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    var keys = [0, 1, 2, 126, 127, 128, 129, 300, 20_000].map {
      Key(bytes: [UInt8](repeating: 0x61, count: $0))
    }
    keys += [Key(bytes: [0xFF]), Key(#"\xff"#), "é", "e\u{301}"]
    for (place, key) in keys.enumerated() {
      _ = writer.append([
        Point(key: "other", value: .double(0.1), step: 0, time: 1),
        Point(key: key, value: .double(Double(place) / 3), step: Int64(place), time: 1),
      ])
    }
    writer.close()
    for (place, key) in keys.enumerated() {
      let points = try folder.points(writer.file, key)
      #expect(points.map(\.value) == [.double(Double(place) / 3)])
      #expect(points.map(\.step) == [Int64(place)])
    }
  }
}

import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct EventRoundTripTests {
  static let doubles: [Double] = [
    0, -0.0, 1, 0.1, 1.5, .pi, -.leastNormalMagnitude / 8, .leastNonzeroMagnitude, 1e308, -1e39,
    Double(Float.greatestFiniteMagnitude),
    .infinity, -.infinity, .nan, -.nan, .signalingNaN, Double(nan: 0x1234, signaling: false),
    9_007_199_254_740_992, 16_777_217,
  ]
  static let steps: [Int64] = [0, 1, -1, .max, .min, 127, 128, 1 << 40]

  @Test func `every double comes back bit for bit`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    for value in Self.doubles { #expect(writer.log("m", .double(value)) == .stored) }
    let back = try folder.points(writer.file, "m").map(\.value)
    #expect(back == Self.doubles.map { .double($0) })
  }

  @Test func `integers, booleans, steps and times come back exactly`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let values: [MetricValue] = [
      .integer(.max), .integer(.min), .integer(0), .integer(-1), .boolean(true), .boolean(false),
      .double(2), .integer(9_007_199_254_740_993),
    ]
    var expected: [Point] = []
    for (value, step) in zip(values, Self.steps) {
      let point = Point(
        key: "k", value: value, step: step, time: 1_763_000_000.123456 * Double(expected.count))
      expected.append(point)
      #expect(writer.append([point]) == .stored)
    }
    #expect(try folder.points(writer.file, "k") == expected)
  }

  @Test func `a time that is not finite becomes now`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let before = Clock.now()
    for time in [Double.nan, .infinity, -.infinity] { _ = writer.log("k", .double(1), time: time) }
    let odd = Point(key: "k", value: .double(1), step: 0, time: .nan)
    #expect(writer.append([odd, odd]) == .stored)
    for point in try folder.points(writer.file, "k") { #expect(point.time >= before) }
    #expect(try folder.points(writer.file, "k").count == 5)
  }

  @Test func `keys come back byte by byte, in the order first logged`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let keys: [Key] = [
      "loss", "", "caf\u{E9}", "cafe\u{301}", "val/acc 模型 🚀", "a\u{0}b", Key(bytes: [0xFF]),
      Key(bytes: [0x61, 0xED, 0xA0, 0x80]), "\\xff", Key(String(repeating: "k", count: 70_000)),
    ]
    let points = keys.enumerated().map {
      Point(key: $1, value: .integer(Int64($0)), step: 1, time: 2)
    }
    #expect(writer.append(points) == .stored)
    #expect(writer.append(points.reversed()) == .stored)
    let log = try folder.log(writer.file)
    #expect(log.metrics.map(\.key) == keys)
    #expect(log.metrics.allSatisfy { $0.count == 2 })
    for point in points { #expect(try folder.points(writer.file, point.key) == [point, point]) }
  }

  @Test func `a series is the same as its points one by one`() throws {
    let folder = try EventFolder()
    let series = try EventWriter.create(in: folder.directory, file: "series", header: .sample)
    let single = try EventWriter.create(in: folder.directory, file: "single", header: .sample)
    let values = (0..<5000).map { Double($0) / 7 } + EventRoundTripTests.doubles
    let odd: [Int64] = [.min, .max, 0, 127, 128, 1 << 14 - 1, 1 << 14, 1 << 62, -1, 1]
    let steps = values.indices.map { $0 % 97 == 0 ? odd[$0 % 10] : Int64($0) - 100 }
    let key = Key("loss")
    let outcome = key.bytes.withUnsafeBytes { key in
      values.withUnsafeBufferPointer { values in
        steps.withUnsafeBufferPointer { steps in
          series.append(
            key: key,
            PointColumns(
              values: values, steps: steps.baseAddress, times: nil, firstStep: 0, now: 5))
        }
      }
    }
    #expect(outcome == .stored)
    for (value, step) in zip(values, steps) { _ = single.log(key, .double(value), step, time: 5) }
    #expect(try folder.points("series", key) == folder.points("single", key))
    #expect(series.size == single.size)
  }

  @Test func `a summary says what the points say`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    for (step, value) in [3.0, .nan, 1, 2].enumerated() {
      _ = writer.log("m", .double(value), Int64(step), time: Double(step))
    }
    let summary = try #require(try folder.log(writer.file).metrics.first)
    #expect(summary.last == .double(2))
    #expect((summary.minimum, summary.minimumStep, summary.maximum) == (1, 2, 3))
    #expect((summary.count, summary.numbers, summary.mean) == (4, 3, 2))
    #expect((summary.highestStep, summary.lastTime) == (3, 3))
  }
}

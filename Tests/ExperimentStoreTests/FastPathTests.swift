import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

/// A hot loop with its fast path, as an experiment has it.
final class HotLoop {
  let folder: EventFolder
  let writer: EventWriter
  let fastPath = FastPath()
  var log = WriterLog(header: .here())
  var next: [Key: Int64] = [:]
  var shortWays = 0

  init(_ folder: EventFolder) throws {
    self.folder = folder
    writer = try EventWriter.create(in: folder.directory, header: .here(), writes: .buffered)
  }

  /// Logs a point as an experiment does; a step of nil is the next one.
  func log(_ key: Key, _ value: MetricValue, _ step: Int64? = nil) -> EventWriter.Outcome {
    if key.bytes.withUnsafeBytes({ fastPath.log($0, value, step: step ?? FastPath.nextStep) }) {
      shortWays += 1
      return .stored
    }
    close()
    let step = step ?? next[key] ?? 0
    next[key] = max(next[key] ?? .min, step &+ 1)
    let time = Clock.now()
    let outcome = writer.log(key, value, step, time: time)
    log.add(Point(key: key, value: value, step: step, time: time))
    fastPath.open(for: writer)
    guard fastPath.isOpen else {
      fastPath.forget([key])
      return outcome
    }
    if let (place, summary) = log.find(key) {
      fastPath.admit(summary, place: place, nextStep: next[key] ?? 0)
    }
    return outcome
  }

  func close() {
    fastPath.close { summary, place, nextStep in
      log.replace(summary, at: place)
      next[summary.key] = nextStep
    }
  }
}

@Suite struct FastPathTests {
  @Test func `points of a hot loop come back exactly, while it runs and afterwards`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    var expected: [MetricValue] = []
    for round in 0..<200 {
      for double in EventRoundTripTests.doubles {
        expected.append(.double(double))
        #expect(loop.log("m", .double(double)) == .stored)
      }
      expected += [.integer(.min + Int64(round)), .boolean(round % 2 == 0)]
      for value in expected.suffix(2) { #expect(loop.log("m", value) == .stored) }
    }
    #expect(loop.shortWays > expected.count / 2)
    #expect(try folder.points(loop.writer.file, "m").map(\.value) == expected)
    #expect(
      try folder.points(loop.writer.file, "m").map(\.step) == (0..<expected.count).map { Int64($0) }
    )
    loop.close()
    let known = try #require(loop.log.find("m")).summary
    let read = try #require(try folder.log(loop.writer.file).metrics.first)
    #expect(known.count == read.count)
    #expect((known.lastStep, known.lastTime) == (read.lastStep, read.lastTime))
    #expect(known.mean.bitPattern == read.mean.bitPattern)
    #expect(loop.writer.close() == .stored)
    #expect(try folder.points(loop.writer.file, "m").map(\.value) == expected)
    #expect(UInt64(try folder.bytes(loop.writer.file).count) == loop.writer.size)
    #expect(!folder.files.contains { $0.hasPrefix("pending-") })
  }

  @Test func `a sync beside a hot loop takes nothing from it`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    for step in 0..<400 {
      #expect(loop.log("m", .double(1)) == .stored)
      guard step % 50 == 49 else { continue }
      // Another thread's, while the loop has the buffer.
      let isLent = loop.fastPath.isOpen
      if step % 100 == 99, isLent {
        _ = Faults.failing("fsync", EIO) { refusal { try loop.writer.sync() } }
      }
      try loop.writer.sync()
      #expect(try folder.points(loop.writer.file, "m").count == step + 1)
    }
    #expect(loop.shortWays > 100)
    loop.close()
    try loop.writer.sync()
    #expect(folder.files == [loop.writer.file])
    #expect(try folder.points(loop.writer.file, "m").count == 400)
  }

  #if DEBUG
    @Test func `another metric costs no look at those that are there`() throws {
      let folder = try EventFolder()
      let loop = try HotLoop(folder)
      // A new metric takes the general path; between them is one that is hot.
      let metrics = 3_000
      for number in 0..<metrics {
        _ = loop.log("hot", .double(1))
        _ = loop.log(Key("metric/\(number)"), .double(1))
      }
      #expect(loop.shortWays > metrics / 2)
      #expect(loop.fastPath.looks <= 2 * metrics)
      // Each has changed once more, and each is told of once.
      let before = loop.fastPath.looks
      for number in 0..<metrics { _ = loop.log(Key("metric/\(number)"), .double(2)) }
      loop.close()
      #expect(loop.fastPath.looks - before <= metrics + 1)
      loop.fastPath.forgetSeries()
      loop.fastPath.forgetSeries()
      #expect(loop.fastPath.looks - before <= 2 * metrics + 3)
      #expect(loop.log.find("metric/17")?.summary.count == 2)
      #expect(loop.log.find("hot")?.summary.count == metrics)
    }
  #endif

  @Test func `steps continue after a pause, when the first point takes the general path`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    for _ in 0..<3 {
      for _ in 0..<5 {
        for key in ["a", "b"] as [Key] { #expect(loop.log(key, .double(1)) == .stored) }
      }
      usleep(250_000)
    }
    loop.close()
    for key in ["a", "b"] as [Key] {
      #expect(try folder.points(loop.writer.file, key).map(\.step) == (0..<15).map { Int64($0) })
      #expect(loop.log.find(key)?.summary.count == 15)
    }
    #expect(loop.shortWays > 15)
  }

  @Test func `a fast path that is over is over for a point that comes by again`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    while loop.shortWays < 10 { #expect(loop.log("m", .double(1)) == .stored) }
    loop.close()
    loop.fastPath.open(for: loop.writer, before: Clock.coarse())
    #expect(loop.fastPath.isOpen)
    for _ in 0..<3 {
      let key: Key = "m"
      #expect(!key.bytes.withUnsafeBytes { loop.fastPath.log($0, .double(2), step: 0) })
    }
  }

  @Test func `many metrics, keys that are not text and steps in any order`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    var keys = (0..<300).map { Key("metric/\($0)") }
    keys += [
      Key(bytes: [0xFF]), "caf\u{E9}", "cafe\u{301}", Key(String(repeating: "k", count: 5000)),
    ]
    let steps: [Int64] = [5, -3, .max, .min + 1, 0, 128]
    for step in steps {
      for (number, key) in keys.enumerated() {
        #expect(loop.log(key, .double(Double(number) / 3), step) == .stored)
      }
    }
    #expect(loop.shortWays > 0)
    for (number, key) in keys.enumerated() {
      let points = try folder.points(loop.writer.file, key)
      #expect(points.map(\.step) == steps)
      #expect(points.allSatisfy { $0.value == .double(Double(number) / 3) })
    }
  }

  @Test func `frames hold at every length of key and step, of doubles and of floats`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    var steps: [Int64] = [.max, .min + 1]
    for size in 0...8 {
      let edge = Int64(1) << (7 * size)
      steps += [edge - 1, edge, edge + 1, -edge]
    }
    for length in [1, 2, 7, 8, 9, 12, 13, 14, 26, 27, 28, 29, 63, 64, 65, 200] {
      let key = Key(String(repeating: "k", count: length))
      var expected: [Int64] = []
      for step in steps + steps {
        expected += [step, step]
        for value in [0.5, 0.1] { #expect(loop.log(key, .double(value), step) == .stored) }
      }
      let points = try folder.points(loop.writer.file, key)
      #expect(points.map(\.step) == expected)
      for (number, point) in points.enumerated() {
        #expect(point.value == .double(number % 2 == 0 ? 0.5 : 0.1))
      }
    }
    #expect(loop.shortWays > 1000)
    #expect(try folder.log(loop.writer.file).damages.isEmpty)
  }

  @Test func `keys that agree up to a zero are two metrics`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    let (whole, start) = (Key("a\0b"), Key("a"))
    for _ in 0..<20 {
      #expect(loop.log(whole, .double(1)) == .stored)
      let isShort = "a".withCString { loop.fastPath.log($0, .double(2), step: FastPath.nextStep) }
      if !isShort { #expect(loop.log(start, .double(2)) == .stored) }
    }
    loop.close()
    #expect(try folder.points(loop.writer.file, whole).allSatisfy { $0.value == .double(1) })
    #expect(try folder.points(loop.writer.file, whole).count == 20)
    #expect(try folder.points(loop.writer.file, start).count == 20)
  }

  @Test func `a hot loop makes no system call but a write for each 64 KiB`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    let points = 20_000
    let before = loop.writer.size
    var calls = 0
    Faults.watching({ calls += 1 }) {
      for step in 0..<points { _ = loop.log("loss", .double(Double(step) / 7), Int64(step)) }
    }
    loop.close()
    #expect(try folder.points(loop.writer.file, "loss").count == points)
    // Three effects in memory for each point are watched too.
    let bytes = Int(loop.writer.size - before)
    #expect(calls < points * 2 + 20 * (bytes >> 16) + 200)
    #expect(loop.shortWays > points * 9 / 10)
  }

  @Test func `a reader sees at any moment a prefix that holds all that was acknowledged`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    for step in 0..<3000 {
      #expect(loop.log("loss", .double(0.5), Int64(step)) == .stored)
      guard step % 97 == 0 else { continue }
      #expect(try folder.points(loop.writer.file, "loss").count == step + 1)
    }
  }

  @Test func `a reader beside a running hot loop sees prefixes that only grow`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    let file = loop.writer.file
    nonisolated(unsafe) let unsafeLoop = loop
    final class Done: @unchecked Sendable { var thread = pthread_t() }
    let done = Done()
    let box = Unmanaged.passRetained(loop as AnyObject)
    defer { box.release() }
    pthread_create(
      &done.thread, nil,
      { pointer in
        guard let pointer else { return nil }
        let object = Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue()
        guard let loop = object as? HotLoop else { return nil }
        for step in 0..<40_000 { _ = loop.log("loss", .double(0.1), Int64(step)) }
        return nil
      }, box.toOpaque())
    var seen = 0
    for _ in 0..<60 {
      let steps = try folder.points(file, "loss").map(\.step)
      #expect(steps.count >= seen)
      #expect(steps == (0..<Int64(steps.count)).map { $0 })
      seen = steps.count
    }
    pthread_join(done.thread, nil)
    unsafeLoop.close()
    #expect(try folder.points(file, "loss").count == 40_000)
  }
}

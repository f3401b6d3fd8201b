import CPlatform
import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct EventWriterTests {
  @Test func `the name has the time, the host without odd characters, the process and the session`()
    throws
  {
    let folder = try EventFolder()
    let before = UInt64(Clock.now())
    let writer = try EventWriter.create(in: folder.directory, header: .sample)
    let parts = writer.file.split(separator: ".")
    #expect(parts.prefix(3) == ["events", "out", "tfevents"])
    #expect(parts.suffix(3) == ["node-local", "42", "7"])
    #expect(parts[3].utf8.count == 10)
    #expect(try #require(UInt64(parts[3])) >= before)
  }

  @Test func `a new file sorts after all that are there, whatever the clock says`() throws {
    let folder = try EventFolder()
    try folder.put([], as: "events.out.tfevents.4000000000.other.1.1")
    try folder.put([], as: "events.out.tfevents.99999999999999999999.other.1.1")
    let first = try EventWriter.create(in: folder.directory, header: .here())
    let second = try EventWriter.create(in: folder.directory, header: .here())
    #expect(first.file.hasPrefix("events.out.tfevents.4000000001."))
    #expect(second.file.hasPrefix("events.out.tfevents.4000000002."))
  }

  @Test func `a writer of a given name takes the next free one`() throws {
    let folder = try EventFolder()
    _ = try folder.directory.makeFolder("edits")
    let names = try (0..<3).map { _ in
      try EventWriter.create(in: folder.directory, file: "edits/ab.tfrecord", header: .here()).file
    }
    #expect(names == ["edits/ab.tfrecord", "edits/ab-2.tfrecord", "edits/ab-3.tfrecord"])
  }

  @Test func `what was stored is there while the writer is open`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for step in 0..<100 {
      #expect(writer.log("m", .double(Double(step)), Int64(step)) == .stored)
      #expect(try folder.log(writer.file).metrics.first?.count == step + 1)
    }
    #expect(try folder.bytes(writer.file).count == Int(writer.size))
  }

  @Test func `creating on a full disk throws and leaves no file`() throws {
    let folder = try EventFolder()
    for room in [0, 1, 20, 100] {
      Faults.room(room) {
        #expect(throws: TrackingError.self) {
          try EventWriter.create(in: folder.directory, header: .here())
        }
      }
      #expect(folder.files.isEmpty)
    }
  }

  @Test func `on a full disk at any byte, calls are deferred and stored later, byte for byte`()
    throws
  {
    let folder = try EventFolder()
    let good = try EventWriter.create(in: folder.directory, file: "good", header: .here())
    let bad = try EventWriter.create(in: folder.directory, file: "bad", header: .here())
    for room in 0..<120 {
      let start = Int(bad.size)
      Faults.room(room) {
        for step in 0..<3 {
          let number = Int64(room * 3 + step)
          let outcome = bad.log("m", .double(0.1), number)
          #expect(outcome == (bad.deferred > 0 ? .deferred : .stored))
          #expect(Int(bad.size) <= start + room)
        }
      }
      #expect(try folder.log("bad").damages.isEmpty, "a file is at every moment a prefix")
      for step in 0..<3 { _ = good.log("m", .double(0.1), Int64(room * 3 + step)) }
      #expect(bad.log("m", .integer(1), -1) == .stored)
      #expect(good.log("m", .integer(1), -1) == .stored)
      #expect(bad.deferred == 0 && bad.dropped == 0)
    }
    #expect(bad.lastError?.systemCode == ENOSPC)
    let (left, right) = (try folder.points("good", "m"), try folder.points("bad", "m"))
    #expect(left == right)
    #expect(right.count == 480)
  }

  @Test func `what does not fit into memory is dropped and counted, the newest first`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let text = String(repeating: "x", count: 1 << 20)
    var outcomes: [EventWriter.Outcome] = []
    try Faults.room(300) {
      for index in 0..<40 {
        let record = StampedRecord(.note(text), time: 1, lamport: UInt64(index + 1))
        outcomes.append(try writer.append(record))
      }
      for step in 0..<10 { _ = writer.log("m", .double(1), Int64(step)) }
    }
    let kept = outcomes.count { $0 == .deferred }
    #expect(kept == 15)
    #expect(outcomes.count { $0 == .dropped } == 25)
    #expect(writer.dropped == 25)
    #expect(writer.deferred == UInt64(kept) + 10)
    try writer.sync()
    #expect(writer.deferred == 0)
    let log = try folder.log(writer.file)
    #expect(log.records.map(\.lamport) == Array(1...15))
    #expect(log.metrics.first?.count == 10)
    #expect(log.damages.isEmpty)
  }

  @Test func `a long record that is given up half-way leaves a readable file and counts once`()
    throws
  {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let long = String(repeating: "y", count: 60 << 20)
    let record = StampedRecord(.note(long), time: 1, lamport: 1)
    try Faults.room(9 << 20) {
      let outcome = try writer.append(record)
      #expect(outcome == .dropped)
    }
    #expect(writer.dropped == 1)
    #expect(writer.log("m", .double(1)) == .stored)
    let log = try folder.log(writer.file)
    #expect(log.records.isEmpty && log.damages.isEmpty && log.metrics.count == 1)
  }

  @Test func `a key too long for a frame is dropped and counted`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let key = Key(bytes: [UInt8](repeating: 0x61, count: EventFormat.longestKey + 1))
    let fine = Point(key: "ok", value: .double(1), step: 1, time: 1)
    #expect(writer.log(key, .double(1)) == .dropped)
    #expect(
      writer.append([Point(key: key, value: .double(1), step: 1, time: 1), fine]) == .dropped)
    #expect(writer.dropped == 2)
    #expect(try folder.log(writer.file).metrics.map(\.key) == ["ok"])
  }

  @Test func `threads that log at once lose nothing and tear nothing`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    var threads: [pthread_t] = []
    for _ in 0..<4 {
      var thread = pthread_t()
      let context = Unmanaged.passUnretained(writer).toOpaque()
      pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          let writer = Unmanaged<EventWriter>.fromOpaque(context).takeUnretainedValue()
          for step in 0..<2000 { _ = writer.log("m", .integer(Int64(step)), Int64(step)) }
          return nil
        }, context)
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    let log = try folder.log(writer.file)
    #expect(log.metrics.first?.count == 8000 && log.damages.isEmpty)
  }
}

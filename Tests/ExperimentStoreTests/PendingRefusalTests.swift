import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

/// What is pending and cannot be read, or does not fit, is never taken for nothing.
@Suite struct PendingRefusalTests {
  private static let logged = 10

  /// What a killed writer left: some points in the event file, the others pending. The writer still
  /// lives, and so does its buffer; what is looked at is a copy of its folder.
  private final class KilledWriter {
    let original: EventFolder
    let folder: EventFolder
    let writer: EventWriter
    let file: String
    let pending: String

    init(drainAfter drained: Int = 4) throws {
      let original = try EventFolder()
      let writer = try EventWriter.create(
        in: original.directory, header: .here(), writes: .buffered)
      for step in 0..<PendingRefusalTests.logged {
        _ = writer.log("loss", .double(0.1), Int64(step))
        if step == drained { writer.drain() }
      }
      #expect(writer.isBuffered)
      let folder = try EventFolder()
      for file in original.files { try folder.put(try original.bytes(file), as: file) }
      (self.original, self.folder, self.writer) = (original, folder, writer)
      file = writer.file
      pending = try #require(folder.files.first { $0.hasPrefix("pending-") })
    }

    deinit { writer.close() }

    /// Another copy of the folder.
    func copy() throws -> EventFolder {
      let copy = try EventFolder()
      for file in folder.files { try copy.put(try folder.bytes(file), as: file) }
      return copy
    }
  }

  @Test func `a replay that any call stops loses nothing and says so`() throws {
    var place = 0
    var wentThrough = false
    while !wentThrough {
      place += 1
      let killed = try KilledWriter()
      var problem: TrackingError?
      wentThrough = !Faults.failing(EMFILE, at: place) {
        problem = refusal { try PendingReplay.run(in: killed.folder.directory) }
      }
      let points = try killed.folder.points(killed.file, "loss")
      #expect(points.count == Self.logged, "call \(place)")
      let isLeft = killed.folder.files.contains { $0.hasPrefix("pending-") }
      // Where the lock cannot be asked for, the writer is seen to live, and nothing is to be done.
      #expect(isLeft || problem == nil, "call \(place)")
      #expect(place < 100)
    }
    #expect(place > 5)
  }

  /// The first call opens the event file, the others what says where the buffer lies, its folder,
  /// and it.
  @Test(arguments: [EMFILE, EIO, EACCES], 2...4) func `a reader that cannot open it says so`(
    code: Int32, place: Int
  ) throws {
    let killed = try KilledWriter()
    let (folder, file) = (killed.folder, killed.file)
    try Faults.failing("open", code, at: place) {
      let log = try folder.log(file)
      #expect(log.metrics.first?.count ?? 0 < Self.logged)
      #expect(log.damages.count == 1)
      #expect(log.damages.first?.description.contains("the last points of") == true)
    }
    try Faults.failing("open", code, at: place) {
      let table = try HistoryReader.read(directory: folder.directory, file: file, key: "loss")
      #expect(table.damages.count == 1)
    }
    #expect(try folder.log(file).damages.isEmpty)
  }

  @Test func `views are not trusted where what is pending cannot be read`() throws {
    let killed = try KilledWriter()
    let directory = killed.folder.directory
    let entries = try directory.entries()
    func size() throws -> UInt64? {
      try ExperimentFiles.eventFiles(in: directory, entries: entries).first?.size
    }
    #expect(try size() == killed.writer.size)
    let stamped = UInt64(try killed.folder.bytes(killed.file).count)
    try killed.folder.put(Array("no JSON".utf8), as: killed.pending)
    #expect(try size() != stamped)
  }

  @Test func `a gap before what is pending, as in a copy of a running experiment, is reported`()
    throws
  {
    let killed = try KilledWriter()
    let mirror = try killed.copy()
    try mirror.put(Array(try killed.folder.bytes(killed.file).dropLast(60)), as: killed.file)
    let log = try mirror.log(killed.file)
    #expect(log.damages.first?.length == 60)
    #expect(log.damages.first?.description.contains("copy the folder again") == true)
  }

  @Test func `a copy that was made before the buffer was emptied is reported`() throws {
    let killed = try KilledWriter()
    #expect(killed.writer.drain())
    _ = killed.writer.log("loss", .double(0.1), 10)
    _ = killed.writer.log("loss", .double(0.1), 11)
    let log = try killed.folder.log(killed.file)
    #expect(log.damages.first?.description.contains("copy the folder again") == true)
    try PendingReplay.run(in: killed.folder.directory)
    #expect(killed.folder.files.contains(killed.pending), "what does not fit stays")
  }

  @Test func `what was removed or restarted is reported, and a replay reports it once`() throws {
    let changes = ["name": "specweave-nothing", "boot": "the start before", "": ""]
    for (member, value) in changes {
      let killed = try KilledWriter()
      let said = try JSONParser.parse(try killed.folder.bytes(killed.pending))
      let entries = said.entries.map { entry in
        entry.key == Key(member) ? Value.Entry(entry.key, .text(value)) : entry
      }
      try killed.folder.put(
        member.isEmpty ? [] : try JSONWriter.write(.map(entries)), as: killed.pending)
      let log = try killed.folder.log(killed.file)
      #expect(log.damages.count == 1, "\(member)")
      #expect(log.damages.first?.description.contains("lost") == true, "\(member)")
      #expect(try PendingReplay.run(in: killed.folder.directory).count == 1)
      #expect(!killed.folder.files.contains(killed.pending))
      #expect(try killed.folder.log(killed.file).damages.isEmpty)
    }
  }

  @Test func `what waits elsewhere is reported, and a replay leaves it`() throws {
    for (member, value) in [("host", "another"), ("folder", "/run/nowhere")] {
      let killed = try KilledWriter()
      let said = try JSONParser.parse(try killed.folder.bytes(killed.pending))
      let entries = said.entries.map { entry in
        switch entry.key {
        case Key(member): Value.Entry(entry.key, .text(value))
        case "boot" where member == "host": Value.Entry(entry.key, .text("theirs"))
        default: entry
        }
      }
      try killed.folder.put(try JSONWriter.write(.map(entries)), as: killed.pending)
      let log = try killed.folder.log(killed.file)
      #expect(log.damages.first?.description.contains("wait in") == true, "\(member)")
      #expect(try PendingReplay.run(in: killed.folder.directory).count == 1)
      #expect(killed.folder.files.contains(killed.pending))
    }
  }

  @Test func `a living writer whose buffer cannot be seen is only late`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(
      in: folder.directory, header: .here(), writes: .buffered)
    for step in 0..<5 { _ = writer.log("loss", .double(0.1), Int64(step)) }
    let pending = try #require(folder.files.first { $0.hasPrefix("pending-") })
    let (memory, name) = try folder.buffer(pending)
    #expect(unlink("\(memory)/\(name)") == 0)
    #expect(try folder.log(writer.file).damages.isEmpty)
    #expect(writer.close() == .stored)
    #expect(try folder.points(writer.file, "loss").count == 5)
    #expect(folder.files == [writer.file])
  }

  @Test func `every cut of a pending file is reported`() throws {
    let killed = try KilledWriter()
    let whole = try killed.folder.bytes(killed.pending)
    for length in 0..<(whole.count - 2) {
      try killed.folder.put(Array(whole[..<length]), as: killed.pending)
      #expect(try !killed.folder.log(killed.file).damages.isEmpty, "cut at \(length)")
    }
  }

  @Test func `every flipped byte of what counts is reported, or changes nothing`() throws {
    let killed = try KilledWriter()
    let (folder, file) = (killed.folder, killed.file)
    func check(_ what: String) throws {
      let log = try folder.log(file)
      let isWhole = log.metrics.first?.count == Self.logged
      #expect(isWhole || !log.damages.isEmpty, "\(what)")
    }
    let said = try folder.bytes(killed.pending)
    for place in said.indices {
      var flipped = said
      flipped[place] ^= 0x10
      try folder.put(flipped, as: killed.pending)
      try check("flipped \(place) of the pending file")
    }
    try folder.put(said, as: killed.pending)
    let (memory, name) = try folder.buffer(killed.pending)
    let buffer = try EventFolder.bytes(memory, name)
    let copy = "specweave-flipped-\(getpid())-\(name.suffix(32))"
    let path = try Directory.open(memory)
    defer { try? SystemCalls.remove(path.descriptor, copy) }
    let text = String(decoding: said, as: UTF8.self).split(separator: name).joined(separator: copy)
    try folder.put(Array(text.utf8), as: killed.pending)
    for place in Array(0..<112) + Array(4096..<4096 + 300) {
      var flipped = buffer
      flipped[place] ^= 0x10
      try path.replace(copy, flipped)
      try check("flipped \(place) of the buffer")
    }
  }

  @Test func `where there is no memory every call writes, and nothing is left behind`() throws {
    for (operation, code) in [("allocate", ENOSPC), ("map", ENOMEM), ("rename", EIO)] {
      let folder = try EventFolder()
      let writer = try EventWriter.create(
        in: folder.directory, header: .here(), writes: .buffered)
      Faults.failing(operation, code) {
        for step in 0..<5 { #expect(writer.log("loss", .double(0.1), Int64(step)) == .stored) }
      }
      #expect(!writer.isBuffered)
      #expect(folder.files == [writer.file], "\(operation)")
      #expect(try folder.points(writer.file, "loss").count == 5)
    }
  }

  @Test func `a buffer that nobody can ask for any more is removed`() throws {
    let folder = try EventFolder()
    let memory = try EventFolder()
    let writer = try EventWriter.create(
      in: folder.directory, header: .here(), writes: .buffered)
    for step in 0..<5 { _ = writer.log("loss", .double(0.1), Int64(step)) }
    let pending = try #require(folder.files.first { $0.hasPrefix("pending-") })
    let (live, name) = try folder.buffer(pending)
    // Nobody has the lock of a copy.
    let bytes = try EventFolder.bytes(live, name)
    try memory.put(bytes, as: name)
    func isKept(after seconds: Double) -> Bool {
      PendingLeftovers.remove(
        in: memory.directory, beside: folder.directory, now: Clock.now() + seconds)
      return !memory.files.isEmpty
    }
    #expect(isKept(after: 30 * 86_400), "its pending file stands")
    #expect(unlink("\(folder.path)/\(pending)") == 0)
    #expect(isKept(after: 600), "what is in it may still be wanted")
    #expect(isKept(after: 0), "its writer may be about to lock it")
    #expect(!isKept(after: 8 * 86_400))
    try memory.put(bytes, as: name)
    writer.close()
    #expect(!isKept(after: 600), "the event file has all that is in it")
    try memory.put([], as: name)
    #expect(!isKept(after: 600), "its writer died before it was used")
    try memory.put([1], as: "somebody-elses")
    #expect(isKept(after: 8 * 86_400))
  }
}

import Glibc
import Testing
import TrackingEntities
import TrackingStore
import TrackingTestSupport

/// What is pending and cannot be read, or does not fit, is never taken for nothing.
@Suite struct PendingRefusalTests {
  private static let logged = 10

  /// What a killed writer left: some points in the event file, the others pending.
  private func corpse(drainAfter drained: Int? = 4) throws -> (folder: EventFolder, file: String) {
    let folder = try EventFolder()
    let writer = try EventWriter.create(
      in: folder.directory, header: .here(), writes: .buffered)
    for step in 0..<Self.logged {
      _ = writer.log("loss", .double(0.1), Int64(step))
      if step == drained { writer.drain() }
    }
    #expect(writer.isBuffered)
    let dead = try EventFolder()
    for file in folder.files { try dead.put(try folder.bytes(file), as: file) }
    return (dead, writer.file)
  }

  private func pendingName(_ folder: EventFolder) throws -> String {
    try #require(folder.files.first { $0.hasPrefix("pending-") })
  }

  @Test func `a replay that any call stops loses nothing and says so`() throws {
    var place = 0
    var wentThrough = false
    while !wentThrough {
      place += 1
      let (folder, file) = try corpse()
      var problem: TrackingError?
      wentThrough = !Faults.failing(EMFILE, at: place) {
        problem = refusal { try PendingReplay.run(in: folder.directory) }
      }
      #expect(try folder.points(file, "loss").count == Self.logged, "call \(place)")
      let isLeft = folder.files.contains { $0.hasPrefix("pending-") }
      #expect(isLeft == (problem != nil), "call \(place)")
      #expect(place < 100)
    }
    #expect(place > 5)
  }

  @Test(arguments: [EMFILE, EIO, EACCES]) func `a reader that cannot open it says so`(
    code: Int32
  ) throws {
    let (folder, file) = try corpse()
    // The first opens the event file.
    try Faults.failing("open", code, at: 2) {
      let log = try folder.log(file)
      #expect(log.metrics.first?.count ?? 0 < Self.logged)
      #expect(log.damages.count == 1)
      #expect(log.damages.first?.description.contains("pending-") == true)
    }
    try Faults.failing("open", code, at: 2) {
      let table = try HistoryReader.read(directory: folder.directory, file: file, key: "loss")
      #expect(table.damages.count == 1)
    }
    #expect(try folder.log(file).damages.isEmpty)
  }

  @Test func `a gap before what is pending, as in a copy of a running experiment, is reported`()
    throws
  {
    let (folder, file) = try corpse()
    let whole = try folder.bytes(file)
    let mirror = try EventFolder()
    try mirror.put(Array(whole.dropLast(60)), as: file)
    let pending = try pendingName(folder)
    try mirror.put(try folder.bytes(pending), as: pending)
    let log = try mirror.log(file)
    #expect(log.damages.first?.length == 60)
    #expect(log.damages.first?.description.contains("copy the folder again") == true)
  }

  @Test func `a pending file that was copied while it was begun anew is reported`() throws {
    let (older, file) = try corpse(drainAfter: nil)
    let (newer, newerFile) = try corpse()
    let name = try pendingName(older)
    let newerName = try pendingName(newer)
    // The first page of one moment, the rest of a later one.
    let mixed = Array(try older.bytes(name)[..<4096] + (try newer.bytes(newerName)[4096...]))
    #expect(newerFile != "")
    try older.put(mixed, as: name)
    let log = try older.log(file)
    #expect(log.damages.count == 1)
    try PendingReplay.run(in: older.directory)
    #expect(older.files.contains(name), "what is damaged stays to be looked at")
  }

  @Test func `every cut of a pending file is told, or changes nothing`() throws {
    let (folder, file) = try corpse()
    let name = try pendingName(folder)
    let whole = try folder.bytes(name)
    // An empty one is what a writer makes first.
    for length in stride(from: 1, to: whole.count, by: 331) {
      let cut = try EventFolder()
      try cut.put(try folder.bytes(file), as: file)
      try cut.put(Array(whole[..<length]), as: name)
      let log = try cut.log(file)
      let isWhole = log.metrics.first?.count == Self.logged
      #expect(isWhole || !log.damages.isEmpty, "cut at \(length)")
    }
  }

  @Test func `every flipped byte of what counts in a pending file is told, or changes nothing`()
    throws
  {
    let (folder, file) = try corpse()
    let name = try pendingName(folder)
    let whole = try folder.bytes(name)
    for place in Array(0..<80) + Array(4096..<4096 + 300) {
      var flipped = whole
      flipped[place] ^= 0x10
      let copy = try EventFolder()
      try copy.put(try folder.bytes(file), as: file)
      try copy.put(flipped, as: name)
      let log = try copy.log(file)
      let isWhole = log.metrics.first?.count == Self.logged
      #expect(isWhole || !log.damages.isEmpty, "flipped \(place)")
    }
  }
}

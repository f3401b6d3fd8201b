import EventLog
import ExperimentStore
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

/// The real writer, stopped at every kill point of the model: what is on the disk at that moment is
/// copied, as a kill would leave it, read, recovered and read again.
@Suite struct PendingKillTests {
  /// What the writer has done and what every kill on the way left.
  final class Witness {
    let folder: EventFolder
    var logged = 0
    var acknowledged = 0
    var kills = 0
    var replays = 0
    var problems: [String] = []

    init(_ folder: EventFolder) { self.folder = folder }

    /// Looks at the disk as if the process died here.
    func kill() {
      kills += 1
      do {
        let copy = try EventFolder()
        for file in folder.files { try copy.put(try folder.bytes(file), as: file) }
        try check(copy, "as it was left")
        let pending = copy.files.contains { $0.hasPrefix("pending-") }
        try PendingReplay.run(in: copy.directory)
        if pending { replays += 1 }
        if copy.files.contains(where: { $0.hasPrefix("pending-") }) {
          problems.append("kill \(kills): the pending file is still there")
        }
        try check(copy, "recovered")
        try PendingReplay.run(in: copy.directory)
        try check(copy, "recovered twice")
      } catch {
        problems.append("kill \(kills): \(error)")
      }
    }

    private func check(_ copy: EventFolder, _ when: String) throws {
      for file in copy.files where file.hasPrefix("events.") {
        let log = try copy.log(file)
        let steps = try copy.points(file, "loss").map(\.step)
        let whole = steps == (0..<Int64(steps.count)).map { $0 }
        if steps.count < acknowledged || !whole || !log.damages.isEmpty {
          problems.append("kill \(kills), \(when): \(steps.count) of \(acknowledged), \(whole)")
        }
      }
    }
  }

  /// Runs a writer under a witness; `body` gets a function that logs the next point.
  static func witnessed(
    _ choice: WriteMode, _ body: (EventWriter, () -> Void) throws -> Void
  ) throws -> Witness {
    let folder = try EventFolder()
    let witness = Witness(folder)
    let writer = try EventWriter.create(in: folder.directory, header: .here(), writes: choice)
    try Faults.watching(witness.kill) {
      try body(writer) {
        let outcome = writer.log("loss", .double(0.1), Int64(witness.logged))
        witness.logged += 1
        if outcome == .stored { witness.acknowledged = witness.logged }
        Faults.look()
      }
    }
    #expect(try folder.points(writer.file, "loss").count == witness.logged)
    return witness
  }

  @Test func `a kill between any two effects loses no acknowledged point`() throws {
    let witness = try Self.witnessed(.buffered) { writer, log in
      for _ in 0..<20 { log() }
      #expect(writer.isBuffered)
      #expect(writer.drain())
      for _ in 0..<5 { log() }
      usleep(250_000)  // a new window: the first call drains
      for _ in 0..<5 { log() }
      #expect(writer.append([]) == .stored)
      writer.close()
    }
    #expect(witness.problems == [])
    #expect(witness.acknowledged == 30)
    #expect(witness.kills > 60)
    #expect(witness.replays > 10)
    #expect(!witness.folder.files.contains { $0.hasPrefix("pending-") })
  }

  @Test func `a kill while a full disk cuts the drain short loses no acknowledged point`() throws {
    let witness = try Self.witnessed(.buffered) { writer, log in
      for _ in 0..<20 { log() }
      for room in [0, 1, 100, 200] {
        Faults.room(room) {
          _ = writer.drain()
          log()
        }
        log()
      }
      writer.close()
    }
    #expect(witness.problems == [])
    #expect(witness.acknowledged > 20)
    #expect(witness.kills > 60)
  }

  @Test func `a kill anywhere in a hot loop loses no acknowledged point`() throws {
    let folder = try EventFolder()
    let loop = try HotLoop(folder)
    let witness = Witness(folder)
    Faults.watching(witness.kill) {
      for step in 0..<40 {
        if loop.log("loss", .double(0.1), Int64(step)) == .stored { witness.acknowledged += 1 }
        Faults.look()
        if step % 15 == 14 {
          loop.close()
          _ = loop.writer.drain()
        }
      }
    }
    #expect(witness.problems == [])
    #expect(witness.acknowledged == 40)
    #expect(loop.shortWays > 0)
    #expect(witness.kills > 60)
  }
}

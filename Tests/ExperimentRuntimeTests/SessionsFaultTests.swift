import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct SessionsFaultTests {
  @Test func `a failed start leaves nothing`() throws {
    let lab = try Laboratory()
    Faults.room(100) {
      #expect(refusal { _ = try lab.start("x") }?.systemCode == ENOSPC)
    }
    #expect(FileTree.paths(lab.sandbox.experiments).allSatisfy { $0.hasPrefix(".numbers") })
    let experiment = try lab.start("x")
    #expect(experiment.folder == "x")
  }

  @Test(arguments: [ENOSPC, EIO, EACCES])
  func `whichever call fails, the experiment is whole or not there, and the next works`(
    code: Int32
  ) throws {
    let lab = try Laboratory()
    var place = 1
    var more = true
    while more {
      more = Faults.failing(code, at: place) {
        guard let experiment = try? lab.start("x\(place)") else { return }
        _ = try? experiment.logParam("p", 1)
        _ = try? experiment.logMetric("m", 0.5)
        _ = try? experiment.save("a.txt", "abc")
        _ = try? experiment.save("a.txt", "abcd")
        try? experiment.end(nil, failure: nil, closed: "finish")
      }
      let folder = "x\(place)"
      let tree = lab.tree(folder)
      #expect(!tree.contains { $0.hasSuffix(".tmp") }, "\(place): \(tree)")
      #expect(!tree.contains { $0.hasPrefix(".saving/") }, "\(place): \(tree)")
      if !tree.isEmpty {
        let read = try lab.read(folder)
        #expect(read.identity.name == folder)
        #expect(read.problems.isEmpty)
        let text = lab.text(folder, "a.txt")
        #expect(text == nil || text == "abc" || text == "abcd")
      }
      place += 1
    }
    #expect(place > 60)
    #expect(try lab.start("last").end(nil, failure: nil, closed: "finish") == ())
  }

  @Test func `an artifact for which there is no room leaves no file and no entry`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.save("m.bin", "old")
    let before = lab.tree("x")
    let large = [UInt8](repeating: 1, count: 3 << 20)
    for room in stride(from: 0, to: 3 << 20, by: 700_000) {
      Faults.room(room) {
        let error = refusal {
          try large.withUnsafeBytes { _ = try experiment.saveArtifact("m.bin", bytes: $0) }
        }
        #expect(error?.systemCode == ENOSPC)
      }
      #expect(lab.tree("x") == before)
      #expect(lab.text("x", "m.bin") == "old")
    }
    #expect(try lab.read("x").artifacts.map(\.version) == [1])
  }

  @Test func `the older version stays where it was if it cannot be moved away`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.save("m.txt", "old")
    var place = 1
    var failures = 0
    while place < 12 {
      Faults.failing("rename", EIO, at: place) {
        if refusal({ try experiment.save("m.txt", "new") }) != nil { failures += 1 }
      }
      let texts = lab.tree("x").filter { $0.contains("m.txt") }.compactMap { lab.text("x", $0) }
      #expect(texts.contains("old"))
      place += 1
    }
    #expect(failures >= 2)
  }

  @Test func `on a full disk logging continues, and is stored once there is space`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("m", 1)
    try Faults.failing("write", ENOSPC) {
      guard case .deferred(let reason) = try experiment.logMetric("m", 2) else {
        Issue.record("not deferred")
        return
      }
      #expect(reason.systemCode == ENOSPC)
      #expect(refusal { try experiment.flush() }?.systemCode == ENOSPC)
      #expect(experiment.dropped == 0)
      let error = refusal { try experiment.end(nil, failure: nil, closed: "finish") }
      #expect((error?.code, error?.systemCode) == (.storage, ENOSPC))
      #expect(
        error?.message.hasPrefix(
          "1 record of 'x' could not be stored and counts as dropped: cannot ")
          == true)
      #expect(experiment.dropped == 1)
      #expect(try experiment.snapshot().dropped == 1)
      // Reported once.
      try experiment.end(nil, failure: nil, closed: "finish")
      #expect(experiment.dropped == 1)
    }
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(experiment.dropped == 0)
    let read = try lab.read("x")
    #expect(read.metric("m")?.count == 2)
    #expect(read.status == .completed)
    #expect(read.dropped == 0)
  }

  @Test(arguments: ["finish", "at exit"])
  func `what a full disk did not take when the experiment ended is counted`(closed: String) throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("m", 1)
    Faults.failing("write", ENOSPC) {
      for _ in 0..<3 { _ = try? experiment.logMetric("m", 2) }
      _ = try? experiment.logNote("waits")
      #expect(experiment.dropped == 0)
      #expect(refusal { try experiment.flush() } != nil)
      #expect(experiment.dropped == 0)
      #expect(refusal { try experiment.end(nil, failure: nil, closed: closed) } != nil)
      #expect(experiment.dropped == 4)
      _ = try? experiment.logMetric("m", 3)
      #expect(experiment.dropped == 5)
    }
    try experiment.logMetric("m", 4)
    #expect(experiment.dropped == 0)
    #expect(try experiment.history("m").values == [1, 2, 2, 2, 3, 4])
  }

  @Test func `what a hot loop left in a memory that readers find is not counted`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .buffered }
    for _ in 0..<2000 { try experiment.logMetric("m", 1) }
    #expect(experiment.writing == "buffered")
    try Faults.failing("write", ENOSPC) {
      for _ in 0..<9000 { _ = try experiment.logMetric("m", 2) }
      _ = refusal { try experiment.end(nil, failure: nil, closed: "finish") }
      let read = try lab.read("x").metric("m")?.count ?? 0
      #expect(read < 11_000 && read > 2000)
      #expect(experiment.dropped == UInt64(11_000 - read))
    }
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(experiment.dropped == 0)
    #expect(try lab.read("x").metric("m")?.count == 11_000)
  }

  @Test func `what a disk that was shut down may have taken is counted, but for what was synced`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for _ in 0..<10 { try experiment.logMetric("m", 1) }
    try experiment.flush(durable: true)
    for _ in 0..<20 { try experiment.logMetric("m", 2) }
    Faults.failing(["write", "fsync", "read"], EIO) {
      for _ in 0..<5 { _ = try? experiment.logMetric("m", 3) }
      let error = refusal { try experiment.end(nil, failure: nil, closed: "finish") }
      #expect(error?.message.hasPrefix("25 records of 'x' could not be stored") == true)
      #expect(experiment.dropped == 25)
      try? experiment.end(nil, failure: nil, closed: "finish")
      #expect(experiment.dropped == 25)
    }
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(experiment.dropped == 0)
    #expect(try lab.read("x").metric("m")?.count == 35)
  }

  @Test func `points of which the sync at the end failed count as dropped until one succeeds`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("m", 1)
    try experiment.addTag("t")
    Faults.failing("fsync", EIO) {
      #expect(
        refusal { try experiment.end(nil, failure: nil, closed: "finish") }?.systemCode == EIO)
    }
    #expect(experiment.dropped == 2)
    try experiment.flush(durable: true)
    #expect(experiment.dropped == 0)
  }

  @Test func `an artifact is saved when its record waits, and the user is warned`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.save("first.txt", "1")
    // The file of the artifact is written, its record is not.
    try Faults.failing("write", ENOSPC, at: 2) { try experiment.save("a.txt", "abc") }
    let notices = experiment.takeNotices()
    #expect(notices.count == 1)
    #expect(
      notices.first?.hasPrefix("'a.txt' is saved, and its record waits in memory until it can ")
        == true)
    #expect(lab.text("x", "a.txt") == "abc" && experiment.dropped == 0)
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").artifacts.map(\.path) == ["first.txt", "a.txt"])
  }

  @Test func `an error of the file system names the file by its absolute path`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let path = experiment.path
    for call in ["write", "rename", "open"] {
      Faults.failing(call, EIO) {
        let message = refusal { try experiment.save("plots/roc.png", "x") }?.message ?? ""
        #expect(message.contains("'\(path)/"), "\(call): \(message)")
      }
    }
    Faults.failing("write", ENOSPC) {
      _ = try? experiment.logMetric("m", 1)
      let message = refusal { try experiment.flush() }?.message ?? ""
      #expect(message.hasPrefix("cannot write '\(path)/events.out."), "\(message)")
    }
  }

  @Test func `a strict experiment throws instead of deferring`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.strict = true }
    Faults.failing("write", ENOSPC) {
      #expect(refusal { try experiment.logMetric("m", 2) }?.systemCode == ENOSPC)
      #expect(refusal { try experiment.logNote("n") }?.systemCode == ENOSPC)
    }
    try experiment.logMetric("m", 3)
    #expect(try experiment.history("m").values == [2, 3])
  }

  @Test func `a folder deleted by hand is not made again, and what comes after is counted`() throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    FileTree.remove(experiment.path)
    usleep(250_000)
    for _ in 0..<5 { try experiment.logMetric("m", 1) }
    #expect(experiment.dropped == 5)
    try? experiment.end(nil, failure: nil, closed: "finish")
    #expect(!FileTree.paths(lab.sandbox.experiments).contains("x"))
    #expect(refusal { try experiment.save("a.txt", "x") }?.code == .experimentNotFound)
  }

  @Test func `the bytes are forced to the disk when it was promised`() throws {
    let lab = try Laboratory()
    let always = try lab.start("always") { $0.sync = .always }
    let calls = try Faults.count("fsync") {
      for _ in 0..<10 { try always.logMetric("m", 1) }
    }
    #expect(calls >= 10)
    #expect(try Faults.count("fsync") { try always.save("a/b.txt", "x") } >= 3)
    let failing = try Faults.failing("fsync", EIO) { try always.logMetric("m", 2) }
    if case .stored = failing { Issue.record("a sync that failed was acknowledged") }

    let every = try lab.start("every") { $0.sync = .every(seconds: 0.05) }
    #expect(
      try Faults.count("fsync") {
        for _ in 0..<20 {
          try every.logMetric("m", 1)
          usleep(10_000)
        }
      } >= 2)

    let close = try lab.start("close")
    #expect(try Faults.count("fsync") { for _ in 0..<10 { try close.logMetric("m", 1) } } == 0)
    try lab.sandbox.write("folder/a/b.txt", "1")
    try lab.sandbox.write("folder/c.txt", "2")
    try close.saveArtifact(copying: lab.sandbox.path + "/folder")
    #expect(try Faults.count("fsync") { try close.flush(durable: true) } == 6)
    #expect(
      try Faults.count("fsync") { try close.end(nil, failure: nil, closed: "finish") } == 2)
  }

  @Test func `quick experiments inside another are forced to the disk by the end of that one`()
    throws
  {
    let lab = try Laboratory()
    let sweep = try lab.start("sweep")
    let fits = try (0..<5).map { _ in try lab.startChild(nil, in: sweep) }
    let quick = try Faults.count("fsync") {
      for fit in fits { try fit.end(nil, failure: nil, closed: "finish") }
    }
    #expect(quick == 0)
    let alone = try lab.startChild("alone", in: sweep) { $0.sync = .atClose }
    let model = try lab.startChild("model", in: sweep)
    try model.save("model.pkl", "weights")
    for child in [alone, model] {
      #expect(
        try Faults.count("fsync") { try child.end(nil, failure: nil, closed: "finish") } >= 2)
    }
    let late = try lab.startChild("late", in: sweep)
    let inner = try lab.startChild("inner", in: late)
    try inner.end(nil, failure: nil, closed: "finish")
    let all = try Faults.count("fsync") { try sweep.end(nil, failure: nil, closed: "finish") }
    #expect(all == 2 * (1 + fits.count + 2 + 2))
    #expect(try Faults.count("fsync") { try late.end(nil, failure: nil, closed: "finish") } >= 2)
  }

  @Test
  func
    `a combination of a sweep has an event file and its views, and until it ends only the former`()
    throws
  {
    let lab = try Laboratory()
    let sweep = try lab.start("sweep") { $0.kind = "sweep" }
    let fit = try lab.startChild("0001", in: sweep) {
      $0.kind = "combination"
      $0.params = [.init("depth", .integer(3))]
    }
    try fit.logMetric("auc", 0.5)
    #expect(lab.tree("sweep/0001").count == 1)
    #expect(try lab.read("sweep/0001").params.map(\.value) == [.integer(3)])
    try fit.end(nil, failure: nil, closed: "finish")
    #expect(lab.tree("sweep/0001").count == 5)
    #expect(lab.text("sweep/0001", "params.json") == "{\n  \"depth\": 3\n}\n")
  }

  @Test func `an experiment inside another has the sync policy of that one`() throws {
    let lab = try Laboratory()
    let always = try lab.start("always") { $0.sync = .always }
    let child = try lab.startChild(nil, in: always)
    #expect(try Faults.count("fsync") { try child.logMetric("m", 1) } >= 1)
  }

  @Test func `what could not be forced to the disk is tried again by the next flush`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.save("a.txt", "x")
    Faults.failing("fsync", EIO) {
      #expect(refusal { try experiment.flush(durable: true) }?.systemCode == EIO)
    }
    #expect(try Faults.count("fsync") { try experiment.flush(durable: true) } == 3)
  }
}

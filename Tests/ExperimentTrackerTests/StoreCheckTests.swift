import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct StoreCheckTests {
  private let sandbox: Sandbox
  private let increment: Increment

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
  }

  private var options: ExperimentOptions {
    var options = ExperimentOptions()
    options.capture = []
    return options
  }

  @discardableResult
  private func make(_ name: String = "x") throws -> Experiment {
    let experiment = try increment.start(name, options: options)
    try experiment.logMetric("auc", 0.5)
    _ = try Array("abc".utf8).withUnsafeBytes { bytes in
      try experiment.saveArtifact("folder/a.txt", bytes: bytes)
    }
    try experiment.finish()
    return experiment
  }

  private func check(artifacts: Bool = true, repair: Bool = false) throws -> StoreReport {
    let check = try StoreCheck([increment], artifacts: artifacts, repair: repair)
    while try check.step() {}
    return check.report
  }

  /// Checks, repairs, and checks again.
  private func expect(
    _ kind: StoreFinding.Kind, _ path: String, isRepaired: Bool,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try check().findings
    #expect(found.map(\.kind) == [kind], sourceLocation: location)
    #expect(found.map(\.path) == [path], sourceLocation: location)
    #expect(found.allSatisfy { !$0.isRepaired && $0.increment == "0042-topic" })
    let before = FileTree.paths(sandbox.experiments)
    let repaired = try check(repair: true).findings
    #expect(repaired.map(\.isRepaired) == [isRepaired], sourceLocation: location)
    let after = try check().findings
    #expect(after.isEmpty == isRepaired, sourceLocation: location)
    if !isRepaired {
      #expect(FileTree.paths(sandbox.experiments) == before, sourceLocation: location)
    }
  }

  private func file(_ name: String) -> String { sandbox.experiments + "/" + name }

  private func write(_ name: String, _ text: String) throws {
    try sandbox.write(".specweave/increments/0042-topic/experiments/" + name, text)
  }

  private func eventFile(_ folder: String) throws -> String {
    let names = FileTree.paths(sandbox.experiments)
    return try #require(names.first { $0.contains(folder + "/events.out") })
  }

  /// Makes a file look as if it was written two minutes ago.
  private func age(_ name: String) {
    #expect(Program.run(["touch", "-d", "2 minutes ago", file(name)]).code == 0)
  }

  @Test func `a healthy store has no finding, and a check changes nothing`() throws {
    let parent = try make("parent")
    let child = try parent.startChild("child", options: options)
    try child.logMetric("auc", 1)
    try child.finish()
    try make("other").addTag("late")
    try increment.load("parent").logNote("later")
    var joined = options
    joined.rerun = .join
    let running = try increment.start("running", options: options)
    try running.logMetric("auc", 1)
    _ = try increment.compare()
    try make("put away").archive()
    let before = FileTree.paths(sandbox.experiments)
    let report = try check()
    #expect(report.findings == [])
    #expect(report.experiments == 5)
    #expect(report.isHealthy)
    #expect(report.remarks == ["5 experiments checked: nothing found."])
    #expect(FileTree.paths(sandbox.experiments) == before)
    try running.finish()
  }

  @Test func `a view that was edited is kept and written again`() throws {
    try make()
    try write("x/params.json", #"{"depth": 7}"#)
    try expect(.editedView, "x/params.json", isRepaired: true)
    #expect(FileTree.text(file("x/params.json.edited")) == #"{"depth": 7}"#)
    #expect(FileTree.text(file("x/params.json")) == "{}\n")
  }

  @Test func `a view that is missing is written again`() throws {
    try make()
    let before = FileTree.text(file("x/metrics.json"))
    #expect(unlink(file("x/metrics.json")) == 0)
    try expect(.missingView, "x/metrics.json", isRepaired: true)
    #expect(FileTree.text(file("x/metrics.json")) == before)
  }

  @Test func `an artifact that is gone or changed is told, by size and by hash`() throws {
    try make()
    try write("x/folder/a.txt", "abd")
    #expect(try check(artifacts: false).findings == [])
    try expect(.artifactChanged, "x/folder/a.txt", isRepaired: false)
    try write("x/folder/a.txt", "ab")
    let size = try check(artifacts: false).findings
    #expect(size.map(\.what) == ["it has 2 bytes and was saved with 3"])
    #expect(unlink(file("x/folder/a.txt")) == 0)
    try expect(.artifactMissing, "x/folder/a.txt", isRepaired: false)
  }

  @Test func `an event file that was cut short, or is missing, is an incomplete copy`() throws {
    try make()
    let name = try eventFile("x")
    #expect(Program.run(["truncate", "-s", "-20", file(name)]).code == 0)
    try expect(.incompleteCopy, name, isRepaired: false)
    #expect(unlink(file(name)) == 0)
    try expect(.incompleteCopy, "x", isRepaired: false)
  }

  @Test func `a damaged record is told with its place`() throws {
    try make()
    let name = try eventFile("x")
    let descriptor = open(file(name), O_RDWR)
    defer { close(descriptor) }
    var byte: UInt8 = 0
    let place = lseek(descriptor, 0, SEEK_END) - 150
    #expect(pread(descriptor, &byte, 1, place) == 1)
    byte ^= 1
    #expect(pwrite(descriptor, &byte, 1, place) == 1)
    let found = try check().findings
    #expect(found.map(\.kind) == [.damagedRecord])
    #expect(found.map(\.path) == [name])
    #expect(found.first?.what.contains("is damaged at byte") == true)
    #expect(try check(repair: true).findings.map(\.isRepaired) == [false])
  }

  /// An event file as a process that is gone left it.
  private func leave(_ name: String, minimumReader: UInt64 = 1) throws {
    try write(name + "/.gitignore", "")
    let folder = try Directory.open(file(name))
    var process = ProcessFacts.current()
    process.pid = 4_194_302
    var header = SessionHeader(
      experiment: ExperimentIdentity(
        id: "0123456789abcdef0123456789abcdef", name: name, number: 1, created: Clock.now()),
      writer: "0123456789abcdef", role: .owner, session: 1, process: process)
    header.minimumReader = minimumReader
    let writer = try EventWriter.create(in: folder, header: header, lamport: 1)
    _ = try writer.append(
      StampedRecord(.param(key: "depth", value: 6), time: Clock.now(), lamport: 2))
    writer.close()
  }

  @Test func `a crash is recorded, and the time of the last sign of life kept`() throws {
    try leave("x")
    let before = try #require(try increment.experiments().first)
    #expect(before.status == .crashed)
    let found = try check().findings
    #expect(found.filter { $0.kind == .crashed }.map(\.path) == ["x"])
    let repaired = try check(repair: true)
    #expect(repaired.isHealthy)
    #expect(repaired.findings.allSatisfy { $0.isRepaired })
    #expect(try check().findings == [])
    let after = try #require(try increment.experiments().first)
    #expect(after.status == .crashed)
    #expect(after.duration == before.duration)
    #expect(after.param("depth") == 6)
    #expect(FileTree.text(file("x/metadata.yaml"))?.contains("status: crashed") == true)
    var again = options
    again.rerun = .resume
    let resumed = try increment.start("x", options: again)
    #expect(try resumed.snapshot().status == .running)
    try resumed.finish()
    #expect(try check().findings == [])
    #expect(try increment.load("x").snapshot().status == .completed)
  }

  @Test func `an event file of a newer version is left alone`() throws {
    try leave("x", minimumReader: 2)
    try expect(.newerFormat, try eventFile("x"), isRepaired: false)
  }

  @Test func `what processes left behind is removed, and what was cut short is settled`() throws {
    try make()
    try write("x/.params.json.abc.tmp", "half")
    age("x/.params.json.abc.tmp")
    try expect(.leftoverFile, "x/.params.json.abc.tmp", isRepaired: true)
    try write("x/.saving/0123456789abcdef/a.txt", "half")
    try expect(.unfinishedMove, "x/.saving", isRepaired: true)
    try write(".deleted.abc.tmp/y/events", "half")
    try expect(.unfinishedMove, ".deleted.abc.tmp", isRepaired: true)
    #expect(mkdir(file("empty"), 0o755) == 0)
    age("empty")
    try expect(.unfinishedMove, "empty", isRepaired: true)
    try write(".comparison.md.abc.tmp", "half")
    age(".comparison.md.abc.tmp")
    try expect(.leftoverFile, ".comparison.md.abc.tmp", isRepaired: true)
  }

  @Test func `files of others are named and left alone`() throws {
    try make()
    try write("x/notes.txt", "mine")
    try expect(.foreignFile, "x/notes.txt", isRepaired: false)
    #expect(FileTree.text(file("x/notes.txt")) == "mine")
    #expect(unlink(file("x/notes.txt")) == 0)
    try write("mlruns/0/meta.yaml", "a: 1")
    try expect(.foreignFile, "mlruns", isRepaired: false)
    #expect(try check().isHealthy)
  }

  @Test func `a summary of a newer version is left alone`() throws {
    try make()
    let summary = try #require(FileTree.text(file("x/.summary.json")))
    let start = "{\n  \"format\": 1,"
    try #require(summary.hasPrefix(start))
    try write("x/.summary.json", "{\n  \"format\": 99," + summary.dropFirst(start.count))
    try expect(.newerFormat, "x/.summary.json", isRepaired: false)
  }

  @Test func `large files that git has or would add are told`() throws {
    #expect(Program.run(["git", "-C", sandbox.path, "init", "-q"]).code == 0)
    try make()
    let experiment = try make("large")
    let big = [UInt8](repeating: 65, count: 5_000_001)
    _ = try big.withUnsafeBytes { try experiment.saveArtifact("model.bin", bytes: $0) }
    try experiment.flush()
    #expect(try check(artifacts: false).findings == [])
    #expect(unlink(file("large/.gitignore")) == 0)
    let found = try check(artifacts: false).findings
    #expect(found.map(\.kind) == [.largeFile])
    #expect(found.map(\.path) == ["large/model.bin"])
    #expect(found.map(\.what) == ["git would add 5 MB"])
    #expect(
      Program.run(["git", "-C", sandbox.path, "add", "-f", ".specweave"]).code == 0)
    #expect(try check(artifacts: false).findings.map(\.what) == ["git tracks 5 MB"])
  }

  @Test func `what cannot be repaired is still found`() throws {
    try make()
    try write("x/params.json", "mine")
    let report = try Faults.failing("rename", EACCES) { try check(repair: true) }
    #expect(report.findings.map(\.isRepaired) == [false])
    #expect(!report.isHealthy)
    #expect(FileTree.text(file("x/params.json")) == "mine")
  }
}

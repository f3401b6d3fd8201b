import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct ResumeTests {
  @Test func `a resumed experiment continues with its steps and runs again`() throws {
    let lab = try Laboratory()
    do {
      let first = try lab.start("x")
      for _ in 0..<3 { try first.logMetric("auc", 0.5) }
      try first.end(nil, failure: nil, closed: "finish")
    }
    let second = try lab.start("x", .resume) { $0.params = [.init("again", true)] }
    #expect(second.folder == "x")
    #expect(try lab.read("x").status == .running)
    #expect(try lab.read("x").duration == nil)
    try second.logMetric("auc", 0.75)
    try second.end(nil, failure: nil, closed: "finish")
    let read = try lab.read("x")
    #expect(try lab.load("x").history("auc").steps == [0, 1, 2, 3])
    #expect(read.metric("auc")?.last == .double(0.75))
    #expect(read.writers.map(\.header.session) == [1, 2])
    #expect(read.param("again") == true)
    #expect(read.status == .completed)
    #expect(read.comparable == (try lab.fold("x").comparable))
    #expect(read.comparable == (try lab.views("x").comparable))
  }

  @Test(arguments: [0, 7, 40]) func `a start that was cut off is nothing to resume`(
    length: Int
  ) throws {
    let lab = try Laboratory()
    try lab.sandbox.write(
      ".specweave/increments/0042-topic/experiments/x/events.out.tfevents.1.host.1.0",
      String(repeating: "x", count: length))
    #expect(refusal { _ = try lab.start("x", .resume) }?.code == .experimentNotFound)
    let experiment = try lab.start("x", .resumeOrStart)
    try experiment.logMetric("auc", 0.5)
    #expect(experiment.folder == "x-2")
    #expect(try lab.start("x", .resume) === experiment)
    let listed = try lab.experiments.list().experiments.map(\.folder)
    #expect(listed == (length == 0 ? ["x-2"] : ["x", "x-2"]))
  }

  @Test func `a resume removes what was left of views that were being replaced`() throws {
    let lab = try Laboratory()
    do { try lab.start("x").logMetric("auc", 0.5) }
    try lab.kill("x")
    let home = ".specweave/increments/0042-topic/experiments/x/"
    for name in [".metadata.yaml.3f.tmp", "..gitignore.3f.tmp", ".mine.3f.tmp"] {
      try lab.sandbox.write(home + name, "half")
    }
    try lab.start("x", .resume).logMetric("auc", 0.6)
    #expect(lab.tree("x").filter { $0.hasSuffix(".tmp") } == [".mine.3f.tmp"])
  }

  @Test func `the resume of a crashed experiment records the crash`() throws {
    let lab = try Laboratory()
    do {
      let first = try lab.start("x")
      try first.logMetric("auc", 0.5)
    }
    try lab.kill("x")
    #expect(try lab.read("x").status == .crashed)
    let second = try lab.start("x", .resume)
    #expect(try lab.read("x").status == .running)
    let records = try ExperimentReader(second.directory, folder: "x").writerFiles().flatMap(
      \.log.records)
    #expect(records.map(\.record).contains(.status(.crashed, nil)))
    try second.logMetric("auc", 0.6)
    try second.end(nil, failure: nil, closed: "finish")
    #expect(try lab.load("x").history("auc").steps == [0, 1])
    #expect(try lab.read("x").status == .completed)
  }

  @Test func `an experiment that another process writes is busy, and its process is named`() throws
  {
    let lab = try Laboratory()
    let writer = try pretendToRun(lab, pid: UInt64(getppid()))
    defer { writer.close() }
    for rerun in [ExperimentOptions.Rerun.resume, .resumeOrStart, .forceResume, .replace] {
      let error = refusal { _ = try lab.start("x", rerun) }
      #expect(error?.code == .experimentBusy)
      #expect(error?.message.contains("process \(getppid()) on ") == true)
    }
    #expect(lab.tree("x").count { $0.hasPrefix("events.out") } == 1)
  }

  @Test func `one of another host is resumed only by force`() throws {
    let lab = try Laboratory()
    try pretendToRun(lab, pid: 77, host: "elsewhere", boot: "other").close()
    #expect(try lab.read("x").status == .unknown)
    #expect(refusal { _ = try lab.start("x", .resume) }?.code == .experimentBusy)
    #expect(refusal { _ = try lab.start("x", .replace) }?.code == .experimentBusy)
    let forced = try lab.start("x", .forceResume)
    #expect(try lab.read("x").status == .running)
    try forced.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .completed)
  }

  @Test func `what is not there cannot be resumed or joined, and allow starts it`() throws {
    let lab = try Laboratory()
    #expect(refusal { _ = try lab.start("x", .resume) }?.code == .experimentNotFound)
    #expect(refusal { _ = try lab.start("x", .forceResume) }?.code == .experimentNotFound)
    #expect(refusal { _ = try lab.start("x", .join) }?.code == .experimentNotFound)
    #expect(refusal { _ = try lab.start(nil, .resume) }?.code == .invalidArgument)
    let started = try lab.start("x", .resumeOrStart)
    #expect(started.folder == "x")
  }

  @Test func `replacing moves the newest to the archive and takes its name`() throws {
    let lab = try Laboratory()
    let first = try lab.start("x")
    try first.end(nil, failure: nil, closed: "finish")
    let second = try lab.start("x", .replace)
    #expect(second.folder == "x")
    #expect(second.identity.id != first.identity.id)
    #expect(try lab.read("_archive/x").identity.id == first.identity.id)
    #expect(second.identity.number == 2)
  }

  @Test func `the newest of a name is resumed, and only of exactly that name`() throws {
    let lab = try Laboratory()
    for _ in 0..<3 { try lab.start("x").end(nil, failure: nil, closed: "finish") }
    try lab.start("x-2 more").end(nil, failure: nil, closed: "finish")
    let resumed = try lab.start("x", .resume)
    #expect(resumed.folder == "x-3")
    #expect(resumed.identity.rerun == 3)
  }

  @Test func `a child is resumed inside its parent`() throws {
    let lab = try Laboratory()
    let parent = try lab.start("sweep")
    let first = try lab.startChild("fold", in: parent)
    try first.end(nil, failure: nil, closed: "finish")
    #expect(first.folder == "sweep/fold")
    let again = try lab.startChild("fold", in: parent) { $0.rerun = .resume }
    #expect(again.identity.id == first.identity.id)
    #expect(try lab.startChild("fold", in: parent).folder == "sweep/fold-2")
    #expect(refusal { _ = try lab.startChild("fold", in: parent) { $0.rerun = .replace } } != nil)
    #expect(refusal { _ = try lab.startChild("none", in: parent) { $0.rerun = .resume } } != nil)
    #expect(refusal { _ = try lab.startChild(nil, in: parent) { $0.child = 0 } } != nil)
  }

  @Test func `a resume that the disk refuses changes nothing`() throws {
    let lab = try Laboratory()
    do { try lab.start("x").end(nil, failure: nil, closed: "finish") }
    let before = try lab.read("x")
    Faults.room(50) {
      #expect(refusal { _ = try lab.start("x", .resume) }?.systemCode == ENOSPC)
    }
    #expect(try lab.read("x") == before)
    #expect(try lab.start("x", .resume).folder == "x")
  }

  /// Field 22 of `proc_pid_stat(5)`; 0 for a process that is not there.
  private func startTime(of pid: UInt64) -> UInt64 {
    let text = FileTree.text("/proc/\(pid)/stat") ?? ""
    let fields = text.drop { $0 != ")" }.split(separator: " ")
    return fields.count > 20 ? UInt64(fields[20]) ?? 0 : 0
  }

  /// An experiment `x` whose header names another process.
  private func pretendToRun(
    _ lab: Laboratory, pid: UInt64, host: String? = nil, boot: String? = nil
  ) throws -> EventWriter {
    let experiment = try lab.start("x")
    let identity = experiment.identity
    let file = try #require(lab.tree("x").first { $0.hasPrefix("events.out") })
    try SystemCalls.remove(experiment.directory.descriptor, file)
    var process = ProcessFacts.current()
    process.pid = pid
    process.start = startTime(of: pid)
    if let host { process.host = host }
    if let boot { process.boot = boot }
    return try EventWriter.create(
      in: experiment.directory,
      header: SessionHeader(
        experiment: identity, writer: "0123456789abcdef", role: .owner, session: 1,
        process: process))
  }

  @Test func `a session that was killed counts up to its last write`() throws {
    let lab = try Laboratory()
    do {
      let first = try lab.start("x")
      try first.logMetric("auc", 0.25)
      usleep(20_000)
      try first.logMetric("auc", 0.5)
    }
    let times = try lab.load("x").history("auc").times
    let killed = try #require(times.last) - (try #require(times.first))
    let counted = try #require(try lab.read("x").elapsed)
    #expect(counted >= killed)

    let second = try lab.start("x", .resume)
    usleep(20_000)
    try second.end(nil, failure: nil, closed: "finish")
    let alone = try lab.fold("x").duration
    let whole = try #require(try lab.read("x").duration)
    #expect(whole == alone)
    #expect(whole >= counted)
    #expect(whole - counted < Clock.now() - (try #require(times.last)))
    #expect(try lab.views("x").duration == whole)

    // And again, at a time of its own: what was counted once is not counted twice.
    try lab.start("x", .resume).end(nil, failure: nil, closed: "finish")
    #expect(
      try #require(try lab.read("x").duration) - whole < Clock.now() - (try #require(times.last)))
  }
}

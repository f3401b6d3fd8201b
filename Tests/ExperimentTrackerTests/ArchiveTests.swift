import ExperimentStore
import FileSystem
import Glibc
import Synchronization
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct ArchiveTests {
  private let sandbox: Sandbox
  private let increment: Increment

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
  }

  @discardableResult
  private func make(_ name: String, auc: Double = 0.5, child: String? = nil) throws -> Experiment {
    var options = ExperimentOptions()
    options.capture = []
    let experiment = try increment.start(name, options: options)
    try experiment.logMetric("auc", auc)
    if let child {
      let inside = try experiment.startChild(child, options: options)
      try inside.finish()
    }
    try experiment.finish()
    return experiment
  }

  private var all: ArchiveConditions {
    get throws {
      var conditions = ArchiveConditions()
      conditions.olderThan = try AgeLimit("0d", now: Clock.now() + 60)
      return conditions
    }
  }

  private func listed(archived: Bool = false) throws -> [String] {
    try increment.experiments(children: true, archived: true).map(\.folder)
      .filter { $0.hasPrefix("_archive/") == archived }
  }

  @Test func `a dry run says what would be moved, and moves nothing`() throws {
    try make("one")
    try make("two", child: "inside")
    let report = try increment.archive(try all)
    #expect(report.isDryRun)
    #expect(report.entries.map(\.action) == [.archive, .archive])
    #expect(report.entries.map(\.inside) == [0, 1])
    #expect(report.entries.map(\.reason) == ["last active 0 hours ago", "last active 0 hours ago"])
    #expect(report.entries.allSatisfy { $0.movedTo == nil })
    #expect(try listed() == ["one", "two", "two/inside"])
    #expect(
      report.remarks == ["Dry run: nothing was moved. 2 experiments would be archived."])
  }

  @Test func `an experiment moves with its children, and comes back with them`() throws {
    try make("one")
    try make("two", child: "inside")
    let report = try increment.archive(try all, dryRun: false)
    #expect(report.entries.map(\.movedTo) == ["_archive/one", "_archive/two"])
    #expect(try listed().isEmpty)
    #expect(
      try listed(archived: true) == ["_archive/one", "_archive/two", "_archive/two/inside"])
    #expect(try increment.restore("two").folder == "two")
    #expect(try listed() == ["two", "two/inside"])
    let refused = refusal { try increment.restore("two") }
    #expect(refused?.code == .experimentNotFound)
    #expect(refused?.message.contains("in the archive of '0042-topic'") == true)
  }

  @Test func `what is in use is kept, and force moves all but what is running`() throws {
    try make("plain")
    try make("deployed").addTag("Production")
    try make("chosen").select(rationale: ["It is the best."])
    try make("candidate").addTag("production-candidate")
    let sweep = try make("sweep", child: "best")
    try increment.load("sweep/best").addTag("production")
    var options = ExperimentOptions()
    options.capture = []
    let running = try increment.start("running", options: options)
    try running.logMetric("auc", 1)
    try sweep.flush()

    var conditions = try all
    let plan = try increment.archive(conditions)
    #expect(plan.entries(.archive).map(\.snapshot.name) == ["plain", "candidate"])
    #expect(
      plan.entries(.keep).map(\.reason) == [
        "is tagged production; force moves it", "is selected; force moves it",
        "'best' inside it is tagged production; force moves it",
        "is running, in process \(getpid()) on \(ProcessFacts.current().host)",
      ])
    #expect(
      plan.remarks.last == "4 experiments that fulfil the conditions are kept.")
    conditions.force = true
    let report = try increment.archive(conditions, dryRun: false)
    #expect(report.entries(.keep).map(\.snapshot.name) == ["running"])
    #expect(try listed() == ["running"])
    try running.finish()
  }

  @Test func `one experiment by itself is protected by the same rule`() throws {
    let experiment = try make("x")
    try experiment.addTag("production")
    let refused = refusal { try increment.load("x").archive() }
    #expect(refused?.code == .experimentBusy)
    #expect(
      refused?.message
        == "cannot archive 'x': it is tagged production; use force to archive it anyway")
    #expect(refusal { try increment.delete("x") }?.code == .experimentBusy)
    #expect(refusal { try increment.delete("x", forever: true) }?.code == .experimentBusy)
    let archived = try #require(try increment.delete("x", force: true))
    #expect(archived.folder == "_archive/x")
    #expect(
      refusal { try increment.delete("x") }?.message
        == "'_archive/x' is in the archive already; restore it, or delete it for good")
    #expect(try increment.delete("x", forever: true, force: true) == nil)
    #expect(try listed(archived: true).isEmpty)
  }

  @Test func `age, condition and names must all hold`() throws {
    try make("a", auc: 0.1)
    try make("b", auc: 0.9)
    try make("c", auc: 0.2)
    var conditions = ArchiveConditions()
    conditions.filter = try ExperimentFilter("metrics.auc < 0.5")
    conditions.names = ["a", "exp-002"]
    let report = try increment.archive(conditions)
    #expect(report.entries.map(\.action) == [.archive, .skip, .skip])
    #expect(
      report.entries.map(\.reason)
        == ["named; metrics.auc < 0.5", "not metrics.auc < 0.5", "not named"])
    conditions = ArchiveConditions()
    conditions.olderThan = try AgeLimit("6mo", now: Clock.now())
    let young = try increment.archive(conditions)
    #expect(young.entries.map(\.action) == [.skip, .skip, .skip])
    #expect(
      young.remarks == [
        "Nothing would be archived.", "3 others do not fulfil the conditions.",
      ])
  }

  @Test func `a request that says nothing, or a name that none has, is refused`() throws {
    try make("alpha", child: "inside")
    #expect(refusal { _ = try increment.archive(ArchiveConditions()) }?.code == .invalidArgument)
    var conditions = ArchiveConditions()
    conditions.names = ["alhpa"]
    let refused = refusal { _ = try increment.archive(conditions) }
    #expect(refused?.code == .experimentNotFound)
    #expect(refused?.candidates == ["alpha"])
    conditions.names = ["alpha/inside"]
    #expect(refusal { _ = try increment.archive(conditions) }?.code == .invalidArgument)
  }

  @Test func `a name that is taken in the archive gets the next number`() throws {
    try make("x", auc: 0.1)
    _ = try increment.archive(try all, dryRun: false)
    #expect(mkdir(sandbox.experiments + "/x", 0o755) == 0)
    #expect(rmdir(sandbox.experiments + "/x") == 0)
    let again = try make("x", auc: 0.2)
    #expect(again.folder == "x-2")
    #expect(rename(again.path, sandbox.experiments + "/x") == 0)
    let report = try increment.archive(try all, dryRun: false)
    #expect(report.entries.map(\.movedTo) == ["_archive/x-2"])
    #expect(
      try increment.loadArchived("_archive/x-2").snapshot().metric("auc")?.last == .double(0.2))
    #expect(try increment.loadArchived("x").snapshot().metric("auc")?.last == .double(0.2))
  }

  private final class Signal: Sendable {
    private let given = Atomic(false)
    func give() { given.store(true, ordering: .releasing) }
    func wait() { while !given.load(ordering: .acquiring) { usleep(1_000) } }
  }

  /// Runs the second body in the turn of a folder, once the first has begun in another thread and
  /// has asked for its own turn in vain.
  private func whileAnotherWaits(
    for path: String, _ other: @escaping @Sendable () -> Void,
    does body: @escaping @Sendable () -> Void
  ) {
    let (held, waiting) = (Signal(), Signal())
    Threads.run(2) { thread in
      if thread == 1 {
        held.wait()
        // Without another nobody asks so often.
        Faults.noticing("lock folder", { if $0 == 20 { waiting.give() } }, other)
        waiting.give()
        return
      }
      guard let directory = try? Directory.open(path) else { return held.give() }
      try? Turn.taken(in: directory) {
        held.give()
        waiting.wait()
        body()
      }
    }
  }

  @Test func `one that another process is resuming is kept as it is at its turn`() throws {
    try make("one")
    let two = try make("two")
    let (increment, conditions, path) = (increment, try all, two.path)
    let report = Mutex<ArchiveReport?>(nil)
    whileAnotherWaits(for: path) {
      let done = try? increment.archive(conditions, dryRun: false)
      report.withLock { $0 = done }
    } does: {
      _ = try? increment.load("two").addTag("production")
    }
    let entries = try #require(report.withLock { $0 }).entries
    #expect(entries.map(\.action) == [.archive, .keep])
    #expect(entries[1].reason.contains("it is tagged production"))
    #expect(try listed() == ["two"])

    var options = ExperimentOptions()
    options.capture = []
    options.rerun = .resume
    let resumed = try increment.start("two", options: options)
    let again = try increment.archive(conditions, dryRun: false)
    #expect(again.entries.map(\.action) == [.keep])
    try resumed.logMetric("auc", 0.75)
    try resumed.finish()
    #expect(try increment.load("two").snapshot().metric("auc")?.count == 2)
  }

  @Test func `one that was archived before its turn is not resumed there`() throws {
    let (increment, path) = (increment, try make("x").path)
    let refused = Mutex<TrackingError?>(nil)
    whileAnotherWaits(for: path) {
      var options = ExperimentOptions()
      options.capture = []
      options.rerun = .resume
      let error = refusal { _ = try increment.start("x", options: options) }
      refused.withLock { $0 = error }
    } does: {
      _ = try? increment.experimentsFolder()?.archive("x")
    }
    #expect(refused.withLock { $0?.code } == .experimentNotFound)
    #expect(
      refused.withLock { $0?.message }
        == "'x' was moved or deleted while it was about to be written; try again")
    #expect(try increment.load("x").snapshot().status == .completed)
    #expect(try listed(archived: true) == ["_archive/x"])
  }

  @Test func `what cannot be moved is kept and the rest is moved`() throws {
    try make("one")
    try make("two")
    var report: ArchiveReport?
    let conditions = try all
    try Faults.failing("rename", EACCES, at: 1) {
      report = try increment.archive(conditions, dryRun: false)
    }
    let entries = try #require(report).entries
    #expect(entries.map(\.action) == [.keep, .archive])
    #expect(entries[0].reason.contains("not permitted") || entries[0].reason.contains("rmission"))
    #expect(try listed() == ["one"])
  }

  @Test func `archived experiments are compared where that is asked for`() throws {
    try make("old", auc: 0.9)
    _ = try increment.archive(try all, dryRun: false)
    try make("new", auc: 0.8)
    #expect(try increment.compare(write: false).comparison.rows.map(\.name) == ["new"])
    var options = ComparisonOptions()
    options.archived = true
    let result = try increment.compare(options)
    #expect(result.comparison.rows.map(\.name) == ["old", "new"])
    #expect(result.best?.folder == "_archive/old")
    try make("newest", auc: 0.7)
    let text = FileTree.text(sandbox.experiments + "/comparison.md") ?? ""
    #expect(text.contains("| old |") && text.contains("| newest |"))
  }
}

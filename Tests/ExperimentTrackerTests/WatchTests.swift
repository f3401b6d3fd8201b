import ExperimentAnalysis
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime
@testable import ExperimentTracker

@Suite struct WatchTests {
  private let sandbox: Sandbox
  private let increment: Increment

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
  }

  private func start(_ name: String) throws -> Experiment {
    try increment.start(name, options: Self.options)
  }

  private static var options: ExperimentOptions {
    var options = ExperimentOptions()
    options.capture = []
    return options
  }

  private func folder() throws -> ExperimentsFolder {
    try #require(try increment.experimentsFolder())
  }

  /// All but the times of which a writer knows better than its event file says.
  private func exact(_ snapshot: ExperimentSnapshot) -> ExperimentSnapshot {
    var snapshot = snapshot
    (snapshot.elapsed, snapshot.lastWrite) = (nil, 0)
    return snapshot
  }

  @Test func `what is followed is what a reader finds, at every moment`() throws {
    var followed = FollowedExperiments()
    func check(_ moment: String) throws {
      let found = try followed.look(at: try folder(), children: true).map(\.snapshot)
      let read = try increment.experiments(children: true)
      #expect(ExperimentOrder.sorted(found).map(exact) == read.map(exact), "\(moment)")
    }
    let x = try start("x")
    try check("an experiment without anything")
    try x.logParam("depth", 3)
    try x.logMetric("loss", 0.5)
    try check("a parameter and a point")
    for step in 0..<20_000 { try x.logMetric("loss", Double(step), step: Int64(step)) }
    try check("points that are still pending")
    try x.flush()
    try check("views")
    let child = try x.startChild("inside", options: Self.options)
    try child.logMetric("auc", 0.25)
    try check("an experiment inside")
    let y = try start("y")
    try y.logNote("of another")
    try check("another one")
    try child.finish()
    try check("the end of the one inside")
    for step in 0..<500 { try x.logMetric("auc", 1 / Double(step + 1), step: Int64(step)) }
    try x.addTag("late")
    try check("another metric and a tag")
    try x.finish()
    try check("the end")
    try x.logMetric("auc", 0.5)
    try x.flush()
    try check("a point after the end")
    try y.finish(.failed, failure: Failure(type: "E", message: "m"))
    try check("a failure")
    try y.delete()
    try check("a deletion")
    let again = try increment.start("x", options: Self.resuming)
    try check("a resume")
    try again.logMetric("loss", 7)
    try check("a point of the second session")
    try again.finish()
    try check("its end")
  }

  private static var resuming: ExperimentOptions {
    var options = options
    options.rerun = .resume
    return options
  }

  @Test func `an event file that was replaced or damaged is read from its beginning`() throws {
    var followed = FollowedExperiments()
    let x = try start("x")
    for step in 0..<100 { try x.logMetric("loss", Double(step), step: Int64(step)) }
    // Of one that runs, other tests decide whether it seems to be alive: this process has files of
    // that name open for them.
    try x.finish()
    func found() throws -> [ExperimentSnapshot] {
      try followed.look(at: try folder(), children: false).map(\.snapshot)
    }
    #expect(try found().first?.metric("loss")?.count == 100)
    let name = try #require(try x.snapshot().writers.first?.file)
    let path = x.path + "/" + name
    var bytes = try #require(try x.directory.read(name))
    try #require(rename(path, x.path + "/away") == 0)
    bytes[bytes.count / 2] ^= 0xFF
    bytes.append(0)  // or the summary, which knows the size, would be believed
    let file = try #require(fopen(path, "w"))
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    fclose(file)
    #expect(try found() == (try increment.experiments()))
    #expect(try found().first?.history == .damaged)
  }

  @Test func `a look reads nothing of what has not changed`() throws {
    func cost(_ count: Int) throws -> (opened: Int, read: Int) {
      for number in 0..<count {
        let name = "x\(number)"
        if try folder().directory.exists(name) { continue }
        let experiment = try start(name)
        try experiment.logMetric("loss", 0.5)
        try experiment.finish()
      }
      // Clocks of file systems advance in steps.
      usleep(60_000)
      var followed = FollowedExperiments()
      let folder = try folder()
      _ = try followed.look(at: folder, children: false)
      var opened = 0
      var read = 0
      opened = Faults.count("open") { _ = try? followed.look(at: folder, children: false) }
      read = Faults.count("read") { _ = try? followed.look(at: folder, children: false) }
      return (opened, read)
    }
    _ = try start("running").finish()
    let few = try cost(2)
    let many = try cost(12)
    #expect(few.opened == many.opened)
    #expect((few.read, many.read) == (0, 0))
  }

  @Test func `the points of those inside keep the one around them alive`() throws {
    let sweep = try start("sweep")
    let child = try sweep.startChild("inside", options: Self.options)
    try child.logMetric("loss", .infinity)
    var options = WatchOptions()
    options.stall = 60
    let now = Clock.now()
    let watch = ExperimentWatch(increment, options)
    #expect(try watch.look(now: now) == [])
    #expect((watch.running, watch.count) == (1, 1))
    #expect(try watch.look(now: now + 61).map(\.kind) == [.stalled])
    try child.logMetric("loss", 1)
    #expect(try watch.look(now: now + 62).map(\.kind) == [.recovered])
    options.children = true
    #expect(
      try increment.alerts(options).map { "\($0.kind) \($0.folder)" } == [])
    try child.logMetric("loss", .nan)
    #expect(
      try increment.alerts(options).map { "\($0.kind) \($0.folder)" }
        == ["notFinite sweep/inside"])
    #expect(try increment.alerts() == [])
  }

  @Test func `a metric is drawn as it went, also of one that was over before`() throws {
    let x = try start("x")
    for step in 0..<8 { try x.logMetric("loss", Double(8 - step), step: Int64(step)) }
    try x.finish()
    let watch = ExperimentWatch(increment)
    #expect(try watch.look() == [])
    let lines = watch.screen(WatchScreen.Space(width: 60, height: 24, colours: false))
    #expect(lines[1] == "name  status     time  idle  loss")
    #expect(lines[2].hasSuffix("1.00 █▇▆▅▄▃▂▁"))
  }
}

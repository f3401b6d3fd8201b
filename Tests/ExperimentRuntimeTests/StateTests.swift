import CPlatform
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// The number that tells whether anything new is known, and what it costs to ask for it.
@Suite struct StateTests {
  /// What asking once more costs, in calls of the kernel.
  private func calls(_ experiment: Experiment) -> [String: Int] {
    var calls: [String: Int] = [:]
    for operation in ["open", "list", "stat", "read"] {
      calls[operation] = Faults.count(operation) { _ = experiment.state }
    }
    return calls
  }

  /// Asks as a reader does: before reading.
  private func read(_ experiment: Experiment) throws -> (UInt64, ExperimentSnapshot) {
    let state = try #require(experiment.state)
    return (state, try experiment.snapshot())
  }

  /// Makes a folder look as if nothing had changed in it for a while, and its folders too.
  private func age(_ lab: Laboratory, _ folder: String) {
    let path = "\(lab.sandbox.experiments)/\(folder)"
    for place in [path] + ["edits", "writers", "writers/rank-1"].map({ "\(path)/\($0)" }) {
      let long = timespec(tv_sec: time(nil) - 100, tv_nsec: 0)
      _ = utimensat(AT_FDCWD, place, [long, long], 0)
    }
  }

  @Test func `the writer looks for what others write, and reads nothing`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for step in 0..<100 { try experiment.logMetric("auc", Double(step)) }
    let (state, _) = try read(experiment)
    #expect(experiment.state == state)
    #expect(calls(experiment) == ["open": 0, "list": 0, "stat": 2, "read": 0])
    try experiment.logMetric("auc", 1)
    #expect(experiment.state != state)
  }

  @Test func `the writer sees what another process adds`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let (state, _) = try read(experiment)
    let other = try lab.load("x")
    try other.logNote("seen")
    let (later, snapshot) = try read(experiment)
    #expect(later != state)
    #expect(snapshot.notes.map(\.text) == ["seen"])
    #expect(experiment.state == later)
    age(lab, "x")
    _ = try read(experiment)
    #expect(calls(experiment) == ["open": 0, "list": 0, "stat": 3, "read": 0])
    try other.addTag("more")
    #expect(experiment.state != later)
    #expect(try experiment.snapshot().tags == ["more"])
  }

  @Test func `an addition is seen also where the times of files are whole seconds`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let second = timespec(tv_sec: time(nil), tv_nsec: 0)
    var (state, snapshot) = try read(experiment)
    for count in 1...3 {
      try lab.load("x").logNote("note")
      _ = utimensat(AT_FDCWD, "\(lab.sandbox.experiments)/x/edits", [second, second], 0)
      #expect(experiment.state != state)
      (state, snapshot) = try read(experiment)
      #expect(snapshot.notes.count == count)
    }
  }

  @Test func `of one that is over only its folder is opened again`() throws {
    let lab = try Laboratory()
    try lab.start("x").end(nil, failure: nil, closed: "finish")
    let experiment = try lab.load("x")
    age(lab, "x")
    let (state, _) = try read(experiment)
    #expect(experiment.state == state)
    let asked = calls(experiment)
    #expect(asked["open"] == 1)
    #expect(asked["list"] == 0)
    #expect(asked["read"] == 0)
    let other = try lab.load("x")
    try other.addTag("late")
    let (later, snapshot) = try read(experiment)
    #expect(later != state)
    #expect(snapshot.tags == ["late"])
    let again = try lab.start("x", .resume)
    #expect(experiment.state != later)
    #expect(try experiment.snapshot().status == .running)
    try again.end(nil, failure: nil, closed: "finish")
  }

  @Test func `of one that another process writes the sizes are looked at, and no file is read`()
    throws
  {
    let lab = try Laboratory()
    let writer = try lab.start("x")
    let reader = try lab.load("x")
    _ = try read(reader)
    age(lab, "x")
    var states: Set<UInt64> = []
    for step in 0..<5 {
      try writer.logMetric("auc", Double(step))
      try writer.logParam("p\(step)", .integer(Int64(step)))
      let (state, snapshot) = try read(reader)
      #expect(reader.state == state)
      #expect(snapshot.metric("auc")?.count == step + 1)
      #expect(snapshot.param(Key("p\(step)")) == .integer(Int64(step)))
      states.insert(state)
    }
    #expect(states.count == 5)
    age(lab, "x")
    _ = try read(reader)
    // The folder, and the event file for its lock.
    let asked = calls(reader)
    #expect(asked["open"] == 2)
    #expect(asked["list"] == 0)
    #expect(asked["read"] == 0)
    let last = reader.state
    try writer.end(.failed, failure: nil, closed: "finish")
    let (ended, snapshot) = try read(reader)
    #expect(ended != last)
    #expect(snapshot.status == .failed)
  }

  @Test func `what waits in the memory of another process counts`() throws {
    let lab = try Laboratory()
    let writer = try lab.start("x") { $0.writes = .buffered }
    for step in 0..<10 { try writer.logMetric("auc", Double(step)) }
    let reader = try lab.load("x")
    try #require(lab.tree("x").contains { $0.hasPrefix("pending-") })
    var (state, snapshot) = try read(reader)
    for step in 10..<20 {
      try writer.logMetric("auc", Double(step))
      let (later, now) = try read(reader)
      #expect(later != state)
      #expect(now.metric("auc")?.count == step + 1)
      (state, snapshot) = (later, now)
      #expect(reader.state == state)
    }
    age(lab, "x")
    state = try read(reader).0
    // The memory and its folder too; of the memory, the word is read.
    let asked = calls(reader)
    #expect(asked["open"] == 4)
    #expect(asked["list"] == 0)
    #expect(asked["read"] == 1)
    // What is written to the event file was known before.
    try writer.flush()
    #expect(snapshot.metric("auc")?.count == 20)
    #expect(try reader.snapshot().metric("auc")?.count == 20)
  }

  @Test func `the end of the process that wrote it is something new`() throws {
    let lab = try Laboratory()
    let writer = try lab.start("x")
    let reader = try lab.load("x")
    let (state, snapshot) = try read(reader)
    #expect(snapshot.status == .running)
    _ = try read(reader)
    try writer.flush()
    try lab.kill("x")
    #expect(reader.state != state)
    let (dead, crashed) = try read(reader)
    #expect(crashed.status == .crashed)
    #expect(try read(reader).1.status == .crashed)
    _ = dead
    #expect(reader.state == reader.state)
  }

  @Test func `views without event files are looked at themselves`() throws {
    let lab = try Laboratory()
    let writer = try lab.start("x") { $0.params = [.init("depth", 6)] }
    try writer.end(nil, failure: nil, closed: "finish")
    let folder = "\(lab.sandbox.experiments)/x"
    for file in lab.tree("x") where file.hasPrefix("events.out.") { unlink("\(folder)/\(file)") }
    let reader = try lab.load("x")
    let old = timespec(tv_sec: time(nil) - 100, tv_nsec: 0)
    for file in Views.files {
      _ = utimensat(AT_FDCWD, "\(folder)/\(file)", [old, old], 0)
    }
    _ = try reader.snapshot()
    let (state, snapshot) = try read(reader)
    #expect(snapshot.param("depth") == 6)
    #expect(reader.state == state)
    try lab.experiments.directory.folder("x").replace("params.json", Array("{\"depth\": 7}".utf8))
    #expect(reader.state != state)
    #expect(try reader.snapshot().param("depth") == 7)
  }

  @Test func `an experiment that is gone has no state`() throws {
    let lab = try Laboratory()
    try lab.start("x").end(nil, failure: nil, closed: "finish")
    let reader = try lab.load("x")
    #expect(reader.state != nil)
    _ = try lab.experiments.archive("x")
    #expect(reader.state == nil)
  }
}

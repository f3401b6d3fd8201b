import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct LifecycleTests {
  private func filled(_ experiment: Experiment) throws {
    try experiment.logParams([
      .init("depth", 6), .init("lr", 0.1), .init("nested", ["a": [1, .null, "x"], "b": [:]]),
      .init("big", .bigInteger("123456789012345678901234567890")),
    ])
    try experiment.logParam("lr", 0.05)
    for step in 0..<3 { try experiment.logMetrics(["auc": 0.5 + Double(step) / 10, "loss": 1]) }
    try experiment.logMetric("count", Int64.max)
    try experiment.addTag("baseline")
    try experiment.addTag("draft")
    try experiment.addTag("baseline")
    try experiment.removeTag("draft")
    try experiment.logNote("first\nsecond: line\n")
    try experiment.logFact("data", [.init("rows", 100)])
    try experiment.logFact("data", [.init("rows", 200), .init("hash", "ab")])
    try experiment.select(rationale: ["best auc"])
  }

  private func check(_ snapshot: ExperimentSnapshot, _ place: SourceLocation = #_sourceLocation) {
    #expect(snapshot.param("depth") == 6, sourceLocation: place)
    #expect(snapshot.param("lr") == 0.05, sourceLocation: place)
    #expect(
      snapshot.params.first { $0.key == "lr" }?.previous == [0.1], sourceLocation: place)
    #expect(snapshot.param("nested") == ["a": [1, .null, "x"], "b": [:]], sourceLocation: place)
    #expect(snapshot.metric("auc")?.last == .double(0.7), sourceLocation: place)
    #expect(snapshot.metric("auc")?.lastStep == 2, sourceLocation: place)
    #expect(snapshot.metric("auc")?.count == 3, sourceLocation: place)
    #expect(snapshot.metric("count")?.last == .integer(.max), sourceLocation: place)
    #expect(snapshot.tags == ["baseline"], sourceLocation: place)
    #expect(snapshot.notes.map(\.text) == ["first\nsecond: line\n"], sourceLocation: place)
    #expect(snapshot.fact("data") == ["rows": 200, "hash": "ab"], sourceLocation: place)
    #expect(snapshot.selection?.rationale == ["best auc"], sourceLocation: place)
    #expect(snapshot.problems.isEmpty, sourceLocation: place)
  }

  @Test func `a start leaves a folder with a header and the views`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("xgboost-v1") {
      $0.params = [.init("depth", 6)]
      $0.tags = ["baseline"]
      $0.about = [.init("description", "the first")]
    }
    let tree = lab.tree("xgboost-v1")
    for file in Views.files + [".gitignore", ".gitattributes"] {
      #expect(tree.contains(file))
    }
    #expect(tree.count { $0.hasPrefix("events.out.tfevents.") } == 1)
    #expect(tree.count == 7)
    #expect(lab.text("xgboost-v1", "params.json") == "{\n  \"depth\": 6\n}\n")
    let read = try lab.read("xgboost-v1")
    #expect(read.status == .running)
    #expect(read.identity.id == experiment.identity.id)
    #expect(read.identity.number == 1)
    #expect(read.tags == ["baseline"])
    #expect(read.fact("about") == ["description": "the first"])
    #expect(read.ended == nil)
    #expect(read.duration == nil)
  }

  @Test func `everything logged is read back while it runs, after the end, and without views`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try filled(experiment)
    check(try lab.read("x"))
    check(try experiment.snapshot())
    try experiment.end(nil, failure: nil, closed: "finish")
    let views = try lab.views("x")
    check(views)
    #expect(try lab.read("x").comparable == views.comparable)
    #expect(views.status == .completed)
    #expect(views.closed == "finish")
    #expect(views.ended != nil)
    #expect(lab.text("x", ".summary.json")?.contains("\n  \"exact\": true,\n") == true)

    // What has ended holds no folder.
    let folder = try lab.experiments.directory.folder("x")
    for file in Views.files { try SystemCalls.remove(folder.descriptor, file) }
    let events = try lab.read("x")
    #expect(events.comparable == views.comparable)
    #expect(try experiment.snapshot().comparable == views.comparable)
    try experiment.flush(durable: true)
    #expect(try lab.read("x").comparable == views.comparable)
  }

  @Test func `without its event files the values are still read, and the history is missing`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try filled(experiment)
    try experiment.end(nil, failure: nil, closed: "finish")
    let folder = try lab.experiments.directory.folder("x")
    for file in lab.tree("x") where file.hasPrefix("events.out") {
      try SystemCalls.remove(folder.descriptor, file)
    }
    let read = try lab.read("x")
    check(read)
    #expect(read.history == .missing)
    #expect(read.status == .completed)
    let loaded = try lab.load("x")
    let error = refusal { _ = try loaded.history("auc") }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("missing") == true)
    let before = lab.text("x", "metadata.yaml")
    try loaded.flush(durable: true)
    #expect(lab.text("x", "metadata.yaml") == before)
  }

  @Test func `a view edited by hand is kept beside ours, and so is the next`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for (round, kept) in [(1, "params.json.edited"), (2, "params.json.edited-2")] {
      try experiment.directory.replace("params.json", Array("{\"mine\": \(round)}".utf8))
      try experiment.logParam("round", .integer(Int64(round)))
      try experiment.flush()
      #expect(lab.text("x", kept) == "{\"mine\": \(round)}")
      #expect(lab.text("x", "params.json") == "{\n  \"round\": \(round)\n}\n")
      let notices = experiment.takeNotices()
      #expect(notices.count == 1)
      #expect(notices.first?.contains("kept as \(kept);") == true)
    }
    #expect(experiment.takeNotices().isEmpty)
  }

  @Test func `what is logged after the end is in the files at once, and the end stays`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.end(.failed, failure: Failure(type: "E", message: "m"), closed: "finish")
    let ended = try lab.read("x")
    try experiment.logMetric("test_auc", 0.5)
    try experiment.logMetric("test_f1", 0.25)
    try experiment.logNote("later")
    #expect(lab.text("x", "metrics.json") == "{\n  \"test_auc\": 0.5,\n  \"test_f1\": 0.25\n}\n")
    let read = try lab.read("x")
    #expect(read.status == .failed)
    #expect(read.failure?.type == "E")
    #expect(read.ended == ended.ended)
    #expect(read.duration == ended.duration)
    #expect(read.notes.map(\.text) == ["later"])
    try experiment.end(.completed, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .failed)
  }

  @Test func `the status can be set after the end, and running resumes it`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.end(nil, failure: nil, closed: "finish")
    try experiment.setStatus(.failed, failure: Failure(type: "ValueError", message: "late"))
    #expect(try lab.read("x").status == .failed)
    #expect(try lab.read("x").failure?.type == "ValueError")
    try experiment.setStatus(.running)
    let running = try lab.read("x")
    #expect(running.status == .running)
    #expect(running.failure == nil)
    #expect(running.ended == nil)
    #expect(running.duration == nil)
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .completed)
    #expect(refusal { try experiment.setStatus(.crashed) }?.code == .invalidArgument)
  }

  @Test func `the status set during the run is the one at the end`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.setStatus(.interrupted)
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .interrupted)
    #expect(refusal { try experiment.end(.running, failure: nil, closed: "") } != nil)
  }

  @Test func `a dropped handle leaves the experiment crashed, with what was logged`() throws {
    let lab = try Laboratory()
    do {
      let experiment = try lab.start("x")
      try experiment.logMetric("auc", 0.5)
    }
    #expect(lab.text("x", "metrics.json") == "{\n  \"auc\": 0.5\n}\n")
    #expect(try lab.read("x").status == .crashed)
    #expect(try lab.read("x").metric("auc")?.last == .double(0.5))
  }
}

import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// Values that are not numbers, as an experiment logs and reads them.
@Suite struct ValueTests {
  private func all(
    _ experiment: Experiment, _ key: String? = nil, kind: String? = nil
  ) throws -> [LoggedValue] {
    let reader = try experiment.values(key, kind: kind)
    var values: [LoggedValue] = []
    while let value = try reader.next() { values.append(value) }
    #expect(reader.problems.isEmpty)
    return values
  }

  @Test func `steps count for each key and kind, and go on after a resume`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logText("notes", "a")
    try experiment.logText("notes", "b")
    try experiment.logHistogram("notes", of: [1, 2])
    try experiment.logText("notes", "c", step: 9)
    try experiment.end(nil, failure: nil, closed: "finish")
    let resumed = try lab.start("x", .resume)
    try resumed.logText("notes", "d")
    try resumed.logHistogram("notes", of: [1, 2])
    #expect(try all(resumed, "notes", kind: "text").map(\.step) == [0, 1, 9, 10])
    #expect(try all(resumed, "notes", kind: "histogram").map(\.step) == [0, 1])
    #expect(try all(resumed).map(\.text) == ["a", "b", nil, "c", "d", nil])
  }

  @Test func `a tag belongs to one kind, whatever the key`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("loss", 1)
    try experiment.logHistogram("loss", of: [1, 2])
    try experiment.logText("loss/histogram", "x")
    try experiment.logText("loss", "x")
    try experiment.end(nil, failure: nil, closed: "finish")
    let resumed = try lab.start("x", .resume)
    try resumed.logHistogram("loss", of: [1, 2])
    #expect(
      try all(resumed).map(\.key) == ["loss", "loss/histogram", "loss", "loss"])
    let file = try #require(
      lab.tree("x").filter { $0.hasPrefix("events.out") }.sorted().last)
    var reader = try EventValueReader(directory: try resumed.directory, file: file)
    #expect(try reader.next()?.tag == "loss/histogram")
  }

  @Test func `a metric of the same key that comes later has another tag`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .automatic }
    try experiment.logHistogram("w", of: [1, 2])
    for number in 0..<2000 { try experiment.logMetric("w", Double(number)) }
    try experiment.logMetrics(["w": 7, "other": 1])
    try experiment.logSeries("w", [8, 9])
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(
      try experiment.history("w").values == (0..<2000).map(Double.init) + [7, 8, 9])
    #expect(try lab.read("x").metrics.map(\.key) == ["w", "other"])
    let folder = try lab.experiments.directory.folder("x")
    let file = try #require(lab.tree("x").first { $0.hasPrefix("events.out") })
    let bytes = try #require(try folder.read(file))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.split(separator: "w/metric", omittingEmptySubsequences: false).count == 2004)
  }

  @Test func `a reader says what there is instead`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logText("report", "x")
    #expect {
      _ = try experiment.values("reports")
    } throws: { error in
      let error = error as? TrackingError
      return error?.code == .notFound && error?.candidates == ["report"]
    }
    #expect(throws: TrackingError.self) { try experiment.values("report", kind: "image") }
    #expect(try all(experiment, kind: "image").isEmpty)
  }

  @Test func `other writers and later sessions log them too`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logText("t", "owner")
    let size = try lab.read("x").metrics.count
    try experiment.end(nil, failure: nil, closed: "finish")
    try experiment.logText("t", "after the end")
    #expect(try all(experiment, "t").map(\.text) == ["owner", "after the end"])
    #expect(try all(experiment, "t").map(\.step) == [0, 1])
    #expect(try lab.read("x").metrics.count == size)
    #expect(try lab.read("x").status == .completed)
  }

  @Test func `the views stay right, so that a listing reads no events`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("auc", 0.5)
    for _ in 0..<10 { try experiment.logHistogram("h", of: [1, 2, 3]) }
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.views("x").metrics.map(\.key) == ["auc"])
    #expect(try lab.read("x") == (try lab.views("x")))
  }
}

/// What TensorBoard's HParams tab is told.
@Suite struct ShownSettingsTests {
  private let side = ExperimentFiles.settings

  private func sessions(_ lab: Laboratory, _ file: String) throws -> Int {
    let bytes = try lab.experiments.directory.folder("x").read(file) ?? []
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "session_start_info", omittingEmptySubsequences: false).count - 1
  }

  private func eventFiles(_ lab: Laboratory) -> [String] {
    lab.tree("x").filter { $0.hasPrefix("events.out") }.sorted()
  }

  @Test func `an experiment that ends has them in its event file, once`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.params = [.init("lr", 0.1)] }
    try experiment.logMetric("auc", 0.5)
    #expect(try sessions(lab, eventFiles(lab)[0]) == 0)
    try experiment.end(nil, failure: nil, closed: "finish")
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try sessions(lab, eventFiles(lab)[0]) == 1)
    #expect(!lab.tree("x").contains(side))
    #expect(experiment.dropped == 0)
  }

  @Test func `what changes later is in a file that TensorBoard reads first`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.params = [.init("lr", 0.1)] }
    try experiment.end(nil, failure: nil, closed: "finish")
    try experiment.logParam("later", "yes")
    #expect(try sessions(lab, side) == 1)
    let bytes = try #require(try lab.experiments.directory.folder("x").read(side))
    #expect(String(decoding: bytes, as: UTF8.self).contains("later"))
    #expect(side < eventFiles(lab)[0])
    let before = try lab.read("x")
    #expect(before.status == .completed && before.param("later") == "yes")
    #expect(before.problems.isEmpty)
    // A note changes nothing of it.
    let folder = try lab.experiments.directory.folder("x")
    try SystemCalls.remove(folder.descriptor, side)
    try experiment.logNote("x")
    try experiment.flush()
    #expect(!lab.tree("x").contains(side))
  }

  @Test func `a resumed experiment says how it ended at last`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.end(.failed, failure: nil, closed: "finish")
    let resumed = try lab.start("x", .resume) { $0.params = [.init("lr", 0.1)] }
    #expect(!lab.tree("x").contains(side))
    try resumed.end(nil, failure: nil, closed: "finish")
    #expect(try sessions(lab, side) == 1)
    #expect(try lab.read("x").status == .completed)
  }

  @Test func `a combination of a sweep stays as light as it was`() throws {
    let lab = try Laboratory()
    let parent = try lab.start("x")
    let child = try lab.startChild("c", in: parent) { $0.params = [.init("lr", 0.1)] }
    try child.logMetric("auc", 0.5)
    try child.end(nil, failure: nil, closed: "finish")
    #expect(lab.tree("x").filter { $0.hasSuffix("tfevents.specweave-ml") }.isEmpty)
  }
}

import ExperimentTracker
import Foundation
import Testing
import TrackingTestSupport

/// What a Swift programmer writes first, as a user of the library: through its one module.
@Suite struct FirstLinesTests {
  private struct Config: Codable, Equatable {
    enum Optimizer: String, Codable { case sgd, adam }

    struct Schedule: Codable, Equatable {
      var warmup = 100
      var decay: Float = 0.5
    }

    var rate = 0.1
    var optimizer = Optimizer.adam
    var layers = [64, 32]
    var schedule = Schedule()
    var started = Date(timeIntervalSince1970: 1_700_000_000)
    var source: URL? = URL(string: "https://example.org/data")
    var note: String?
  }

  private func write(
    _ options: ExperimentOptions = ExperimentOptions(capture: []),
    _ body: (Experiment) throws -> Void
  ) throws -> ExperimentSnapshot {
    let sandbox = try Sandbox()
    try withExperiment("x", increment: sandbox.increment, options: options, body)
    return try Increment.find(sandbox.increment).load("x").snapshot()
  }

  @Test func `variables and literals are parameters of their type`() throws {
    let (rate, count, name, flag) = (0.1, 3, "adam", true)
    let (half, big, none): (Float, UInt64, Int?) = (0.5, .max, nil)
    let read = try write { experiment in
      try experiment.logParam("rate", rate)
      try experiment.logParam("count", count)
      try experiment.logParam("name", name)
      try experiment.logParam("flag", flag)
      try experiment.logParam("half", half)
      try experiment.logParam("big", big)
      try experiment.logParam("none", none)
      try experiment.logParam("layers", [count, 64])
      try experiment.logParam("three", 3)
      try experiment.logParam("tenth", 0.1)
      try experiment.logParam("text", "x")
      try experiment.logParam("true", true)
      try experiment.logParam("sum", 1 + 2)
      try experiment.logParam("null", .null)
      try experiment.logParam("mixed", [1, "a", ["b": 0.5]])
      try experiment.logParam("ordered", ["b": 1, "a": 2])
    }
    let expected: [(String, Value)] = [
      ("rate", .number(0.1)), ("count", .integer(3)), ("name", .text("adam")),
      ("flag", .boolean(true)), ("half", .number(0.5)),
      ("big", .bigInteger("18446744073709551615")), ("none", .null),
      ("layers", .list([.integer(3), .integer(64)])), ("three", .integer(3)),
      ("tenth", .number(0.1)), ("text", .text("x")), ("true", .boolean(true)),
      ("sum", .integer(3)), ("null", .null),
      ("mixed", .list([.integer(1), .text("a"), .map([.init("b", .number(0.5))])])),
      ("ordered", .map([.init("b", .integer(1)), .init("a", .integer(2))])),
    ]
    #expect(read.params.map(\.key.text) == expected.map(\.0))
    for (name, value) in expected { #expect(read.params[name] == value, "\(name)") }
  }

  @Test func `parameters that are written together keep their order`() throws {
    let (rate, name) = (0.1, "adam")
    let read = try write { experiment in
      try experiment.logParams(["z": 0.5, "y": 2, "x": "t"])
      try experiment.logParams(["rate": rate, "optimizer": name, "seed": 42])
      try experiment.logParams(["deep": ["a": [1, "b"]], "flat": 1])
    }
    #expect(
      read.params.map(\.key.text) == ["z", "y", "x", "rate", "optimizer", "seed", "deep", "flat"])
    #expect(read.params["z"] == .number(0.5))
    #expect(read.params["seed"] == .integer(42))
    #expect(read.params["deep"]?["a"] == .list([.integer(1), .text("b")]))
  }

  @Test func `parameters of a dictionary are sorted by name`() throws {
    let rates = ["b": 0.1, "a": 0.2]
    let mixed: [String: any Encodable] = ["d": 1, "c": "x"]
    let read = try write { experiment in
      try experiment.logParams(rates)
      try experiment.logParams(mixed)
    }
    #expect(read.params.map(\.key.text) == ["a", "b", "c", "d"])
    #expect(read.params["d"] == .integer(1))
  }

  @Test func `a configuration is logged by its properties and decoded again`() throws {
    let read = try write { try $0.logParams(Config()) }
    #expect(
      read.params.map(\.key.text) == [
        "rate", "optimizer", "layers", "schedule", "started", "source",
      ])
    #expect(read.params["optimizer"] == .text("adam"))
    #expect(read.params["started"] == .text("2023-11-14T22:13:20.000000Z"))
    #expect(read.params["source"] == .text("https://example.org/data"))
    #expect(read.params["schedule"]?["decay"] == .number(0.5))
    #expect(try read.decodeParams(as: Config.self) == Config())
    #expect(try read.params["layers"]?.decode(as: [Int].self) == [64, 32])
  }

  @Test func `what has no names, or does not fit, is refused with its place`() throws {
    let refused = refusal { _ = try write { try $0.logParams([1, 2]) } }
    #expect(refused?.code == .serialisation)
    #expect(refused?.message.contains("has no names for its values") == true)
    struct Other: Decodable {
      struct Schedule: Decodable { var warmup: String }
      var schedule: Schedule
    }
    let read = try write { try $0.logParams(Config()) }
    let mismatch = refusal { _ = try read.decodeParams(as: Other.self) }
    #expect(mismatch?.code == .serialisation)
    #expect(
      mismatch?.message
        == "cannot be decoded: String at 'schedule.warmup': there is the integer 100 instead")
    struct Missing: Decodable { var nowhere: Int }
    #expect(
      refusal { _ = try read.decodeParams(as: Missing.self) }?.message
        == "cannot be decoded: there is no 'nowhere'")
  }

  @Test func `metrics take numbers of any type and steps that are Int`() throws {
    let (loss, count, half): (Double, Int, Float) = (0.25, 1 << 60 + 1, 0.5)
    let sandbox = try Sandbox()
    let losses = ["b": 1.5, "a": 0.5]
    try withExperiment("x", increment: sandbox.increment, options: .init(capture: [])) {
      for step in 0..<3 { try $0.logMetric("loss", loss, step: step) }
      try $0.logMetric("loss", 1)
      try $0.logMetric("loss", loss * 2, step: Int64(9))
      try $0.logMetric("count", count)
      try $0.logMetric("half", half, step: 7)
      try $0.logMetric("flag", true)
      try $0.logMetrics(["a": 0.25, "b": loss], step: 0)
      try $0.logMetrics(losses, step: 1)
      try $0.logMetrics(["mixed": count, "c": half], step: 2)
      try $0.logSeries("series", [0.5, 0.25], steps: [4, 8])
      try $0.logSeries("floats", [half, half])
    }
    let experiment = try Increment.find(sandbox.increment).load("x")
    let history = try experiment.history("loss")
    #expect(history.map(\.step) == [0, 1, 2, 3, 9])
    #expect(history.map(\.value.double) == [0.25, 0.25, 0.25, 1, 0.5])
    #expect(history.last?.value == .double(0.5))
    #expect(history.count == 5 && history[4].key == "loss")
    let metrics = try experiment.snapshot().metrics
    #expect(metrics["loss"]?.last == .double(0.5))
    #expect(metrics["count"]?.last == .integer(1 << 60 + 1))
    #expect(metrics["half"]?.last == .double(0.5))
    #expect(metrics["half"]?.lastStep == 7)
    #expect(metrics["flag"]?.last == .boolean(true))
    #expect(metrics["a"]?.last == .double(0.5) && metrics["b"]?.last == .double(1.5))
    #expect(metrics["mixed"]?.last == .integer(1 << 60 + 1))
    #expect(try experiment.history("series").map(\.step) == [4, 8])
    #expect(metrics["floats"]?.count == 2)
    #expect(metrics["nothing"] == nil)
  }

  @Test func `options are made in one expression`() throws {
    let rate = 0.5
    let options = ExperimentOptions(
      tags: ["a"], params: ["rate": Value(rate), "seed": 42], about: ["author": "me"], capture: [])
    let read = try write(options) { _ in }
    #expect(read.tags == ["a"])
    #expect(read.params["rate"] == .number(0.5) && read.params["seed"] == .integer(42))
    #expect(read.fact("about")?["author"] == .text("me"))
    #expect(ExperimentOptions().kind == "experiment")
  }

  @Test func `files are saved from text, bytes, data and what can be encoded`() throws {
    let sandbox = try Sandbox()
    try withExperiment("x", increment: sandbox.increment, options: .init(capture: [])) {
      try $0.saveArtifact("a.txt", text: "hello")
      try $0.saveArtifact("b.bin", bytes: [1, 2, 3], details: ["shape": [3]])
      try $0.saveArtifact("c.bin", bytes: Data([4]))
      try $0.saveArtifact("d.bin", bytes: (0..<3).lazy.map { UInt8($0) })
      try $0.saveArtifact("config.json", json: Config.Schedule())
      try $0.saveArtifact("a.txt", text: "again")
      try $0.captureText("lr: 0.1\n", as: "train.yaml")
    }
    let experiment = try Increment.find(sandbox.increment).load("x")
    func content(_ path: String, version: Int? = nil) throws -> [UInt8] {
      let file = try experiment.artifactPath(path, version: version)
      return Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    }
    #expect(try content("a.txt") == Array("again".utf8))
    #expect(try content("a.txt", version: 1) == Array("hello".utf8))
    #expect(try content("b.bin") == [1, 2, 3])
    #expect(try content("c.bin") == [4])
    #expect(try content("d.bin") == [0, 1, 2])
    let json = try JSONDecoder().decode(
      Config.Schedule.self, from: Data(try content("config.json")))
    #expect(json == Config.Schedule())
    #expect(try content("environment/train.yaml") == Array("lr: 0.1\n".utf8))
    let artifacts = try experiment.snapshot().artifacts
    #expect(artifacts["a.txt"]?.version == 2)
    #expect(artifacts["b.bin"]?.details["shape"] == .list([.integer(3)]))
    #expect(artifacts["nothing"] == nil)
  }

  @Test func `listings are chosen, sorted and cut`() throws {
    let sandbox = try Sandbox()
    for (name, auc) in [("a", 0.7), ("b", 0.9), ("c", 0.8)] {
      try withExperiment(name, increment: sandbox.increment, options: .init(capture: [])) {
        try $0.logMetric("auc", auc)
      }
    }
    let increment = try Increment.find(sandbox.increment)
    let best = try increment.experiments(
      where: "metrics.auc > 0.75", sortedBy: "auc", descending: true, limit: 5)
    #expect(best.map(\.name) == ["b", "c"])
    #expect(try increment.experiments(sortedBy: "auc", limit: 1).map(\.name) == ["a"])
    #expect(try increment.experiments(limit: 2).map(\.name) == ["b", "c"])
    #expect(try increment.experiments(status: [.failed]).isEmpty)
    #expect(try increment.experiments().map(\.name) == ["a", "b", "c"])
    let filtered = try increment.experiments(where: ExperimentFilter("name == 'a'"))
    #expect(filtered.map(\.name) == ["a"])
    #expect(refusal { _ = try increment.experiments(limit: -1) }?.code == .invalidArgument)
    #expect(
      refusal { _ = try increment.experiments(where: "metrics.auc >") }?.code == .invalidArgument)
    let all = try Increment.experiments(in: [increment, increment], limit: 1)
    #expect(all.map(\.increment) == ["0042-topic"])
  }

  @Test func `facts are taken from what is written and what is computed`() throws {
    let rows = 100
    let read = try write { experiment in
      try experiment.logFact("data", ["rows": rows, "source": "sales.csv"])
      try experiment.logFact("schedule", Config.Schedule())
      try experiment.logHistogram("weights", of: [0.5, 1] as [Float], step: 3)
    }
    #expect(read.fact("data")?["rows"] == .integer(100))
    #expect(read.fact("schedule")?["warmup"] == .integer(100))
  }
}

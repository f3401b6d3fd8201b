import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct LoggedValueTests {
  @Test func `every double comes back bit for bit`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let values: [Double] = [
      .nan, -.nan, .init(nan: 0x1234, signaling: false), .infinity, -.infinity, -0.0, 0.0,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1 + 0.2,
      0x1p53 + 1, .leastNormalMagnitude / 8, .pi,
    ]
    for value in values { try experiment.logMetric("v", value) }
    try experiment.logSeries("s", values)
    for _ in 0..<2 {
      #expect(try lab.load("x").history("v").values.map(\.bitPattern) == values.map(\.bitPattern))
      #expect(try experiment.history("s").values.map(\.bitPattern) == values.map(\.bitPattern))
      try experiment.end(nil, failure: nil, closed: "finish")
    }
  }

  @Test func `the last value comes back bit for bit through the views too`() throws {
    let lab = try Laboratory()
    for (number, value) in [Double.nan, -.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude]
      .enumerated()
    {
      let experiment = try lab.start("x\(number)")
      try experiment.logMetric("v", value)
      try experiment.end(nil, failure: nil, closed: "finish")
      #expect(try lab.read(experiment.folder).metric("v")?.last == .double(value))
    }
  }

  @Test func `integers are exact, and a mixed history is one of doubles`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let values: [Int64] = [.max, .min, 0, (1 << 53) + 1, -1]
    for value in values { try experiment.logMetric("i", value) }
    #expect(try lab.load("x").history("i").integers == values)
    try experiment.logMetric("i", 0.5)
    #expect(try lab.load("x").history("i").integers == nil)
  }

  @Test func `steps go back, repeat, and reach both ends`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let steps: [Int64] = [5, 3, 3, -1, .min + 1, .max, 0]
    for step in steps { try experiment.logMetric("v", 1, step: step) }
    try experiment.logMetric("v", 1)
    #expect(try experiment.history("v").steps == steps + [.max])
  }

  @Test func `automatic steps count by key, from zero and after the highest`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for _ in 0..<3 { try experiment.logMetric("a", 1) }
    try experiment.logMetric("b", 1)
    try experiment.logMetrics(["a": 1, "b": 2])
    try experiment.logSeries("b", [1, 2])
    #expect(try experiment.history("a").steps == [0, 1, 2, 3])
    #expect(try experiment.history("b").steps == [0, 3, 4, 5])
  }

  @Test func `ten thousand metrics are all there, each with its value`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let values = (0..<10_000).map { (Key("metric/\($0)"), MetricValue.double(Double($0))) }
    _ = try experiment.log(values, step: 7)
    try experiment.end(nil, failure: nil, closed: "finish")
    let read = try lab.read("x")
    #expect(read.metrics.count == 10_000)
    #expect(read.metric("metric/9999")?.last == .double(9999))
    #expect(lab.text("x", "metadata.yaml")?.contains("metrics_left_out: 9900") == true)
  }

  @Test func `keys are bytes: spellings that look alike stay apart`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let keys = [
      Key("\u{e9}"), Key("e\u{301}"), Key(bytes: [0xFF]), Key(bytes: [0xFE]), Key("a\0b"), Key(" "),
      Key("a/b:c|d\n"),
    ]
    for (place, key) in keys.enumerated() {
      _ = try experiment.log(key, .integer(Int64(place)), step: nil)
      _ = try experiment.logParams([.init(key, .integer(Int64(place)))])
    }
    try experiment.end(nil, failure: nil, closed: "finish")
    let read = try lab.read("x")
    #expect(read.metrics.map(\.key) == keys)
    for (place, key) in keys.enumerated() {
      #expect(read.param(key) == .integer(Int64(place)))
      #expect(try lab.load("x").history(key).integers == [Int64(place)])
    }
  }

  @Test func `what has no name, or one without end, is refused`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    #expect(refusal { try experiment.logMetric("", 1) }?.code == .invalidArgument)
    #expect(refusal { try experiment.logMetrics(["a": 1, "": 1]) }?.code == .invalidArgument)
    #expect(refusal { try experiment.logSeries("", [1]) }?.code == .invalidArgument)
    #expect(refusal { try experiment.logParam("", 1) }?.code == .invalidArgument)
    #expect(refusal { try experiment.addTag("") }?.code == .invalidArgument)
    #expect(refusal { try experiment.removeTag("none") }?.code == .notFound)
    #expect(refusal { try experiment.logFact("", []) }?.code == .invalidName)
    #expect(refusal { try experiment.logFact("artifacts", []) }?.code == .invalidName)
    let long = String(repeating: "k", count: EventFormat.longestKey + 1)
    #expect(refusal { try experiment.logMetric(long, 1) }?.code == .invalidArgument)
    #expect(
      refusal { try experiment.logSeries("s", [1], steps: [1, 2]) }?.code == .invalidArgument)
    #expect(try experiment.snapshot().metrics.isEmpty)
    #expect(experiment.dropped == 0)
  }

  @Test func `a value nested too deep is refused everywhere, and fifty levels are kept`() throws {
    func nested(_ levels: Int) -> Value {
      (0..<levels).reduce(Value.integer(1)) { value, _ in ["a": value] }
    }
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.params = [.init("start", nested(50))] }
    try experiment.logParam("p", nested(50))
    try experiment.logParam("p", nested(49))
    try experiment.logFact("f", [.init("member", nested(50))])
    try experiment.saveArtifact(
      "a.txt", bytes: UnsafeRawBufferPointer(start: nil, count: 0),
      details: [.init("d", nested(50))])
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").param("p") == nested(49))
    #expect(try lab.views("x").comparable == lab.fold("x").comparable)

    for refused in [
      refusal { try experiment.logParam("p", nested(51)) },
      refusal { try experiment.logParam("p", nested(5000)) },
      refusal { try experiment.logFact("f", [.init("m", nested(51))]) },
      refusal { _ = try lab.start("y") { $0.params = [.init("p", nested(51))] } },
      refusal { _ = try lab.start("y") { $0.about = [.init("p", nested(51))] } },
      refusal {
        try experiment.saveArtifact(
          "b.txt", bytes: UnsafeRawBufferPointer(start: nil, count: 0),
          details: [.init("d", nested(51))])
      },
    ] {
      #expect(refused?.code == .serialisation)
      #expect(refused?.message.contains("50") == true)
    }
    #expect(!FileTree.paths(lab.sandbox.experiments).contains("y"))
  }
}

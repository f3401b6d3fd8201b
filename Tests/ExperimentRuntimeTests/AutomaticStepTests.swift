import EventLog
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// `Int64.min` as a step asks for the next one, whichever way a value takes.
@Suite struct AutomaticStepTests {
  private let sentinel = Int64.min

  @Test(arguments: [WriteMode.direct, .buffered])
  func `single values and several count on`(writes: WriteMode) throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = writes }
    for _ in 0..<20 {
      try experiment.logMetric("a", 0.5, step: sentinel)
      try experiment.logMetric("a", 7, step: sentinel)
      _ = try experiment.log("a", .boolean(true), step: sentinel)
      try experiment.logMetrics(["a": 1, "b": 2], step: sentinel)
    }
    #expect(try experiment.history("a").steps == Array(0..<80))
    #expect(try experiment.history("b").steps == (0..<20).map { 3 + 4 * $0 })
    #expect(try experiment.snapshot().metric("a")?.highestStep == 79)
  }

  @Test func `a series counts on where it has none`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logSeries("s", [1, 2, 3], steps: [sentinel, sentinel, sentinel])
    try experiment.logSeries("s", [4, 5, 6, 7], steps: [10, sentinel, 4, sentinel])
    try experiment.logSeries("s", [8])
    try experiment.logSeries("s", [9, 10], steps: [.max, sentinel])
    try experiment.logSeries("n", [1, 2], steps: [-5, sentinel])
    #expect(try experiment.history("s").steps == [0, 1, 2, 10, 11, 4, 12, 13, .max, .max])
    #expect(try experiment.history("n").steps == [-5, 0])
  }

  @Test func `a long series counts on over its pieces`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let steps = (0..<10_000).map { $0 == 0 ? Int64(5) : sentinel }
    try experiment.logSeries("s", steps.map { _ in 0.5 }, steps: steps)
    #expect(try experiment.history("s").steps == (0..<10_000).map { 5 + $0 })
  }

  @Test func `values that are not numbers count on`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logText("t", "a", step: 3)
    try experiment.logText("t", "b", step: .min)
    try experiment.logHistogram("h", of: [1.0, 2.0], step: .min)
    let reader = try experiment.values()
    var steps: [Int64] = []
    while let value = try reader.next() { steps.append(value.step) }
    #expect(steps == [3, 4, 0])
  }
}

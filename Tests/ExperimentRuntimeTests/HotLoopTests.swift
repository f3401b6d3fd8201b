import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct HotLoopTests {
  @Test func `a step that was counted on the general path is not given again on the fast path`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .buffered }
    for _ in 0..<5 { try experiment.logMetric("a", 0.5) }
    // Another window begins with a call that writes; what opens the fast path is of another metric.
    usleep(250_000)
    try experiment.logMetric("a", 0.5)
    try experiment.logMetric("b", 0.5)
    try experiment.logMetric("a", 0.5)
    #expect(try experiment.history("a").steps == Array(0..<7))
    #expect(try experiment.snapshot().metric("a")?.count == 7)
  }

  @Test func `several metrics at one step take the fast path and count as by the general one`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .buffered }
    let long = String(repeating: "a rather long name of a metric, ", count: 3)
    var short = 0
    for number in 0..<200 {
      let metrics: KeyValuePairs = ["a": Double(number), "größe": 0.1, long: -0.5]
      if experiment.logHot(metrics, step: nil) {
        short += 1
      } else {
        try experiment.logMetrics(metrics)
      }
    }
    #expect(short > 0)
    try experiment.logMetrics(["a": 7, "a": 8], step: 900)
    try experiment.logMetrics([:])
    let error = #expect(throws: TrackingError.self) {
      try experiment.logMetrics(["a": 1, "": 2])
    }
    #expect(error?.code == .invalidArgument)
    try experiment.logMetrics(["a": 9])
    #expect(try experiment.history("a").steps == Array(0..<200) + [900, 900, 901])
    for (key, value) in [("größe", 0.1), (long, -0.5)] {
      let history = try experiment.history(key)
      #expect(history.steps == Array(0..<200))
      #expect(history.values == Array(repeating: value, count: 200))
    }
  }

  @Test func `integers beyond 2^53 stay exact in a hot loop`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .buffered }
    let large = Int64(1) << 53 + 1
    for _ in 0..<100 { try experiment.logMetric("n", large) }
    #expect(try experiment.history("n").integers == Array(repeating: large, count: 100))
  }
}

import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracking

@Suite struct HotLoopTests {
  @Test func `a step that was counted the long way is not given again the short way`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.writes = .buffered }
    for _ in 0..<5 { try experiment.logMetric("a", 0.5) }
    // Another window begins with a call that writes; the one that opens the lane is of another metric.
    usleep(250_000)
    try experiment.logMetric("a", 0.5)
    try experiment.logMetric("b", 0.5)
    try experiment.logMetric("a", 0.5)
    #expect(try experiment.history("a").steps == Array(0..<7))
    #expect(try experiment.snapshot().metric("a")?.count == 7)
  }
}

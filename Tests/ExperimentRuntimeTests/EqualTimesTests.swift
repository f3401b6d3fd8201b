import ExperimentStore
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// A time is the same to the bit, whichever way it is read: from the event files, from the summary,
/// by the process that writes it, point by point.
@Suite struct EqualTimesTests {
  private func log(_ experiment: Experiment, _ rounds: Int = 40) throws {
    for number in 0..<rounds {
      try experiment.logMetric("loss", 1 / Double(number + 3))
      try experiment.logMetrics(["a": Double(number), "b": 0.1])
      if number % 9 == 0 { try experiment.logNote("note \(number)") }
      if number % 10 == 0 { _ = try experiment.logParam("p\(number)", .integer(1)) }
    }
    try experiment.logSeries("s", [1, 2, 3], times: [1_763_000_000.123_456_7, 1e9 / 3, 2e9 / 7])
  }

  private func expectEqual(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) {
    func times(_ snapshot: ExperimentSnapshot) -> [UInt64] {
      [snapshot.identity.created, snapshot.ended ?? 0, snapshot.duration ?? 0, snapshot.lastWrite]
        .map(\.bitPattern) + snapshot.metrics.map(\.lastTime.bitPattern)
        + snapshot.notes.map(\.time.bitPattern)
    }
    #expect(times(left) == times(right))
  }

  @Test(arguments: [WriteMode.direct, .buffered])
  func `one that is over`(writes: WriteMode) throws {
    let lab = try Laboratory()
    for _ in 0..<5 {
      let experiment = try lab.start("x", .resumeOrStart) { $0.writes = writes }
      try log(experiment)
      try experiment.end(nil, failure: nil, closed: "finish")
      expectEqual(try lab.views("x"), try lab.fold("x"))
      expectEqual(try lab.views("x"), try experiment.snapshot())
    }
    let last = try lab.views("x")
    let experiment = try lab.load("x")
    for metric in last.metrics {
      #expect(try experiment.history(metric.key).times.last == metric.lastTime)
    }
  }

  @Test func `one that crashed took as long by its summary as by its event files`() throws {
    let lab = try Laboratory()
    do {
      let experiment = try lab.start("x") { $0.sync = .every(seconds: 0) }
      try log(experiment)
      try experiment.flush()
    }
    let (told, folded) = (try lab.views("x"), try lab.fold("x"))
    #expect(told.status == .running && told.elapsed != nil)
    #expect(told.elapsed?.bitPattern == folded.elapsed?.bitPattern)
  }
}

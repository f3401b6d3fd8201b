import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct RefreshPaceTests {
  /// How often the views are written by so many calls at once after the end.
  private func refreshes(_ calls: Int, each seconds: Double) -> Int {
    var pace = RefreshPace()
    var (now, count) = (Clock.coarse(), 0)
    for _ in 0..<calls where pace.isDue(at: now, isUnderWay: false) {
      count += 1
      now += seconds
      pace.written(at: now, seconds: seconds, isLate: true)
    }
    return count
  }

  @Test func `what comes after the end is shown at once where that costs little`() {
    #expect(refreshes(100, each: 0.000_5) == 100)
    #expect(refreshes(10_000, each: 0.000_5) == 100)
  }

  @Test(arguments: [0.01, 0.023, 0.3, 4])
  func `however large the experiment, it is not half a second and one refresh`(seconds: Double) {
    for calls in [10, 100, 100_000] {
      let spent = Double(refreshes(calls, each: seconds)) * seconds
      #expect(spent >= seconds && spent < 0.5 + 1.001 * seconds, "\(calls) calls")
    }
  }

  @Test func `a call that comes later shows what was logged`() {
    var pace = RefreshPace()
    var now = Clock.coarse()
    for _ in 0..<20 where pace.isDue(at: now, isUnderWay: false) {
      now += 0.1
      pace.written(at: now, seconds: 0.1, isLate: true)
    }
    let (soon, later) = (pace.isDue(at: now + 1.9, isUnderWay: false), now + 2.1)
    #expect(!soon)
    let isDue = pace.isDue(at: later, isUnderWay: false)
    #expect(isDue)
  }

  @Test func `during a run the views follow once a second, and a hundredth of the time`() {
    var pace = RefreshPace()
    let now = Clock.coarse()
    pace.written(at: now, seconds: 0.001, isLate: false)
    let soon = pace.isDue(at: now + 0.9, isUnderWay: true)
    let second = pace.isDue(at: now + 1.1, isUnderWay: true)
    pace.written(at: now, seconds: 0.1, isLate: false)
    let large = pace.isDue(at: now + 9, isUnderWay: true)
    #expect(!soon && second && !large)
  }

  @Test func `what the views lack after the end is in them once the experiment is let go`() throws {
    let lab = try Laboratory()
    do {
      let experiment = try lab.start("x")
      try experiment.end(nil, failure: nil, closed: "finish")
      // As after refreshes that took a minute.
      experiment.lockedSession { session in
        _ = session.pace.isDue(at: Clock.coarse(), isUnderWay: false)
        session.pace.written(at: Clock.coarse(), seconds: 60, isLate: true)
      }
      let renames = try Faults.count("rename") {
        for step in 0..<100 { try experiment.logMetric("late", Double(step)) }
      }
      #expect(renames == 0)
      #expect(lab.text("x", "metrics.json")?.contains("late") != true)
      #expect(try lab.read("x").metric("late")?.count == 100)
    }
    #expect(lab.text("x", "metrics.json")?.contains("99") == true)
  }
}

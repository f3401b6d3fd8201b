import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// What logging costs, in calls of the kernel.
@Suite struct LoggingCostTests {
  @Test func `the ten-thousandth parameter costs as much as the first`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for hundred in 0..<100 {
      for operation in ["write", "open", "stat", "read"] {
        let calls = try Faults.count(operation) {
          for number in 0..<25 {
            try experiment.logParam("\(operation)-\(hundred)-\(number)", .integer(Int64(number)))
          }
        }
        // Once a second, which a slow machine may meet, the views are written too.
        #expect(calls <= (operation == "write" ? 25 : 0) + 40, "\(operation), \(hundred)")
      }
    }
    #expect(try experiment.snapshot().params.count == 10_000)
  }
}

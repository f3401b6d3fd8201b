import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ClaimFaultTests {
  @Test(arguments: [("mkdir", EROFS), ("mkdir", ENOSPC), ("open", EACCES), ("rename", ENOSPC)])
  func `a claim that the disk refuses fails at once and leaves nothing half made`(
    operation: String, code: Int32
  ) throws {
    let kept = try ExperimentsFixture()
    let before = kept.project.tree()
    for place in 1...8 {
      var error: TrackingError?
      Faults.failing(operation, code, at: place) {
        error = refusal {
          _ = try kept.experiments.claim(name: "x", existing: { () throws(TrackingError) in [7] })
        }
      }
      guard let error else { continue }
      #expect(error.code == .storage)
      #expect(error.systemCode == code)
      let left = kept.project.tree().filter { !before.contains($0) && !$0.contains(".numbers") }
      #expect(left.allSatisfy { $0.hasSuffix("/x") || $0.contains("/x-") })
      #expect(!kept.project.tree().contains { $0.hasSuffix(".tmp") })
    }
    let claimed = try kept.experiments.claim(
      name: "y", existing: { () throws(TrackingError) in [7] })
    #expect(claimed.number > 7)
  }
}

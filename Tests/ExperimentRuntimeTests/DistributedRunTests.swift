import Testing

@testable import ExperimentRuntime

@Suite struct DistributedRunTests {
  @Test func `a process outside of torchrun is not a rank`() {
    #expect(DistributedRun([:]) == nil)
    #expect(DistributedRun(["RANK": "1"]) == nil)
    #expect(DistributedRun(["RANK": "x", "TORCHELASTIC_RUN_ID": "r"]) == nil)
    #expect(DistributedRun(["RANK": "-1", "TORCHELASTIC_RUN_ID": "r"]) == nil)
  }

  @Test func `a restart is another run`() {
    let first = DistributedRun(["RANK": "1", "TORCHELASTIC_RUN_ID": "r"])
    let second = DistributedRun([
      "RANK": "1", "TORCHELASTIC_RUN_ID": "r", "TORCHELASTIC_RESTART_COUNT": "1",
    ])
    #expect(first?.rank == 1)
    #expect(first?.id != second?.id)
  }
}

import Testing

@testable import EnvironmentCapture

@Suite struct MachineUsageTests {
  @Test func `the share of busy processors is that of the time between two moments`() throws {
    let early = try #require(MachineUsage.processors(in: "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1"))
    let late = try #require(MachineUsage.processors(in: "cpu  160 0 90 880 70 0 0 0 0 0\n"))
    #expect(late.share(since: early) == 0.5)
    #expect(early.share(since: late) == nil)
    #expect(early.share(since: nil) == nil)
    for damaged in ["", "cpu", "cpu 1 2 3", "intr 5", "cpu x y z u"] {
      #expect(MachineUsage.processors(in: damaged) == nil)
    }
  }

  @Test func `memory that the kernel would give back is not in use`() {
    let text = "MemTotal:       8000 kB\nMemFree:  100 kB\nMemAvailable:   6000 kB\n"
    #expect(MachineUsage.memoryShare(in: text) == 0.25)
    #expect(MachineUsage.memoryShare(in: "MemTotal: 8000 kB\n") == nil)
    #expect(MachineUsage.memoryShare(in: "MemTotal: 0 kB\nMemAvailable: 0 kB\n") == nil)
  }
}

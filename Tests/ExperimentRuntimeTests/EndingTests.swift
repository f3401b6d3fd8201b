import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct EndingTests {
  @Test func `what belongs to an experiment is recorded after its end, and all written once`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("auc", 0.5)
    let before = lab.text("x", "metadata.yaml")
    let ending = try Faults.count("fsync") {
      try experiment.end(.failed, failure: nil, closed: "at exit", more: true)
    }
    let ended = try lab.read("x")
    #expect((ended.status, ended.closed) == (.failed, "at exit"))
    try experiment.saveEnvironment("requirements.txt", text: "numpy==2.0\n")
    _ = try experiment.record([.fact(section: "git", value: ["commit": "abc"])])
    try experiment.end(.completed, failure: nil, closed: "finish", more: true)
    #expect(ending == 0)
    #expect(lab.text("x", "metadata.yaml") == before)
    #expect(try lab.read("x").artifacts.map(\.path) == ["environment/requirements.txt"])

    // The event file, the captured file, and the two folders that hold them.
    #expect(
      try Faults.count("fsync") { try experiment.end(nil, failure: nil, closed: "finish") } == 4)
    let written = try #require(lab.text("x", "metadata.yaml"))
    #expect(written.contains("\nstatus: failed\n") && written.contains("commit: abc"))
    let read = try lab.read("x")
    #expect((read.status, read.closed, read.duration) == (.failed, "at exit", ended.duration))
    try experiment.logNote("later")
    #expect(try lab.read("x").notes.map(\.text) == ["later"])
    #expect(lab.text("x", "metadata.yaml")?.contains("later") == true)
  }

  @Test func `an end that nobody completes is recorded in the event file`() throws {
    let lab = try Laboratory()
    do {
      let experiment = try lab.start("x")
      try experiment.logMetric("auc", 0.5)
      try experiment.end(nil, failure: nil, closed: "finish", more: true)
    }
    #expect(try lab.fold("x").status == .completed)
    #expect(lab.text("x", "metadata.yaml")?.contains("\nstatus: completed\n") == true)
  }
}

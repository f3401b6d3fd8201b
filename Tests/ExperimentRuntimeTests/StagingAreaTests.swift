import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct StagingAreaTests {
  @Test func `what a dead writer was saving is removed by the next, what is being saved stays`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    _ = try experiment.directory.makeFolder(".saving/0123456789abcdef/model").create("w.bin", [1])
    let other = try lab.load("x").stageArtifact("other.bin")
    #expect(!lab.tree("x").contains(".saving/0123456789abcdef/model/w.bin"))
    try experiment.save("a.txt", "a")
    #expect(Program.run(["cp", "/etc/hostname", other.absolutePath]).code == 0)
    try experiment.save("b.txt", "b")
    _ = try experiment.commit(other, kind: "file", details: [])
    #expect(
      lab.tree("x").filter { $0.hasSuffix(".txt") || $0.hasSuffix(".bin") }.sorted() == [
        "a.txt", "b.txt", "other.bin",
      ])
    #expect(!lab.tree("x").contains { $0.hasPrefix(".saving") })
  }

  @Test func `a resume removes what the session before was saving`() throws {
    let lab = try Laboratory()
    do { try lab.start("x").end(nil, failure: nil, closed: "finish") }
    let folder = try lab.experiments.directory.folder("x")
    _ = try folder.makeFolder(".saving/0123456789abcdef").create("w.bin", [1])
    _ = try lab.start("x", .resume)
    #expect(!lab.tree("x").contains { $0.hasPrefix(".saving") })
  }

  @Test func `a folder that was taken away before it was locked is made again`() throws {
    let lab = try Laboratory()
    let directory = try lab.start("x").directory
    Threads.run(4) { _ in
      for _ in 0..<25 {
        guard let (name, folder) = try? StagingArea.claim(in: directory) else {
          Issue.record("no folder to write in")
          return
        }
        #expect((try? folder.create("part", [1])) == true)
        StagingArea.discard(name, in: directory)
      }
    }
    #expect(!lab.tree("x").contains { $0.hasPrefix(".saving") })
  }
}

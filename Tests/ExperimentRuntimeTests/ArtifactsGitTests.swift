import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct ArtifactsGitTests {
  @Test func `git leaves out what is over five megabytes, by exact path, and nothing else`() throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let names = ["model.bin", "odd [1] #!.bin", "!bang.bin", "#hash.bin", "a [b]/c.bin", "é.bin"]
    let large = [UInt8](repeating: 7, count: 5_000_001)
    for name in names {
      try large.withUnsafeBytes { _ = try experiment.saveArtifact(name, bytes: $0) }
    }
    for neighbour in ["odd 1 #!.bin", "model-bin", "a b/c.bin"] {
      try experiment.save(neighbour, "small")
    }
    #expect(lab.text("x", ".gitignore")?.contains("model.bin") == true)
    try experiment.directory.replace("half.tmp", [1])
    _ = try experiment.directory.makeFolder(".saving/0123").create("m.bin", [1])

    let git = ["git", "-C", lab.sandbox.path]
    #expect(Program.run(git + ["init", "-q"]).code == 0)
    #expect(Program.run(git + ["add", "."], environment: ["HOME=/nonexistent"]).code == 0)
    let listed = Program.run(git + ["ls-files", "-z"]).output.split(separator: "\0").map(
      String.init)
    let home = ".specweave/increments/0042-topic/experiments/x/"
    for name in names + ["half.tmp", ".saving/0123/m.bin"] {
      #expect(!listed.contains(home + name), "\(name)")
    }
    for name in ["odd 1 #!.bin", "model-bin", "a b/c.bin", "metadata.yaml", ".gitignore"] {
      #expect(listed.contains(home + name), "\(name)")
    }
  }

  @Test func `the older version of a large artifact is left out too`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let large = [UInt8](repeating: 7, count: 5_000_001)
    try large.withUnsafeBytes { _ = try experiment.saveArtifact("m.bin", bytes: $0) }
    try experiment.save("m.bin", "small")
    let lines = lab.text("x", ".gitignore")?.split(separator: "\n") ?? []
    #expect(lines.contains("/.versions/m.bin.v1"))
    #expect(!lines.contains("/m.bin"))
  }
}

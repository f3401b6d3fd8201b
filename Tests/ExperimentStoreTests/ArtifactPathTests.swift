import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ArtifactPathTests {
  @Test(arguments: [
    "model.pkl", "plots/roc.png", "a b.txt", "数据.csv", "x/params.json", ".hidden", "100%.png",
    "run #3.md", "spec.md", "x/environment/y", "model.v1.2",
  ])
  func `a path within the experiment is kept`(path: String) throws {
    #expect(try ArtifactPath.validate(path) == path)
  }

  @Test(arguments: [
    "", " ", ".", "..", "../metadata.yaml", "a/../b", "/etc/passwd", "a//b", "a/", "./a", "a/./b",
    "~/x", "a\\b", "C:x", "a:stream", "a*", "a?", "a|b", "CON", "x/nul.txt", "com1.png", "a.", "a ",
    " a", "a\nb", "a\u{202E}b", "params.json", "Params.JSON", "metrics.json", "metadata.yaml",
    "metadata.yaml.edited", "comparison.md", "writers/x", "edits/x", "environment",
    "environment/x", ".versions/x", ".numbers/1", ".gitignore", ".gitattributes", "pending-1.tmp",
    "events.out.tfevents.1", "logs/my.tfevents", "logs/tfevents\u{301}", "x/.git/config", ".GIT/x",
  ])
  func `a path that leaves, collides or cannot be checked out everywhere is refused`(path: String) {
    #expect(refusal { _ = try ArtifactPath.validate(path) }?.code == .invalidName)
  }

  @Test func `the library itself stores below environment`() throws {
    let path = "environment/requirements.txt"
    #expect(try ArtifactPath.validate(path, byStore: true) == path)
    #expect(refusal { _ = try ArtifactPath.validate("environment", byStore: true) } != nil)
    #expect(refusal { _ = try ArtifactPath.validate("params.json", byStore: true) } != nil)
    #expect(refusal { _ = try ArtifactPath.validate("environment/../x", byStore: true) } != nil)
  }

  @Test func `what is made again at each step lies in a folder of its own, in order`() throws {
    func path(_ path: String, _ step: Int64) throws -> String {
      try ArtifactPath.validate(path, atStep: step)
    }
    #expect(try path("samples.png", 12) == "samples/step-000012.png")
    #expect(try path("a.b/model.tar.gz", 0) == "a.b/model.tar/step-000000.gz")
    #expect(try path("a.b/notes", 7) == "a.b/notes/step-000007")
    #expect(try path(".hidden", 7) == ".hidden/step-000007")
    #expect(try path("x.csv", -3) == "x/step--000003.csv")
    #expect(try path("x.csv", .min) == "x/step--9223372036854775808.csv")
    #expect(refusal { _ = try path("../x.csv", 1) }?.code == .invalidName)
    #expect(refusal { _ = try path("params.json", 1) }?.code == .invalidName)
    #expect(refusal { _ = try path("", 1) }?.code == .invalidName)
  }

  @Test func `limits are in bytes and said`() {
    let part = String(repeating: "x", count: 256)
    #expect(refusal { _ = try ArtifactPath.validate(part) }?.message.contains("256 bytes") == true)
    let path = Array(repeating: "abc", count: 300).joined(separator: "/")
    #expect(refusal { _ = try ArtifactPath.validate(path) }?.message.contains("1024") == true)
    #expect(refusal { _ = try ArtifactPath.validate([0x61, 0xFF]) }?.code == .invalidName)
  }
}

import ExperimentTracker
import Foundation
import Testing
import TrackingTestSupport

@Suite struct WrittenArtifactTests {
  private struct Broken: Error {}

  private func start(_ sandbox: Sandbox) throws -> Experiment {
    try Increment.find(sandbox.increment).start("x", options: .init(capture: []))
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func `what a closure writes is saved when it returns`() async throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    let artifact = try experiment.saveArtifact(
      "model.bin", kind: "model", details: ["layers": 3]
    ) { path in try write("weights", path) }
    #expect(artifact.size == 7 && artifact.kind == "model")
    #expect(artifact.details["layers"] == .integer(3))
    let second = try await experiment.saveArtifact("model.bin") { path in
      await Task.yield()
      try write("more weights", path)
    }
    #expect(second.version == 2)
    try experiment.checkArtifact("model.bin")
    try experiment.finish()
  }

  @Test func `nothing is saved and nothing is left if the closure throws or writes nothing`() throws
  {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    #expect(throws: Broken.self) {
      try experiment.saveArtifact("model.bin") { path in
        try write("half", path)
        throw Broken()
      }
    }
    #expect(refusal { try experiment.saveArtifact("model.bin") { _ in } }?.code == .notFound)
    #expect(try experiment.snapshot().artifacts.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: experiment.path + "/.saving"))
  }

  @Test func `a staged artifact is committed once, or discarded`() throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    let staged = try experiment.stageArtifact("a.txt")
    try write("a", staged.absolutePath)
    #expect(staged.path == "a.txt")
    #expect(try staged.commit(kind: "text").size == 1)
    #expect(refusal { try staged.commit() }?.code == .notFound)
    staged.discard()
    let other = try experiment.stageArtifact("b.txt")
    try write("b", other.absolutePath)
    other.discard()
    other.discard()
    #expect(try experiment.snapshot().artifacts.map(\.path) == ["a.txt"])
  }

  @Test func `a staged artifact that nobody keeps is removed`() throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    do {
      let staged = try experiment.stageArtifact("a.txt")
      try write("a", staged.absolutePath)
    }
    #expect(!FileManager.default.fileExists(atPath: experiment.path + "/.saving"))
  }
}

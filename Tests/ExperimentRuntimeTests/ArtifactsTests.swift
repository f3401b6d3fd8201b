import CPlatform
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct ArtifactsTests {
  @Test func `bytes are saved with size and hash, and read back`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let artifact = try experiment.save("plots/roc.txt", "abc")
    #expect(artifact.size == 3)
    #expect(artifact.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(lab.text("x", "plots/roc.txt") == "abc")
    #expect(try experiment.artifactPath("plots/roc.txt") == experiment.path + "/plots/roc.txt")
    #expect(try lab.read("x").artifacts == [artifact])
    #expect(!lab.tree("x").contains(".saving"))
    let error = refusal { _ = try experiment.artifactPath("plots/none.txt") }
    #expect(error?.code == .notFound)
    #expect(error?.candidates == ["plots/roc.txt"])
  }

  @Test func `a file is copied under its own name or another`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try lab.sandbox.write("model.pkl", "weights")
    symlink("model.pkl", lab.sandbox.path + "/link.pkl")
    try experiment.saveArtifact(copying: lab.sandbox.path + "/model.pkl")
    try experiment.saveArtifact(copying: lab.sandbox.path + "/link.pkl", as: "best/m.pkl")
    #expect(lab.text("x", "model.pkl") == "weights")
    #expect(lab.text("x", "best/m.pkl") == "weights")
    var status = stat()
    #expect(lstat(experiment.path + "/best/m.pkl", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFREG)
  }

  @Test func `a folder is copied with a manifest, and what is not a file is counted`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try lab.sandbox.write("model/config.json", "{}")
    try lab.sandbox.write("model/deep/er/w.bin", "abc")
    symlink("/etc/passwd", lab.sandbox.path + "/model/link")
    mkfifo(lab.sandbox.path + "/model/pipe", 0o600)
    #expect(Program.run(["touch", lab.sandbox.path + "/model/plain"]).code == 0)
    var name = Array((lab.sandbox.path + "/model/").utf8CString.dropLast()) + [-1, 0]
    close(open(&name, O_CREAT | O_WRONLY, 0o644))
    let artifact = try experiment.saveArtifact(copying: lab.sandbox.path + "/model")
    unlink(name)
    #expect(artifact.kind == "folder")
    #expect(artifact.size == 5)
    #expect(artifact.details["files"] == 3)
    #expect(artifact.details["left_out"] == 3)
    #expect(lab.text("x", "model/deep/er/w.bin") == "abc")
    #expect(!lab.tree("x").contains("model/link"))
    let manifest = try #require(lab.text("x", ".versions/model.v1.manifest.json"))
    #expect(manifest.contains("deep/er/w.bin"))
    #expect(manifest.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
  }

  @Test func `the newest of a name is at its path, and the older ones below versions`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for text in ["one", "two", "three"] { try experiment.save("a/m.txt", text) }
    #expect(lab.text("x", "a/m.txt") == "three")
    #expect(lab.text("x", ".versions/a/m.txt.v1") == "one")
    #expect(lab.text("x", ".versions/a/m.txt.v2") == "two")
    try experiment.end(nil, failure: nil, closed: "finish")
    let artifacts = try lab.read("x").artifacts
    #expect(artifacts.map(\.version) == [3, 2, 1])
    #expect(artifacts.map(\.keptAs) == ["", ".versions/a/m.txt.v2", ".versions/a/m.txt.v1"])
    #expect(try lab.views("x").comparable == lab.fold("x").comparable)
  }

  @Test func `what somebody put there by hand is kept, and never overwritten later`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.directory.replace("m.txt", Array("mine".utf8))
    try experiment.save("m.txt", "one")
    try experiment.save("m.txt", "two")
    let kept = lab.tree("x").filter { $0.hasPrefix(".versions/m.txt") }
      .compactMap { lab.text("x", $0) }
    #expect(Set(kept) == ["mine", "one"])
    #expect(lab.text("x", "m.txt") == "two")
  }

  @Test(arguments: [
    "params.json", "metrics.json", "metadata.yaml", "Metadata.YAML", ".summary.json",
    "comparison.md", "writers/x",
    "edits", "environment/x", ".versions/x", ".saving/x", ".gitignore", "events.out.tfevents.1",
    "pending-1.tmp", "", ".", "..", "../x", "a/../../x", "/etc/x", "~/x", "a//b", "a\0b", "a\nb",
    "a\\b", "C:x", "con", "a/.git/config", "x\u{202E}y",
  ])
  func `a reserved name, or one that leads elsewhere, is refused`(path: String) throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let before = FileTree.paths(lab.sandbox.path)
    #expect(refusal { try experiment.save(path, "x") }?.code == .invalidName)
    #expect(refusal { _ = try experiment.stageArtifact(path) }?.code == .invalidName)
    #expect(FileTree.paths(lab.sandbox.path) == before)
  }

  @Test func `nothing is written through a link or over a folder of artifacts`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try lab.sandbox.write("outside/keep.txt", "safe")
    symlink(lab.sandbox.path + "/outside", experiment.path + "/plots")
    symlink(lab.sandbox.path + "/outside/keep.txt", experiment.path + "/model.txt")
    #expect(refusal { try experiment.save("plots/keep.txt", "x") }?.code == .storage)
    try experiment.save("model.txt", "new")
    #expect(FileTree.text(lab.sandbox.path + "/outside/keep.txt") == "safe")
    #expect(FileTree.paths(lab.sandbox.path + "/outside") == ["keep.txt"])
    try experiment.save("a/b.txt", "b")
    #expect(refusal { try experiment.save("a", "x") }?.code == .invalidName)
    #expect(refusal { try experiment.save("a/b.txt/c", "x") }?.code == .storage)
    #expect(lab.text("x", "a/b.txt") == "b")
    #expect(!lab.tree("x").contains(".saving"))
  }

  @Test func `a source that is neither a file nor a folder is refused at once`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let home = lab.sandbox.path
    mkfifo(home + "/pipe", 0o600)
    symlink("nowhere", home + "/dangling")
    symlink("loop", home + "/loop")
    #expect(Program.run(["python3", "-c", socketProgram, home + "/socket"]).code == 0)
    for source in ["/pipe", "/dangling", "/loop", "/socket", "/missing"].map({ home + $0 })
      + ["/dev/null", "/dev/zero", "/proc/self/mem", ""]
    {
      let error = refusal { try experiment.saveArtifact(copying: source, as: "copy") }
      #expect(error != nil, "\(source)")
    }
    let holding = refusal { try experiment.saveArtifact(copying: home, as: "all") }
    #expect(holding?.code == .invalidArgument)
    #expect(holding?.message.contains("holds the experiment") == true)
    #expect(!lab.tree("x").contains("copy"))
    #expect(!lab.tree("x").contains(".saving"))
    #expect(try lab.read("x").artifacts.isEmpty)
  }

  private let socketProgram = "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"

  @Test func `what something else writes is saved by the commit, and removed by the abort`() throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let staged = try experiment.stageArtifact("m.bin")
    #expect(staged.absolutePath.hasSuffix("/m.bin"))
    #expect(Program.run(["cp", "/etc/hostname", staged.absolutePath]).code == 0)
    #expect(!lab.tree("x").contains("m.bin"))
    _ = try experiment.commit(staged, kind: "model", details: [])
    #expect(lab.text("x", "m.bin") == FileTree.text("/etc/hostname"))

    let nothing = try experiment.stageArtifact("none.bin")
    let error = refusal { _ = try experiment.commit(nothing, kind: "file", details: []) }
    #expect(error?.code == .notFound)
    let pipe = try experiment.stageArtifact("pipe.bin")
    mkfifo(pipe.absolutePath, 0o600)
    #expect(refusal { _ = try experiment.commit(pipe, kind: "file", details: []) } != nil)
    try experiment.stageArtifact("gone.bin").discard()
    #expect(lab.tree("x").filter { $0.hasPrefix(".saving") || $0.hasSuffix(".bin") } == ["m.bin"])
  }

  @Test func `threads that save at once all succeed`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    Threads.run(8) { thread in
      for round in 0..<10 { _ = try? experiment.save("t\(thread)/\(round).txt", "x") }
    }
    #expect(try lab.read("x").artifacts.count == 80)
    #expect(!lab.tree("x").contains(".saving"))
  }

  @Test func `text below environment loses its credentials`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.saveEnvironment("code/train.py", text: "password = \"hunter2hunter2\"\n")
    #expect(lab.text("x", "environment/code/train.py")?.contains("hunter2") == false)
    #expect(refusal { try experiment.saveEnvironment("../x", text: "") }?.code == .invalidName)
  }

  @Test func `saving one more file asks the disk no more the more there are`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    func calls(_ names: Range<Int>) throws -> [Int] {
      try names.map { number in
        try ["open", "read", "stat", "list", "write", "rename"].reduce(0) { sum, operation in
          try sum
            + Faults.count(operation) {
              try experiment.save("samples/\(number)-\(operation).txt", "x")
            }
        }
      }.sorted()
    }
    let few = try calls(0..<20)
    _ = try calls(20..<100)
    let many = try calls(100..<120)
    // Now and then one of them writes the views.
    #expect(many[10] <= few[10])
    try experiment.flush()
    #expect(try lab.read("x").artifacts.count == 720)
  }

  @Test func `what another process saved is known to the owner`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.save("a.txt", "1")
    let other = try lab.load("x")
    try other.save("b/c.txt", "1")
    try other.save("a.txt", "2")
    #expect(refusal { try experiment.save("b", "2") }?.code == .invalidName)
    #expect(try experiment.save("a.txt", "3").version == 3)
    #expect(try experiment.save("b/c.txt", "2").version == 2)
    let kept = try lab.read("x").artifacts.filter { !$0.keptAs.isEmpty }.map(\.keptAs)
    #expect(Set(kept) == [".versions/a.txt.v1", ".versions/a.txt.v2", ".versions/b/c.txt.v1"])
  }

  @Test func `a folder of many files is forced to the disk in one go`() throws {
    let lab = try Laboratory()
    for number in 0..<300 { try lab.sandbox.write("many/\(number % 7)/\(number).txt", "x") }
    let experiment = try lab.start("x")
    try experiment.saveArtifact(copying: lab.sandbox.path + "/many")
    let isWhole = try SystemCalls.syncFileSystem(experiment.directory.descriptor)
    #expect(
      try Faults.count("fsync") { try experiment.flush(durable: true) } == (isWhole ? 0 : 310))

    func save(_ name: String) throws {
      try experiment.saveArtifact(copying: lab.sandbox.path + "/many", as: name)
    }
    try save("second")
    let error = refusal {
      try Faults.failing("syncfs", EIO) { try experiment.flush(durable: true) }
    }
    #expect(error?.systemCode == (isWhole ? EIO : nil))
    // What could not be forced to the disk is forced by the next.
    #expect(
      try Faults.count("syncfs") { try experiment.flush(durable: true) } == (isWhole ? 1 : 0))
    try save("third")
    try Faults.failing("syncfs", ENOSYS) { try experiment.flush(durable: true) }
    try save("fourth")
    #expect(
      refusal {
        try Faults.failing("fsync", EIO) { try experiment.flush(durable: true) }
      }?.systemCode == (isWhole ? nil : EIO))
  }
}

extension Experiment {
  @discardableResult
  func save(_ path: String, _ text: String) throws -> Artifact {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { try saveArtifact(path, bytes: $0) }
  }
}

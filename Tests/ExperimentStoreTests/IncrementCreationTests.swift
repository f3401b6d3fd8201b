import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct IncrementCreationTests {
  @Test func `a full name with a free number makes an increment, and nothing else`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    let made = try project.resolve("0042-recommendation-model", create: true)
    #expect(made.created)
    #expect(made.key == "0042")
    #expect(
      project.tree() == [
        ".specweave", ".specweave/config.json", ".specweave/increments",
        ".specweave/increments/0042-recommendation-model",
      ])
    let again = try project.resolve("0042-recommendation-model", create: true)
    #expect(!again.created)
    #expect(again.path == made.path)
  }

  @Test func `a reader makes nothing`() throws {
    let project = try ProjectFixture()
    for argument in [nil, "0042-recommendation-model"] {
      #expect(refusal { _ = try project.resolve(argument) }?.code == .incrementNotFound)
    }
    try project.folder(".specweave/increments")
    for argument in [nil, "0042-recommendation-model"] {
      #expect(refusal { _ = try project.resolve(argument) }?.code == .incrementNotFound)
    }
    #expect(project.tree() == [".specweave", ".specweave/increments"])
  }

  @Test func `a number in use is taken in every lifecycle folder and with every letter`() throws {
    let project = try ProjectFixture()
    try project.increment("_archive/0042-a")
    try project.increment("0043E-b")
    for argument in ["0042-new", "0043-new", "042-new"] {
      let error = refusal { _ = try project.resolve(argument, create: true) }
      #expect(error?.code == .incrementNotFound)
      #expect(error?.candidates.isEmpty == false)
    }
  }

  @Test(arguments: ["0042-Model", "0042-a b", "0042-", "0042-模型", "0042-x.tmp"])
  func `a new name must be one that every tool accepts`(argument: String) throws {
    let project = try ProjectFixture()
    try project.increment("0001-a")
    #expect(refusal { _ = try project.resolve(argument, create: true) }?.code != nil)
    #expect(project.tree().count == 3)
  }

  @Test func `a project without a store gets its first increment at the git top level`() throws {
    let project = try ProjectFixture()
    try project.folder(".git")
    let folder = try project.folder("notebooks")
    let made = try project.resolve(from: folder, create: true)
    #expect(made.id == "0001-experiments")
    #expect(made.rule == .first)
    #expect(made.created)
    #expect(made.path == project.path + "/.specweave/increments/0001-experiments")
    let again = try project.resolve(from: folder, create: true)
    #expect(again.id == "0001-experiments")
    #expect(again.rule == .only)
    #expect(!again.created)
    #expect(try project.resolve(from: folder).id == "0001-experiments")
  }

  @Test func `a project whose increments are all archived gets no second first one`() throws {
    let project = try ProjectFixture()
    try project.increment("_archive/0001-experiments")
    let error = refusal { _ = try project.resolve(create: true) }
    #expect(error?.code == .incrementNotFound)
    #expect(error?.candidates == ["0001-experiments"])
  }

  @Test(arguments: ["0042-build", "0042-v1.2_b", "0042-con"])
  func `a word with a meaning of its own does no harm after a number`(argument: String) throws {
    #expect(try ProjectFixture().resolve(argument, create: true).id == argument)
  }

  @Test(arguments: ["elsewhere", "elsewhere/increments"])
  func `a store reached through a link is used`(folder: String) throws {
    let project = try ProjectFixture()
    try project.folder(folder)
    project.link(".specweave", to: "elsewhere")
    let made = try project.resolve("0042-topic", create: true)
    #expect(made.created)
    #expect(project.tree().contains("elsewhere/increments/0042-topic"))
  }

  @Test func `whatever is asked for, only increments of a proper name are ever made`() throws {
    let project = try ProjectFixture()
    try project.increment("0042-topic")
    var generator = SplitMix(state: 5)
    let parts = [
      "..", "/", ".", "0", "4", "42", "0042", "-", "E", "...", "…", "a", "é", "\u{301}", " ", "\\",
      "~", ".specweave", "increments", "_archive", "experiments", "topic", "\n", "٤",
    ]
    for _ in 0..<3_000 {
      let text = (0...Int(generator.next() % 7)).map { _ in
        parts[Int(generator.next() % UInt64(parts.count))]
      }.joined()
      _ = refusal { _ = try project.resolve(text, create: true) }
    }
    let home = ".specweave/increments/"
    for path in project.tree() where path != ".specweave" && path + "/" != home {
      #expect(path.hasPrefix(home))
      let name = IncrementName(String(path.dropFirst(home.count)))
      #expect(name.map { FolderName.safe(for: $0.folder) == $0.folder } == true)
    }
  }
}

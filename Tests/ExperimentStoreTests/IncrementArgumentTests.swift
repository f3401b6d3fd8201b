import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct IncrementArgumentTests {
  private func project() throws -> ProjectFixture {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    for name in ["0042-recommendation-model", "0402-plain", "0402E-external", "031-old-style"] {
      try project.increment(name)
    }
    try project.increment("_archive/0007-gone")
    return project
  }

  @Test(arguments: [
    ("42", "0042-recommendation-model"), ("042", "0042-recommendation-model"),
    ("0042", "0042-recommendation-model"), ("0042...", "0042-recommendation-model"),
    ("0042…", "0042-recommendation-model"), ("0042-rec...", "0042-recommendation-model"),
    ("0042-recommendation-model", "0042-recommendation-model"),
    ("42-recommendation-model", "0042-recommendation-model"),
    ("0042-recomm", "0042-recommendation-model"),
    ("recommendation-model", "0042-recommendation-model"), ("0402", "0402-plain"),
    ("0402E", "0402E-external"), ("402e", "0402E-external"), ("31", "031-old-style"),
    ("0031", "031-old-style"), ("0007", "0007-gone"), ("0007-gone", "0007-gone"),
    (".specweave/increments/0042.../experiments", "0042-recommendation-model"),
    (".specweave/increments/0042.../experiments/xgboost-v1", "0042-recommendation-model"),
    (".specweave/increments/0042-recommendation-model/", "0042-recommendation-model"),
    (".specweave/increments/_archive/0007-gone/experiments", "0007-gone"),
    ("0042.../experiments", "0042-recommendation-model"),
  ])
  func `every way to say an increment finds it`(argument: String, id: String) throws {
    let project = try project()
    let folder = try project.folder("notebooks/deep")
    for start in [project.path, folder] {
      let found = try project.resolve(argument, from: start)
      #expect(found.id == id)
      #expect(found.rule == .argument)
      #expect(!found.created)
    }
    #expect(try project.resolve(environment: ["SPECWEAVE_INCREMENT_ID": argument]).id == id)
  }

  @Test func `an absolute path names its own project`() throws {
    let (here, there) = (try project(), try ProjectFixture())
    try there.increment("0005-elsewhere")
    let found = try here.resolve(there.path + "/.specweave/increments/0005-elsewhere/experiments")
    #expect(found.id == "0005-elsewhere")
    #expect(found.root.path == there.path)
  }

  @Test func `a path that is relative to a place inside works`() throws {
    let project = try project()
    let inside = try project.folder(".specweave/increments/0042-recommendation-model/experiments")
    #expect(try project.resolve("..", from: inside).id == "0042-recommendation-model")
    #expect(try project.resolve("../../0402-plain", from: inside).id == "0402-plain")
  }

  @Test(arguments: ["", " ", "a\nb", "0042\0"])
  func `an argument that cannot be a name is refused`(argument: String) throws {
    let project = try project()
    #expect(refusal { _ = try project.resolve(argument, create: true) }?.code == .invalidName)
  }

  @Test(arguments: ["/etc", "../..", "/", ".", "./experiments"])
  func `a path outside all increments is not found`(argument: String) throws {
    let project = try project()
    let error = refusal { _ = try project.resolve(argument, create: true) }
    #expect(error?.code == .incrementNotFound)
  }

  @Test func `an unknown increment is an error with the closest ones, and nothing is made`() throws
  {
    let project = try project()
    let before = project.tree()
    for argument in ["0042-recommendation-modle", "0042-recomendation-model"] {
      let error = refusal { _ = try project.resolve(argument, create: true) }
      #expect(error?.code == .incrementNotFound)
      #expect(error?.candidates.first == "0042-recommendation-model")
    }
    let letter = refusal { _ = try project.resolve("0042E", create: true) }
    #expect(letter?.candidates == ["0042-recommendation-model"])
    for argument in ["0099", "0099...", "0000-x", "0007-other", "0402-new", "99-x", "0099E-x"] {
      let error = refusal { _ = try project.resolve(argument, create: true) }
      #expect(error?.code == .incrementNotFound, "\(argument)")
    }
    #expect(project.tree() == before)
  }

  @Test func `two increments of one number are listed, not guessed`() throws {
    let project = try project()
    try project.increment("0032-increment-number-gap")
    try project.increment("0032-prevent-gaps")
    try project.increment("_archive/0032-archived")
    for argument in ["32", "0032", "0032..."] {
      let error = refusal { _ = try project.resolve(argument) }
      #expect(error?.code == .ambiguousIncrement)
      #expect(error?.candidates == ["0032-increment-number-gap", "0032-prevent-gaps"])
    }
    #expect(try project.resolve("0032-p").id == "0032-prevent-gaps")
    #expect(try project.resolve("0032-archived").lifecycle == "_archive")
  }

  @Test func `the plain folder wins over the archived one`() throws {
    let project = try project()
    try project.increment("_archive/0042-recommendation-model")
    #expect(try project.resolve("0042").lifecycle == nil)
    try project.increment("_paused/0007-gone")
    #expect(try project.resolve("0007").lifecycle == "_archive")
  }

  @Test(arguments: [".specweave", ".specweave/increments"])
  func `a store that is a link out of the project is refused`(link: String) throws {
    let (project, outside) = (try ProjectFixture(), try ProjectFixture())
    try outside.increment("0042-topic")
    if link == ".specweave" {
      project.link(link, to: outside.path + "/.specweave")
    } else {
      try project.folder(".specweave")
      project.link(link, to: outside.path + "/.specweave/increments")
    }
    for (argument, create) in [("0042", false), ("0042", true), ("0043-new", true)] {
      let error = refusal { _ = try project.resolve(argument, create: create) }
      #expect(error?.code == .storage)
      #expect(error?.message.contains("link out of the project") == true)
    }
    #expect(!outside.tree().contains { $0.contains("0043") })
  }

  @Test func `a folder that became a link meanwhile is not gone through`() throws {
    let (project, outside) = (try ProjectFixture(), try ProjectFixture())
    try project.increment("0042-topic")
    let found = try project.resolve("0042")
    #expect(rename(found.path, found.path + "-aside") == 0)
    project.link(".specweave/increments/0042-topic", to: outside.path)
    let error = refusal { _ = try ExperimentsFolder.open(found, create: true) }
    #expect(error?.code == .storage)
    #expect(!outside.tree().contains { $0.contains("experiments") })
  }

  @Test func `a link is followed inside the project only`() throws {
    let (project, outside) = (try project(), try ProjectFixture())
    try project.folder("storage/a")
    project.link(".specweave/increments/0050-inside", to: "../../storage/a")
    project.link(".specweave/increments/0051-outside", to: outside.path)
    project.link(".specweave/increments/0052-dangling", to: "nowhere")
    try project.file(".specweave/increments/0053-file")
    #expect(try project.resolve("0050").path == project.path + "/storage/a")
    let error = refusal { _ = try project.resolve("0051") }
    #expect(error?.code == .incrementNotFound)
    #expect(error?.message.contains("link") == true)
    for argument in ["0052", "0053"] {
      #expect(refusal { _ = try project.resolve(argument) }?.code == .incrementNotFound)
    }
  }
}

import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct RootProjectTests {
  private func find(
    _ project: ProjectFixture, _ folder: String, _ environment: [String: String] = [:]
  ) throws -> String? {
    let start = folder.isEmpty ? project.path : try project.folder(folder)
    let found = try ProjectRoot.find(from: start, environment: environment)
    return found.map { String($0.path.dropFirst(project.path.count)) }
  }

  @Test func `without a store there is no root, and looking makes none`() throws {
    let project = try ProjectFixture()
    #expect(try find(project, "src/deep") == nil)
    #expect(project.tree() == ["src", "src/deep"])
  }

  @Test func `the nearest folder with a configuration is the root`() throws {
    let project = try ProjectFixture()
    try project.file("app/.specweave/config.json", "{}")
    #expect(try find(project, "app/notebooks/x") == "/app")
  }

  @Test func `a clone without the configuration is found by its increments`() throws {
    let project = try ProjectFixture()
    try project.folder("app/.specweave/increments")
    #expect(try find(project, "app/src") == "/app")
  }

  @Test func `a stray store below a configured project is not the root`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    try project.folder("part/.specweave/increments")
    #expect(try find(project, "part/src") == "")
  }

  @Test(arguments: [
    #"{"umbrella": {"enabled": true}}"#, #"{"repository": {"umbrellaRepo": true}}"#,
    #"{"repository": {"umbrellaRepo": "https://example.org/u"}}"#,
  ])
  func `increments of a part belong to its umbrella`(configuration: String) throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", configuration)
    try project.file("part/.specweave/config.json", "{}")
    #expect(try find(project, "part/src") == "")
  }

  @Test(arguments: [
    "{}", #"{"umbrella": {"enabled": false}}"#, #"{"repository": {"umbrellaRepo": false}}"#, "{",
  ])
  func `a project around another is not an umbrella by itself`(configuration: String) throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", configuration)
    try project.file("part/.specweave/config.json", "{}")
    #expect(try find(project, "part/src") == "/part")
  }

  @Test func `a folder of repositories makes an umbrella, also without a configuration`() throws {
    let project = try ProjectFixture()
    try project.folder(".specweave/increments")
    try project.file("repositories/org/a/.specweave/config.json", "{}")
    #expect(try find(project, "repositories/org/a/src") == "")
  }

  @Test func `a store inside a store is passed over`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    try project.file(".specweave/increments/.specweave/config.json", "{}")
    try project.file(".specweave/increments/0042-a/.specweave/config.json", "{}")
    #expect(try find(project, ".specweave/increments/0042-a/experiments") == "")
    #expect(try find(project, ".specweave/increments") == "")
    #expect(try find(project, ".specweave/docs") == "")
  }

  @Test func `SPECWEAVE_ROOT decides, as the project or its store`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    try project.folder("other/.specweave")
    for value in ["other", project.path + "/other", "other/.specweave", "./other/"] {
      #expect(try find(project, "", ["SPECWEAVE_ROOT": value]) == "/other")
    }
    #expect(try find(project, "", ["SPECWEAVE_ROOT": ""]) == "")
    let error = refusal { _ = try find(project, "", ["SPECWEAVE_ROOT": "missing"]) }
    #expect(error?.code == .incrementNotFound)
    #expect(error?.message.contains("SPECWEAVE_ROOT") == true)
  }

  @Test func `SpecWeave's own folder in the home directory is not a project`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    #expect(try find(project, "work", ["HOME": project.path]) == nil)
  }
}

@Suite struct RootFallbackTests {
  private func fallback(
    _ project: ProjectFixture, _ folder: String, _ environment: [String: String] = [:]
  ) throws -> String {
    let start = folder.isEmpty ? project.path : try project.folder(folder)
    let root = try ProjectRoot.fallback(from: start, environment: environment)
    return String(root.path.dropFirst(project.path.count))
  }

  @Test func `a new store goes to the git top level`() throws {
    let project = try ProjectFixture()
    try project.folder("app/.git")
    #expect(try fallback(project, "app/src/deep") == "/app")
  }

  @Test func `a worktree's git file counts as well`() throws {
    let project = try ProjectFixture()
    try project.file("tree/.git", "gitdir: ../main/.git/worktrees/tree\n")
    #expect(try fallback(project, "tree/src") == "/tree")
  }

  @Test func `without git it goes to the working directory`() throws {
    let project = try ProjectFixture()
    #expect(try fallback(project, "src") == "/src")
  }

  @Test func `a store without increments is used, not doubled`() throws {
    let project = try ProjectFixture()
    try project.folder("app/.specweave/docs")
    try project.folder("app/part/.git")
    #expect(try fallback(project, "app/part/src") == "/app")
    #expect(try fallback(project, "app/.specweave/docs") == "/app")
  }

  @Test func `a home directory under git does not collect every folder's experiments`() throws {
    let project = try ProjectFixture()
    try project.folder(".git")
    #expect(try fallback(project, "work", ["HOME": project.path]) == "/work")
  }

  @Test func `no store is made in a home directory, the root or installed packages`() throws {
    let project = try ProjectFixture()
    let installed = try project.folder("lib/python3.12/site-packages/tool")
    let cases: [(String, [String: String])] = [
      (project.path, ["HOME": project.path]), ("/", [:]), (installed, [:]),
    ]
    for (start, environment) in cases {
      let error = refusal { _ = try ProjectRoot.fallback(from: start, environment: environment) }
      #expect(error?.code == .incrementNotFound)
      #expect(error?.message.contains("SPECWEAVE_ROOT") == true)
    }
  }
}

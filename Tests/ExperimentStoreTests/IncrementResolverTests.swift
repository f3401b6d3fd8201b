import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct IncrementResolverTests {
  private func project(_ increments: [(String, String?)]) throws -> ProjectFixture {
    let project = try ProjectFixture()
    try project.file(".specweave/config.json", "{}")
    for (name, status) in increments { try project.increment(name, status: status) }
    return project
  }

  @Test(arguments: ["active", "in-progress", "in_progress", "ready_for_review", "ready for review"])
  func `the one in progress is taken`(status: String) throws {
    let project = try project([("0001-a", "completed"), ("0002-b", status), ("0003-c", "planned")])
    let found = try project.resolve()
    #expect(found.id == "0002-b")
    #expect(found.rule == .inFlight)
  }

  @Test func `several in progress are listed, in order`() throws {
    let project = try project([("0003-c", "active"), ("0001-a", "active"), ("0002-b", "paused")])
    let error = refusal { _ = try project.resolve(create: true) }
    #expect(error?.code == .ambiguousIncrement)
    #expect(error?.candidates == ["0001-a", "0003-c"])
    #expect(error?.message.contains("SPECWEAVE_INCREMENT_ID") == true)
  }

  @Test(arguments: [
    (#"{"ids": ["0003-c"], "lastUpdated": "2026-03-19T22:55:13.072Z"}"#, true),
    (#"{"id": "0003-c"}"#, true), (#"{"ids": ["0001-a", "0003-c"]}"#, false),
    (#"{"ids": ["0002-b"]}"#, false), (#"{"ids": ["9999-gone"]}"#, false),
    (#"{"id": null}"#, false),
    ("{", false),
  ])
  func `SpecWeave's state is a hint among those in progress`(state: String, helps: Bool) throws {
    let project = try project([("0001-a", "active"), ("0002-b", "completed"), ("0003-c", "active")])
    try project.file(".specweave/state/active-increment.json", state)
    if helps {
      #expect(try project.resolve().id == "0003-c")
      #expect(try project.resolve().rule == .hint)
    } else {
      #expect(refusal { _ = try project.resolve() }?.code == .ambiguousIncrement)
    }
  }

  @Test func `none in progress is an error that lists what there is`() throws {
    let project = try project([("0001-a", "completed"), ("0002-b", "planned"), ("0003-c", nil)])
    let error = refusal { _ = try project.resolve(create: true) }
    #expect(error?.code == .incrementNotFound)
    #expect(error?.candidates == ["0001-a", "0002-b", "0003-c"])
  }

  @Test func `an increment in a lifecycle folder is never in progress`() throws {
    let project = try project([("_archive/0001-a", "active"), ("0002-b", "active")])
    #expect(try project.resolve().id == "0002-b")
  }

  @Test func `damaged metadata hides nothing else`() throws {
    let project = try project([("0001-a", nil), ("0002-b", "active")])
    try project.file(".specweave/increments/0001-a/metadata.json", #"{"status": "active""#)
    #expect(try project.resolve().id == "0002-b")
  }

  @Test func `the working directory inside an increment decides`() throws {
    let project = try project([
      ("0001-a", "active"), ("0002-b", "completed"), ("_archive/0003-c", nil),
    ])
    let inside = try project.folder(".specweave/increments/0002-b/experiments/x")
    #expect(try project.resolve(from: inside).id == "0002-b")
    #expect(try project.resolve(from: inside).rule == .workingDirectory)
    let archived = try project.resolve(
      from: project.path + "/.specweave/increments/_archive/0003-c")
    #expect(archived.lifecycle == "_archive")
    project.link("shortcut", to: ".specweave/increments/0002-b")
    #expect(try project.resolve(from: project.path + "/shortcut").id == "0002-b")
  }

  @Test func `an argument goes before the environment, that before the working directory`() throws {
    let project = try project([("0001-a", nil), ("0002-b", nil), ("0003-c", nil)])
    let inside = project.path + "/.specweave/increments/0003-c"
    let environment = ["SPECWEAVE_INCREMENT_ID": "0002"]
    #expect(try project.resolve("1", from: inside, environment: environment).id == "0001-a")
    #expect(try project.resolve(from: inside, environment: environment).id == "0002-b")
    #expect(try project.resolve(from: inside, environment: environment).rule == .environment)
    #expect(
      try project.resolve(from: inside, environment: ["SPECWEAVE_INCREMENT_ID": ""]).id == "0003-c")
    let wrong = ["SPECWEAVE_INCREMENT_ID": "0009"]
    let error = refusal { _ = try project.resolve(from: inside, environment: wrong) }
    #expect(error?.code == .incrementNotFound)
    #expect(error?.message.hasPrefix("SPECWEAVE_INCREMENT_ID: ") == true)
  }

  @Test(arguments: [
    ("inc/0002-agent", "0002-b"), ("inc/0002", "0002-b"), ("0002-b", "0002-b"),
    ("0002-anything", "0002-b"), ("inc/0002-b/part", "0002-b"), ("main", "0001-a"),
    ("inc/0009-x", "0001-a"), ("feature/0002-x", "0001-a"), ("2-x", "0001-a"), (nil, "0001-a"),
  ])
  func `the git branch decides if it names an increment`(branch: String?, id: String) throws {
    let project = try project([("0001-a", "active"), ("0002-b", "completed")])
    let folder = try project.folder("src")
    #expect(try project.resolve(from: folder, branch: branch).id == id)
    #expect(
      try project.resolve(from: folder, branch: branch).rule
        == (id == "0002-b" ? .branch : .inFlight))
  }

  @Test func `a branch that fits two increments is an error`() throws {
    let project = try project([("0002-a", "active"), ("0002-b", nil)])
    #expect(
      refusal { _ = try project.resolve(branch: "inc/0002-agent") }?.code == .ambiguousIncrement)
  }
}

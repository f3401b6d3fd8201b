import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ExperimentsFolderTests {
  private let home = ".specweave/increments/0042-topic/experiments/"

  private func listed(_ project: ProjectFixture) throws -> ExperimentListing {
    let increment = try project.resolve("0042-topic")
    return try #require(try ExperimentsFolder.open(increment, create: false)).list()
  }

  @Test func `reading an increment without experiments makes no folder`() throws {
    let project = try ProjectFixture()
    try project.increment("0042-topic")
    let before = project.tree()
    let increment = try project.resolve("0042")
    #expect(try ExperimentsFolder.open(increment, create: false) == nil)
    #expect(project.tree() == before)
    #expect(try ExperimentsFolder.open(increment, create: true) != nil)
  }

  @Test func `a file in the place of the folder is named`() throws {
    let project = try ProjectFixture()
    try project.file(".specweave/increments/0042-topic/experiments")
    let increment = try project.resolve("0042")
    for create in [false, true] {
      let error = refusal { _ = try ExperimentsFolder.open(increment, create: create) }
      #expect(error?.code == .storage)
      #expect(error?.message.contains("is a file") == true)
    }
  }

  @Test func `a link to another folder of the project is followed, one out of it is not`() throws {
    let (project, outside) = (try ProjectFixture(), try ProjectFixture())
    try project.file("disk/x/metadata.yaml")
    try project.increment("0042-topic")
    try project.increment("0043-other")
    project.link(".specweave/increments/0042-topic/experiments", to: "../../../disk")
    project.link(".specweave/increments/0043-other/experiments", to: outside.path)
    #expect(try listed(project).experiments.map(\.folder) == ["x"])
    let other = try project.resolve("0043")
    let error = refusal { _ = try ExperimentsFolder.open(other, create: true) }
    #expect(error?.code == .storage)
    #expect(error?.message.contains("link out of the project") == true)
  }

  @Test func `experiments are known by what lies in them`() throws {
    let project = try ProjectFixture()
    try project.file(home + "a/metadata.yaml")
    try project.file(home + "b/events.out.tfevents.1.host", "x")
    try project.file(home + "b/events.out.tfevents.0.host", "x")
    try project.file(home + "cut-off/events.out.tfevents.0.host")
    try project.file(home + "c/params.json")
    try project.file(home + "c/metrics.json")
    try project.file(home + "half/params.json")
    try project.folder(home + "empty")
    try project.file(home + "0/meta.yaml")
    try project.file(home + ".trash/1/metadata.yaml")
    try project.file(home + ".hidden/metadata.yaml")
    try project.file(home + "wandb/run-1/metadata.yaml")
    try project.file(home + "comparison.md")
    try project.folder(home + "odd/metadata.yaml")
    project.link(home + "link", to: "a")
    let listing = try listed(project)
    #expect(listing.experiments.map(\.folder) == ["a", "b", "c"])
    #expect(listing.problems.isEmpty)
    #expect(listing.experiments.map(\.hasMetadata) == [true, false, false])
    #expect(
      listing.experiments[1].eventFiles
        == ["events.out.tfevents.0.host", "events.out.tfevents.1.host"])
  }

  @Test func `children and archived experiments are listed, a store's own folders are not`() throws
  {
    let project = try ProjectFixture()
    for folder in ["grid", "grid/0001", "grid/0002", "grid/0002/fold-1", "_archive/old"] {
      try project.file(home + folder + "/metadata.yaml")
    }
    for folder in ["writers/rank-1", "edits", "environment", ".versions/x"] {
      try project.file(home + "grid/" + folder + "/metadata.yaml")
    }
    try project.file(home + "grid/writers/metadata.yaml")
    try project.file(home + "grid/plots/roc.png")
    let listing = try listed(project)
    #expect(
      listing.experiments.map(\.folder)
        == ["grid", "grid/0001", "grid/0002", "grid/0002/fold-1", "_archive/old"])
    #expect(listing.experiments.map(\.archived) == [false, false, false, false, true])
    let increment = try project.resolve("0042")
    let present = try ExperimentsFolder.open(increment, create: false)?.list(archived: false)
    #expect(present?.experiments.count == 4)
  }

  @Test func `an unreadable experiment is reported and hides no other`() throws {
    let project = try ProjectFixture()
    for folder in ["a", "b", "c"] { try project.file(home + folder + "/metadata.yaml") }
    let increment = try project.resolve("0042")
    let folder = try #require(try ExperimentsFolder.open(increment, create: false))
    try Faults.failing("open", EACCES, at: 3) {
      let listing = try folder.list()
      #expect(listing.experiments.map(\.folder) == ["a", "c"])
      #expect(listing.problems.count == 1)
      #expect(listing.problems.first?.message.contains("/b'") == true)
    }
  }
}

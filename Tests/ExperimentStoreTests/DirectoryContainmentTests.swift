import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct DirectoryContainmentTests {
  @Test(arguments: [
    "link", "link/a", "link/a/b", "link/\u{301}a", "inner/up", "inner/up/a", "../x",
    "inner/../../x",
  ])
  func `making folders never leaves the held one, whatever links lie on the way`(
    name: String
  ) throws {
    let (project, outside) = (try ProjectFixture(), try ProjectFixture())
    try project.folder("held/inner")
    project.link("held/link", to: outside.path)
    project.link("held/inner/up", to: "../..")
    let before = project.tree()
    let held = try Directory.open(project.path + "/held")
    #expect(refusal { _ = try held.makeFolder(name) }?.code == .storage)
    #expect(project.tree() == before)
    #expect(outside.tree() == [])
  }

  @Test func `folders are made with their parents, also if some are there`() throws {
    let project = try ProjectFixture()
    let held = try Directory.open(project.path)
    for _ in 0..<2 {
      let made = try held.makeFolder("a/b\u{301}/c")
      #expect(made.path == project.path + "/a/b\u{301}/c")
    }
    #expect(project.tree() == ["a", "a/b\u{301}", "a/b\u{301}/c"])
  }
}

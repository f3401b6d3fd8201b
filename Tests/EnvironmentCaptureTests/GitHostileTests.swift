import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

/// Repositories that try to have a program of theirs executed: a file called `canary` would appear.
@Suite struct GitHostileTests {
  private func hostile(_ prepare: (GitFixture, _ trap: String) throws -> Void) throws -> (
    GitFixture, Value, [UInt8]?
  ) {
    let fixture = try GitFixture()
    try fixture.folder.write(
      "trap", "#!/bin/sh\ntouch '\(fixture.folder.path)/canary'\ncat\n", executable: true)
    try prepare(fixture, fixture.folder.file("trap"))
    try fixture.write("train.py", "print(2)\n")
    let slow = fixture.slow()
    return (fixture, slow.git, slow.patch)
  }

  private func expectHarmless(_ result: (GitFixture, Value, [UInt8]?)) {
    let (fixture, git, patch) = result
    #expect(!fixture.folder.exists("canary"))
    #expect(git["dirty"]?.boolean == true)
    #expect(git["problem"] == nil)
    #expect(String(decoding: patch ?? [], as: UTF8.self).contains("+print(2)"))
  }

  @Test(arguments: [
    "core.fsmonitor", "core.pager", "pager.diff", "core.editor", "diff.external", "core.sshCommand",
    "credential.helper", "gpg.program", "core.askPass", "core.alternateRefsCommand",
  ])
  func `runs no program that a setting names`(setting: String) throws {
    expectHarmless(try hostile { fixture, trap in fixture.git("config", setting, trap) })
  }

  @Test(arguments: ["textconv", "command"])
  func `runs no driver of a diff`(key: String) throws {
    expectHarmless(
      try hostile { fixture, trap in
        try fixture.write(".git/info/attributes", "*.py diff=evil\n")
        fixture.git("config", "diff.evil." + key, trap)
      })
  }

  /// What a filter is needed for is said to be not compared, and not put into the patch as it is.
  private func expectNotCompared(_ result: (GitFixture, Value, [UInt8]?)) {
    let (fixture, git, patch) = result
    #expect(!fixture.folder.exists("canary"))
    #expect(git["dirty"] == nil)
    #expect(git["changed"] == nil)
    #expect(git["not_compared"] == .list(["train.py"]))
    #expect(git["problem"] == nil)
    #expect(patch == nil)
  }

  @Test(arguments: ["clean", "process", "smudge"], ["evil", "e.v=i"])
  func `runs no filter of the repository`(key: String, name: String) throws {
    expectNotCompared(
      try hostile { fixture, trap in
        try fixture.write(
          ".git/info/attributes", "*.py filter=\(name)\n")
        try fixture.write(
          ".git/config",
          """
          [core]
          \trepositoryformatversion = 0
          [filter "\(name)"]
          \t\(key) = \(trap)
          \trequired = true

          """)
      })
  }

  @Test func `runs no filter that an included file defines`() throws {
    expectNotCompared(
      try hostile { fixture, trap in
        try fixture.write(".git/info/attributes", "*.py filter=evil\n")
        try fixture.write(".git/more", "[filter \"evil\"]\n\tclean = \(trap)\n")
        fixture.git("config", "include.path", "more")
      })
  }

  @Test func `runs the filters of the repository of the program that is run`() throws {
    let fixture = try GitFixture()
    try fixture.write(".gitattributes", "*.txt filter=lower\n")
    fixture.git("config", "filter.lower.clean", "tr A-Z a-z")
    try fixture.write("a.txt", "hello\n")
    fixture.commit()
    try fixture.write("a.txt", "HELLO\n")
    let slow = { (program: String?) in
      Capture.slowGit(
        workingDirectory: fixture.path, program: program,
        environment: plainEnvironment(home: fixture.folder.path), timeout: 30)
    }
    #expect(slow(fixture.path + "/train.py").git["dirty"]?.boolean == false)
    #expect(slow(fixture.path + "/deep/missing.py").git["dirty"] == nil)
    #expect(slow(fixture.folder.path + "/other.py").git["dirty"] == nil)
    try fixture.write("train.py", "print(2)\n")
    let visited = slow(nil)
    #expect(visited.git["dirty"]?.boolean == true)
    #expect(visited.git["changed"] == .list(["M train.py"]))
    #expect(!String(decoding: visited.patch ?? [], as: UTF8.self).contains("HELLO"))
  }

  @Test func `runs the filters that the user installed`() throws {
    let fixture = try GitFixture()
    try fixture.folder.write(".gitconfig", "[filter \"lower\"]\n\tclean = tr A-Z a-z\n")
    try fixture.write(".gitattributes", "*.txt filter=lower\n")
    try fixture.write("a.txt", "hello\n")
    fixture.commit()
    try fixture.write("a.txt", "HELLO\n")
    #expect(fixture.slow().git["dirty"]?.boolean == false)
  }

  @Test func `runs nothing to fetch what a partial clone lacks`() throws {
    let (fixture, git, patch) = try hostile { fixture, trap in
      let blob = fixture.git("rev-parse", "HEAD:train.py")
      fixture.git("config", "core.repositoryformatversion", "1")
      fixture.git("config", "extensions.partialClone", "origin")
      fixture.git("config", "remote.origin.promisor", "true")
      fixture.git("config", "remote.origin.url", "ext::\(trap)")
      fixture.git("config", "protocol.ext.allow", "always")
      unlink(fixture.path + "/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    }
    #expect(!fixture.folder.exists("canary"))
    #expect(git["dirty"]?.boolean == true)
    #expect(git["patch"]?["problem"]?.text == "left out: git: failed with code 128")
    #expect(patch == nil)
  }

  @Test func `does not read another place that the repository calls its work tree`() throws {
    let (fixture, git, patch) = try hostile { fixture, _ in
      try fixture.folder.make("private")
      try fixture.folder.write("private/train.py", "a private file\n")
      fixture.git("config", "core.worktree", fixture.folder.file("private"))
    }
    #expect(git["dirty"]?.boolean == true)
    #expect(!String(decoding: patch ?? [], as: UTF8.self).contains("private"))
    #expect(!fixture.folder.exists("canary"))
  }

  @Test func `does not run a program of a submodule`() throws {
    let inner = try GitFixture()
    let (fixture, git, _) = try hostile { fixture, trap in
      fixture.git("submodule", "--quiet", "add", inner.path, "sub")
      fixture.commit()
      fixture.git("config", "core.fsmonitor", trap, at: fixture.path + "/sub")
      fixture.git("config", "filter.evil.clean", trap, at: fixture.path + "/sub")
      try fixture.write(".git/modules/sub/info/attributes", "* filter=evil\n")
      try fixture.write("sub/train.py", "print(3)\n")
    }
    #expect(!fixture.folder.exists("canary"))
    #expect(git["problem"] == nil)
  }

  @Test func `writes nothing into the repository, and so runs no hook for it`() throws {
    let fixture = try GitFixture()
    try fixture.folder.write(
      "project/.git/hooks/post-index-change", "#!/bin/sh\ntouch \(fixture.folder.path)/canary\n",
      executable: true)
    try fixture.write("other.py", "1\n")
    fixture.commit()
    unlink(fixture.folder.file("canary"))
    // The same content with another time, which makes git want to refresh its index.
    fixture.touch("train.py")
    try fixture.write("other.py", "2\n")
    let index = fixture.modified(".git/index")
    #expect(fixture.slow().git["changed"] == .list(["M other.py"]))
    #expect(fixture.modified(".git/index") == index)
    #expect(!fixture.folder.exists("canary"))
    fixture.git("status")
    #expect(fixture.modified(".git/index") != index)
    #expect(fixture.folder.exists("canary"))
  }
}

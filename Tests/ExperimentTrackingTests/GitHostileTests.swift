import Testing
import TrackingEntities

@testable import ExperimentTracking

/// Repositories that try to have a program of theirs executed: a file called `canary` would appear.
@Suite struct GitHostileTests {
  private func hostile(_ prepare: (GitFixture, _ trap: String) -> Void) -> (
    GitFixture, Value, [UInt8]?
  ) {
    let fixture = GitFixture()
    fixture.folder.write(
      "trap", "#!/bin/sh\ntouch '\(fixture.folder.path)/canary'\ncat\n", executable: true)
    prepare(fixture, fixture.folder.file("trap"))
    fixture.write("train.py", "print(2)\n")
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
  func `runs no program that a setting names`(setting: String) {
    expectHarmless(hostile { fixture, trap in fixture.git("config", setting, trap) })
  }

  @Test func `runs no hook`() {
    expectHarmless(
      hostile { fixture, trap in
        for hook in ["post-index-change", "fsmonitor-watchman", "pre-commit", "post-checkout"] {
          fixture.folder.write(
            "project/.git/hooks/" + hook, "#!/bin/sh\nexec \(trap)\n", executable: true)
        }
      })
  }

  @Test(arguments: ["textconv", "command"])
  func `runs no driver of a diff`(key: String) {
    expectHarmless(
      hostile { fixture, trap in
        fixture.write(".git/info/attributes", "*.py diff=evil\n")
        fixture.git("config", "diff.evil." + key, trap)
      })
  }

  @Test(arguments: ["clean", "process", "smudge"], ["evil", "e.v=i"])
  func `runs no filter of the repository`(key: String, name: String) {
    expectHarmless(
      hostile { fixture, trap in
        fixture.write(
          ".git/info/attributes", "*.py filter=\(name)\n")
        fixture.write(
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

  @Test func `runs no filter that an included file defines`() {
    expectHarmless(
      hostile { fixture, trap in
        fixture.write(".git/info/attributes", "*.py filter=evil\n")
        fixture.write(".git/more", "[filter \"evil\"]\n\tclean = \(trap)\n")
        fixture.git("config", "include.path", "more")
      })
  }

  @Test func `runs the filters that the user installed`() {
    let fixture = GitFixture()
    fixture.folder.write(".gitconfig", "[filter \"lower\"]\n\tclean = tr A-Z a-z\n")
    fixture.write(".gitattributes", "*.txt filter=lower\n")
    fixture.write("a.txt", "hello\n")
    fixture.commit()
    fixture.write("a.txt", "HELLO\n")
    #expect(fixture.slow().git["dirty"]?.boolean == false)
  }

  @Test func `runs nothing to fetch what a partial clone lacks`() {
    expectHarmless(
      hostile { fixture, trap in
        fixture.git("config", "core.repositoryformatversion", "1")
        fixture.git("config", "extensions.partialClone", "origin")
        fixture.git("config", "remote.origin.promisor", "true")
        fixture.git("config", "remote.origin.url", "ext::\(trap)")
        fixture.git("config", "protocol.ext.allow", "always")
      })
  }

  @Test func `does not read another place that the repository calls its work tree`() {
    let (fixture, git, patch) = hostile { fixture, _ in
      fixture.folder.make("private")
      fixture.folder.write("private/train.py", "a private file\n")
      fixture.git("config", "core.worktree", fixture.folder.file("private"))
    }
    #expect(git["dirty"]?.boolean == true)
    #expect(!String(decoding: patch ?? [], as: UTF8.self).contains("private"))
    #expect(!fixture.folder.exists("canary"))
  }

  @Test func `does not run a program of a submodule`() {
    let inner = GitFixture()
    let (fixture, git, _) = hostile { fixture, trap in
      fixture.git("submodule", "--quiet", "add", inner.path, "sub")
      fixture.commit()
      fixture.git("config", "core.fsmonitor", trap, at: fixture.path + "/sub")
      fixture.git("config", "filter.evil.clean", trap, at: fixture.path + "/sub")
      fixture.write(".git/modules/sub/info/attributes", "* filter=evil\n")
      fixture.write("sub/train.py", "print(3)\n")
    }
    #expect(!fixture.folder.exists("canary"))
    #expect(git["problem"] == nil)
  }

  @Test func `writes nothing into the repository`() {
    let fixture = GitFixture()
    fixture.write("train.py", "print(1)\n")
    let state = { fixture.folder.path }
    let list = { (path: String) in
      Subprocess.run(
        ["find", path, "-printf", "%p %s %T@\n"], directory: "/", environment: plainEnvironment(),
        timeout: 20, outputLimit: 1 << 24
      ).output
    }
    let before = list(state())
    _ = fixture.slow()
    #expect(list(state()) == before)
  }
}

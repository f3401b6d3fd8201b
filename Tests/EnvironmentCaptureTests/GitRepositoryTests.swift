import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct GitRepositoryTests {
  @Test func `reads commit, branch and names without git`() throws {
    let fixture = try GitFixture()
    try fixture.make("src")
    let facts = fixture.facts(at: fixture.path + "/src")
    #expect(facts["commit"]?.text == fixture.git("rev-parse", "HEAD"))
    #expect(facts["branch"]?.text == "main")
    #expect(facts["repository"]?.text == "project")
    #expect(facts["directory"]?.text == "src")
    #expect(facts["detached"] == nil)
    #expect(fixture.facts()["directory"]?.text == ".")
  }

  @Test func `stores no absolute path`() throws {
    let fixture = try GitFixture()
    fixture.git("remote", "add", "origin", fixture.folder.file("elsewhere.git"))
    #expect(!"\(fixture.facts())".contains(fixture.folder.path))
    #expect(fixture.facts()["remote"]?.text == "elsewhere.git")
  }

  @Test func `reads a branch with slashes from packed references`() throws {
    let fixture = try GitFixture()
    fixture.git("checkout", "-q", "-b", "inc/0042-x")
    fixture.git("pack-refs", "--all", "--prune")
    #expect(!fixture.folder.exists("project/.git/refs/heads/inc/0042-x"))
    #expect(fixture.facts()["branch"]?.text == "inc/0042-x")
    #expect(fixture.facts()["commit"]?.text == fixture.git("rev-parse", "HEAD"))
  }

  @Test func `says when no branch is checked out`() throws {
    let fixture = try GitFixture()
    fixture.git("checkout", "-q", "--detach")
    #expect(fixture.facts()["commit"]?.text == fixture.git("rev-parse", "HEAD"))
    #expect(fixture.facts()["detached"]?.boolean == true)
    #expect(fixture.facts()["branch"] == nil)
  }

  @Test func `says that there is no commit yet`() throws {
    let fixture = try GitFixture(commits: false)
    #expect(fixture.facts()["branch"]?.text == "main")
    #expect(fixture.facts()["commit"] == nil)
    #expect(fixture.facts()["problem"]?.text == "no commits")
    try fixture.write("train.py", "print(1)\n")
    fixture.git("add", "train.py")
    let slow = fixture.slow()
    #expect(slow.git["problem"]?.text == "no commits")
    // Everything is a change then.
    #expect(slow.git["changed"] == .list(["A train.py"]))
    #expect(String(decoding: slow.patch ?? [], as: UTF8.self).contains("+print(1)"))
  }

  @Test func `reads a linked work tree`() throws {
    let fixture = try GitFixture()
    let tree = fixture.folder.file("tree")
    fixture.git("worktree", "add", "-q", "-b", "side", tree)
    let facts = fixture.facts(at: tree)
    #expect(facts["branch"]?.text == "side")
    #expect(facts["commit"]?.text == fixture.git("rev-parse", "HEAD"))
    #expect(facts["repository"]?.text == "tree")
    try fixture.folder.write("tree/train.py", "print(2)\n")
    #expect(fixture.slow(at: tree).git["dirty"]?.boolean == true)
    #expect(fixture.slow().git["dirty"]?.boolean == false)
  }

  @Test func `reads a submodule`() throws {
    let inner = try GitFixture()
    let outer = try GitFixture()
    outer.git("submodule", "--quiet", "add", inner.path, "sub")
    let place = outer.path + "/sub"
    let facts = outer.facts(at: place)
    #expect(facts["commit"]?.text == inner.git("rev-parse", "HEAD"))
    #expect(facts["repository"]?.text == "sub")
    try outer.write("sub/train.py", "print(2)\n")
    #expect(outer.slow(at: place).git["dirty"]?.boolean == true)
  }

  @Test func `reads a bare repository`() throws {
    let fixture = try GitFixture()
    let bare = fixture.folder.file("bare.git")
    fixture.git("clone", "-q", "--bare", ".", bare)
    #expect(fixture.facts(at: bare)["bare"]?.boolean == true)
    #expect(fixture.facts(at: bare)["commit"]?.text == fixture.git("rev-parse", "HEAD"))
    #expect(fixture.slow(at: bare).git["problem"]?.text == "bare repository")
  }

  @Test func `reads a shallow clone`() throws {
    let fixture = try GitFixture()
    try fixture.write("train.py", "print(2)\n")
    fixture.commit()
    let clone = fixture.folder.file("clone")
    fixture.git("clone", "-q", "--depth", "1", "file://" + fixture.path, clone)
    #expect(fixture.facts(at: clone)["shallow"]?.boolean == true)
    #expect(fixture.facts(at: clone)["commit"]?.text == fixture.git("rev-parse", "HEAD"))
    #expect(fixture.facts(at: clone)["remote"]?.text == "project")
  }

  @Test func `finds nothing where there is no repository`() throws {
    let folder = try TemporaryFolder()
    #expect(GitRepository.find(from: folder.path) == nil)
    #expect(GitRepository.find(from: folder.file("missing")) == nil)
    #expect(GitRepository.find(from: "a\0b") == nil)
    try folder.make(".git")
    #expect(GitRepository.find(from: folder.path) == nil)
    let slow = Capture.slowGit(workingDirectory: folder.path, environment: plainEnvironment())
    #expect(slow.git["problem"]?.text == "not a repository")
  }

  @Test(arguments: [
    "ref: refs/heads/../../../../etc/passwd\n", "ref: ../../secret\n", "ref:\n", "", "0123\n",
    "ref: refs/heads/" + String(repeating: "a", count: 9000), "\u{FFFD}",
  ])
  func `gives no commit for a damaged HEAD`(head: String) throws {
    let fixture = try GitFixture()
    try fixture.write(".git/HEAD", head)
    #expect(fixture.facts()["commit"] == nil)
  }

  @Test func `ends for references that point to each other`() throws {
    let fixture = try GitFixture()
    try fixture.write(".git/refs/heads/main", "ref: refs/heads/main\n")
    #expect(fixture.facts()["commit"] == nil)
  }

  @Test func `asks git where the references are not files`() throws {
    let fixture = try GitFixture()
    try fixture.write(".git/HEAD", "ref: refs/heads/.invalid\n")
    let commit = String(repeating: "ab", count: 20)
    try fixture.folder.make("bin")
    try fixture.folder.write(
      "bin/git",
      "#!/bin/sh\ncase \"$*\" in *rev-parse*) echo \(commit); echo topic;; esac\n", executable: true
    )
    #expect(fixture.facts()["commit"] == nil)
    let slow = fixture.slow(environment: ["PATH": fixture.folder.file("bin") + ":/usr/bin:/bin"])
    #expect(slow.git["commit"]?.text == commit)
    #expect(slow.git["branch"]?.text == "topic")
  }

  @Test func `costs little`() throws {
    let fixture = try GitFixture()
    let manyCalls = Faults.failing(EIO, at: 100) { _ = fixture.facts() }
    #expect(!manyCalls)
  }
}

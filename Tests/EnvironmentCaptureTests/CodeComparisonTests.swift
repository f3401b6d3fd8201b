import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct CodeComparisonTests {
  private func compare(
    _ fixture: GitFixture, _ old: RecordedCode, _ new: RecordedCode, paths: [String] = [],
    withPatch: Bool = true
  ) -> CodeComparison {
    CodeComparison(
      from: old, to: new, repositories: [fixture.path], paths: paths, withPatch: withPatch,
      environment: plainEnvironment(home: fixture.folder.path))
  }

  private func code(
    _ commit: String?, patch: [UInt8] = [], files: [(path: String, bytes: [UInt8])] = []
  ) -> RecordedCode {
    RecordedCode(commit: commit, isInRepository: true, patch: patch, files: files)
  }

  @Test func `commits are compared with their changes and files`() throws {
    let fixture = try GitFixture()
    let first = fixture.git("rev-parse", "HEAD")
    try fixture.write("train.py", "print(2)\n")
    let patch = try #require(fixture.slow().patch)
    let files = [(path: "new dir/ü.py", bytes: Array("x\n".utf8))]
    let found = compare(fixture, code(first), code(first, patch: patch, files: files))
    #expect(found.comparesCommits && found.problem == nil)
    #expect(found.files.map(\.path) == ["new dir/ü.py", "train.py"])
    #expect(found.files.map(\.letter) == ["A", "M"])
    #expect(found.files.map(\.added) == [1, 1] && found.files.map(\.removed) == [0, 1])
    let text = String(decoding: found.patch ?? [], as: UTF8.self)
    #expect(text.contains("-print(1)\n+print(2)\n"))
    let listed = compare(
      fixture, code(first), code(first, patch: patch), paths: ["train.py"], withPatch: false)
    #expect(listed.files.map(\.path) == ["train.py"] && listed.patch == nil)
  }

  @Test func `a kept file takes the place of a change that does not fit`() throws {
    let fixture = try GitFixture()
    let first = fixture.git("rev-parse", "HEAD")
    try fixture.write("train.py", "print(2)\n")
    let patch = Array(
      String(decoding: fixture.slow().patch ?? [], as: UTF8.self)
        .replacing("-print(1)", with: "-print([REDACTED])").utf8)
    let kept = [(path: "train.py", bytes: Array("print(2)\n".utf8))]
    let found = compare(fixture, code(first), code(first, patch: patch, files: kept))
    #expect(found.after.notApplied.isEmpty)
    #expect(String(decoding: found.patch ?? [], as: UTF8.self).contains("+print(2)"))
    let without = compare(fixture, code(first), code(first, patch: patch))
    #expect(without.after.notApplied == ["train.py"] && without.files.isEmpty)
  }

  @Test func `what is no commit is missing`() throws {
    let fixture = try GitFixture()
    let first = fixture.git("rev-parse", "HEAD")
    for other in ["--help", "HEAD", "", String(repeating: "0", count: 40), "a\u{0}b"] {
      let found = compare(fixture, code(first), code(other, patch: Array("x\n".utf8)))
      #expect(!found.comparesCommits && found.after.isWithoutCommit, "\(other)")
      #expect(found.files.map(\.path) == ["environment/uncommitted.patch"], "\(other)")
    }
  }

  @Test func `a hostile patch or path leaves the folder nowhere`() throws {
    let fixture = try GitFixture()
    let first = fixture.git("rev-parse", "HEAD")
    let patch = """
      diff --git a/../../evil b/../../evil
      new file mode 100644
      --- /dev/null
      +++ b/../../evil
      @@ -0,0 +1 @@
      +x

      """
    let files = [
      (path: ".git/config", bytes: Array("x".utf8)), (path: "../up", bytes: Array("x".utf8)),
      (path: "good.py", bytes: Array("x\n".utf8)),
    ]
    let found = compare(fixture, code(first), code(first, patch: Array(patch.utf8), files: files))
    #expect(found.after.notApplied == ["../../evil", "../up", ".git/config"])
    #expect(found.files.map(\.path) == ["good.py"])
  }

  @Test func `a repository of SHA-256 names is read`() throws {
    let fixture = try GitFixture(commits: false)
    fixture.git("init", "-q", "-b", "main", "--object-format=sha256", "other")
    try fixture.write("other/a.py", "a\n")
    fixture.git("add", "-A", at: fixture.path + "/other")
    fixture.git("commit", "-q", "-m", "x", at: fixture.path + "/other")
    let commit = fixture.git("rev-parse", "HEAD", at: fixture.path + "/other")
    #expect(commit.utf8.count == 64)
    let found = CodeComparison(
      from: code(commit), to: code(commit, files: [(path: "b.py", bytes: Array("b\n".utf8))]),
      repositories: [fixture.path + "/other"], paths: [], withPatch: true,
      environment: plainEnvironment(home: fixture.folder.path))
    #expect(found.comparesCommits && found.files.map(\.path) == ["b.py"])
  }
}

import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct GitWorkTreeTests {
  @Test func `says that a clean work tree is clean`() throws {
    let fixture = try GitFixture()
    let slow = fixture.slow()
    #expect(slow.git["dirty"]?.boolean == false)
    #expect(slow.git["problem"] == nil)
    #expect(slow.git["untracked"] == nil)
    #expect(slow.patch == nil)
  }

  @Test func `lists changes and gives a patch that can be applied`() throws {
    let fixture = try GitFixture()
    try fixture.write("data.bin", "\0\u{1}\0")
    fixture.commit()
    try fixture.write("train.py", "print(2)\n")
    try fixture.write("data.bin", "\0\u{2}\0 and more")
    try fixture.write("new.py", "x = 1\n")
    let slow = fixture.slow(at: fixture.path)
    #expect(slow.git["dirty"]?.boolean == true)
    #expect(slow.git["changed_files"]?.integer == 2)
    #expect(slow.git["changed"] == .list(["M data.bin", "M train.py"]))
    #expect(slow.git["untracked"] == .list(["new.py"]))
    #expect(slow.git["patch"]?["redactions"]?.integer == 0)
    let patch = String(decoding: slow.patch ?? [], as: UTF8.self)
    try fixture.folder.write("the.patch", patch)
    let before = fixture.git("diff", "HEAD", "--binary")
    fixture.git("checkout", "-q", ".")
    fixture.git("apply", "../the.patch")
    #expect(fixture.git("diff", "HEAD", "--binary") == before)
  }

  @Test func `counts what is staged`() throws {
    let fixture = try GitFixture()
    try fixture.write("new.py", "x = 1\n")
    fixture.git("add", "new.py")
    #expect(fixture.slow().git["changed"] == .list(["A new.py"]))
  }

  @Test func `does not count a file that was only touched`() throws {
    let fixture = try GitFixture()
    fixture.touch("train.py")
    #expect(fixture.slow().git["dirty"]?.boolean == false)
    try fixture.write("new.py", "x = 1\n")
    fixture.git("add", "new.py")
    let slow = fixture.slow()
    #expect(slow.git["changed"] == .list(["A new.py"]))
    #expect(!String(decoding: slow.patch ?? [], as: UTF8.self).contains("train.py"))
  }

  @Test func `lists names as they are`() throws {
    let fixture = try GitFixture()
    for name in ["模型 a.py", "line\nbreak", "\"q\""] {
      try fixture.write(name, "1")
      fixture.git("add", "-N", name)
    }
    #expect(
      fixture.slow().git["changed"]
        == .list(["A \"q\"", "A line\nbreak", "A 模型 a.py"]))
  }

  @Test func `looks at the whole work tree from a folder within`() throws {
    let fixture = try GitFixture()
    try fixture.make("src")
    try fixture.write("train.py", "print(2)\n")
    #expect(fixture.slow(at: fixture.path + "/src").git["changed"] == .list(["M train.py"]))
  }

  @Test func `does not count experiments, wherever their folder lies`() throws {
    let fixture = try GitFixture()
    try fixture.make(".specweave")
    try fixture.make("services")
    try fixture.make("services/.specweave")
    for name in [".specweave/a", "services/.specweave/b"] { try fixture.write(name, "1") }
    fixture.commit()
    for name in [".specweave/a", "services/.specweave/b", ".specweave/c"] {
      try fixture.write(name, "2")
    }
    let slow = fixture.slow()
    #expect(slow.git["dirty"]?.boolean == false)
    #expect(slow.git["untracked"] == nil)
  }

  @Test func `takes secrets out of the patch and says how many`() throws {
    let fixture = try GitFixture()
    try fixture.write("train.py", "API_KEY = \"canary-1\"\nurl = 'https://u:canary-2@host/x'\n")
    let slow = fixture.slow()
    let patch = String(decoding: slow.patch ?? [], as: UTF8.self)
    #expect(!patch.contains("canary"))
    #expect(patch.contains("+API_KEY = \"[REDACTED]\""))
    #expect(slow.git["patch"]?["redactions"]?.integer == 2)
  }

  @Test func `leaves a long patch out as a whole and says why`() throws {
    let fixture = try GitFixture()
    try fixture.write("train.py", String(repeating: "x = 1\n", count: 1000))
    let slow = fixture.slow(patchLimit: 1000)
    #expect(slow.patch == nil)
    #expect(slow.git["dirty"]?.boolean == true)
    #expect(slow.git["patch"]?["problem"]?.text == "left out: more than 1000 bytes")
  }

  @Test func `leaves the large files of a long patch out and names them`() throws {
    let fixture = try GitFixture()
    try fixture.write("big.csv", "1\n")
    try fixture.write("old.csv", String(repeating: "x,y\n", count: 1000))
    fixture.commit()
    try fixture.write("big.csv", String(repeating: "1,2\n", count: 1000))
    unlink(fixture.path + "/old.csv")
    try fixture.write("train.py", "print(2)\n")
    let slow = fixture.slow(patchLimit: 1000)
    let patch = String(decoding: slow.patch ?? [], as: UTF8.self)
    #expect(patch.contains("+print(2)"))
    #expect(!patch.contains(".csv"))
    #expect(slow.git["patch"]?["left_out"] == .list(["big.csv", "old.csv"]))
    #expect(
      slow.git["patch"]?["problem"]?.text == "2 of 3 files left out: more than 1000 bytes")
  }

  @Test func `leaves encoded binary files of a patch alone`() throws {
    let binary = "\nGIT binary patch\nliteral 3\nKcmZQzVqgG3-sk-proj-abcdefghij0123456789\n\n"
    let patch = "+token=abcd1234" + binary + "diff --git a/x b/x\n+token=abcd1234\n"
    let clean = GitPatch.redact(Array(patch.utf8))
    #expect(clean.redactions == 2)
    #expect(
      String(decoding: clean.bytes, as: UTF8.self) == "+token=[REDACTED]" + binary
        + "diff --git a/x b/x\n+token=[REDACTED]\n")
  }

  @Test func `returns within the limit when git hangs`() throws {
    let fixture = try GitFixture()
    try fixture.folder.make("bin")
    try fixture.folder.write("bin/git", "#!/bin/sh\nsleep 1000\n", executable: true)
    let start = Clock.steady()
    let slow = fixture.slow(
      environment: ["PATH": fixture.folder.file("bin") + ":/usr/bin:/bin"], timeout: 0.5)
    #expect(Clock.steady() - start < 500)
    #expect(slow.git == .map([Value.Entry("problem", "timed out")]))
  }

  @Test func `says that git is missing`() throws {
    let fixture = try GitFixture()
    let slow = fixture.slow(environment: ["PATH": fixture.folder.path])
    #expect(slow.git["problem"]?.text == "git: not found")
    #expect(fixture.facts()["commit"] != nil)
  }

  @Test(arguments: [
    ("fatal: detected dubious ownership in repository at '/home/x'", "dubious ownership"),
    ("fatal: not a git repository (or any of the parent directories): .git", "not a repository"),
    ("fatal: bad revision 'HEAD'", "no commits"),
    ("fatal: index file corrupt at /home/x", "git: failed with code 128"),
  ])
  func `names the reason that git gives, without paths`(said: String, problem: String) throws {
    let fixture = try GitFixture()
    try fixture.folder.make("bin")
    try fixture.folder.write(
      "bin/git", "#!/bin/sh\ncat >&2 <<'END'\n\(said)\nEND\nexit 128\n", executable: true)
    let slow = fixture.slow(environment: ["PATH": fixture.folder.file("bin") + ":/usr/bin:/bin"])
    #expect(slow.git["problem"]?.text == problem)
  }

  @Test func `counts twenty thousand changed files or says that they took too long`() throws {
    let fixture = try GitFixture()
    let script =
      "for i in $(seq 20000); do echo $i > f$i; done; git add -A; git commit -qm x; for i in $(seq 20000); do echo x >> f$i; done"
    var environment = plainEnvironment(home: fixture.folder.path)
    for name in ["AUTHOR", "COMMITTER"] {
      environment["GIT_\(name)_NAME"] = "a"
      environment["GIT_\(name)_EMAIL"] = "a@b"
    }
    _ = Subprocess.run(
      ["/bin/sh", "-c", script], directory: fixture.path, environment: environment, timeout: 120,
      outputLimit: 1 << 20)
    let slow = fixture.slow(timeout: 1.5)
    #expect(
      slow.git["changed_files"]?.integer == 20_000 || slow.git["problem"]?.text == "timed out")
  }

  @Test func `takes the host's word for its own repository, not GIT_DIR's`() throws {
    let fixture = try GitFixture()
    var environment = plainEnvironment(home: fixture.folder.path)
    environment["GIT_DIR"] = "/nonexistent"
    environment["GIT_INDEX_FILE"] = "/nonexistent"
    environment["GIT_EXTERNAL_DIFF"] = "false"
    #expect(fixture.slow(environment: environment).git["dirty"]?.boolean == false)
  }
}

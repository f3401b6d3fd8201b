import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct OutputTests {
  @Test(arguments: [
    ("one\ntwo\n", "one\ntwo\n"),
    ("10%\r50%\r100%\ndone\n", "100%\ndone\n"),
    ("windows\r\nlines\r\n", "windows\nlines\n"),
    ("bar 10%\rbar\rwritten\n", "written\n"),
    ("bar\r      \rafter\n", "after\n"),
    ("bar\r      \r\n", "\n"),
    ("spin |\u{8}/\u{8}-\u{8}\\\n", "spin \\\n"),
    ("é\u{8}e\n", "e\n"),
    ("\u{1B}[31mred\u{1B}[0m plain\n", "red plain\n"),
    ("\u{1B}]0;title\u{7}text\n", "text\n"),
    ("\ttab \u{0}\u{7}bell\n", "\ttab bell\n"),
    // Two bars of tqdm, one below the other.
    ("outer 0\n\rinner 1\u{1B}[A\r\n\rinner 2\u{1B}[A\router 1\n\n", "outer 1\ninner 2\n"),
    // A table that rich draws anew.
    ("a 1\nb 1\n\u{1B}[2A\u{1B}[2Ka 2\n\u{1B}[2Kb 2\n", "a 2\nb 2\n"),
    ("no end", "no end"),
    ("password=hunter2secret99\n", "password=[REDACTED]\n"),
  ])
  func `output is kept as a terminal shows it in the end`(said: String, kept: String) throws {
    let lab = try Laboratory()
    let whole = try lab.start("whole")
    #expect(isStored(whole.logOutput(said)))
    #expect(lab.text("whole", "output.log") == kept)
    let bytes = try lab.start("bytes")
    for byte in Array(said.utf8) {
      withUnsafeBytes(of: byte) { _ = bytes.logOutput($0) }
    }
    #expect(lab.text("bytes", "output.log") == kept)
  }

  /// A key comes line by line, also with the name of a process before each, or something in
  /// between.
  @Test(arguments: ["", "[rank0]: "])
  func `no line of a private key is in the output`(prefix: String) throws {
    let lab = try Laboratory()
    let whole = try lab.start("whole")
    let lines = (0..<30).map { randomText(64, "ABCDEFGHabcdefgh0123456789+/", $0 + 1) }
    var said = [prefix + "-----BEGIN OPENSSH " + "PRIVATE KEY-----"]
    for (place, line) in lines.enumerated() {
      said.append(prefix + line)
      if place == 20 { said.append("epoch 3: loss 0.5") }
    }
    said += [prefix + "-----END OPENSSH " + "PRIVATE KEY-----"]
    said += [
      "sha256 " + String(repeating: "ab12", count: 16), "password: >-", "  " + lines[0], "x: 1",
    ]
    for line in said { _ = whole.logOutput(line + "\n") }
    let text = try #require(lab.text("whole", "output.log"))
    for line in lines { #expect(!text.contains(line)) }
    #expect(text.contains("epoch 3: loss 0.5"))
    #expect(text.contains("sha256 ab12ab12"))
    #expect(text.hasSuffix("password: >-\n  [REDACTED]\nx: 1\n"))
  }

  @Test func `every call is in the file when it returns, and a bar does not make it grow`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    experiment.logOutput("begin\n")
    for step in 0..<1000 { experiment.logOutput("\rstep \(step) of 1000") }
    #expect(lab.text("x", "output.log") == "begin\nstep 999 of 1000")
    experiment.logOutput("\rx")
    #expect(lab.text("x", "output.log") == "begin\nx")
  }

  @Test func `of very long output the beginning and the end are kept, and the rest is counted`()
    throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let count = 70_000
    for start in stride(from: 0, to: count, by: 100) {
      var text = ""
      for line in start..<(start + 100) {
        text += "line \(line) " + String(repeating: "x", count: 60) + "\n"
      }
      experiment.logOutput(text)
    }
    let text = try #require(lab.text("x", "output.log"))
    #expect(text.utf8.count < 5_000_000)
    #expect(text.utf8.count > 2_900_000)
    let lines = text.split(separator: "\n")
    #expect(lines.first?.hasPrefix("line 0 ") == true)
    #expect(lines.last?.hasPrefix("line \(count - 1) ") == true)
    let mark = lines.first { $0.hasPrefix("…") }.map { $0.split(separator: " ") }
    let leftOut = try #require(mark.flatMap { Int($0[1]) })
    let said = (0..<count).reduce(0) { $0 + 67 + String($1).utf8.count }
    let noise = "\n… \(leftOut) bytes of output are left out here …\n\n".utf8.count
    #expect(text.utf8.count - noise + leftOut == said)
  }

  @Test func `a line without an end is cut and says so`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    experiment.logOutput(String(repeating: "y", count: (1 << 16) + 10) + "\nnext\n")
    let text = try #require(lab.text("x", "output.log"))
    #expect(text.hasSuffix("y … 10 more bytes\nnext\n"))
  }

  @Test func `what a full disk does not take comes when there is room`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    experiment.logOutput("a\n")
    Faults.failing("write", ENOSPC) {
      #expect(!isStored(experiment.logOutput("b\n")))
      for _ in 0..<100 {
        _ = experiment.logOutput(String(repeating: "z", count: 99_999) + "\n")
      }
    }
    #expect(lab.text("x", "output.log") == "a\n")
    #expect(isStored(experiment.logOutput("c\n")))
    let text = try #require(lab.text("x", "output.log"))
    #expect(text.hasPrefix("a\n"))
    #expect(text.hasSuffix("z … 34463 more bytes\nc\n"))
    #expect(text.contains("are left out here"))
  }

  @Test func `a resumed experiment continues below what was said before`() throws {
    let lab = try Laboratory()
    do {
      let first = try lab.start("x")
      first.logOutput("before\n")
      try first.end(nil, failure: nil, closed: "finish")
    }
    let second = try lab.start("x", .resume)
    second.logOutput("after\n")
    let text = try #require(lab.text("x", "output.log"))
    #expect(text.hasPrefix("before\n\n--- continued "))
    #expect(text.hasSuffix(" ---\nafter\n"))
  }

  @Test func `another writer has a file of its own, and no artifact takes the name`() throws {
    let lab = try Laboratory()
    let owner = try lab.start("x")
    let loaded = try lab.load("x")
    owner.logOutput("owner\n")
    loaded.logOutput("other\n")
    #expect(lab.text("x", "output.log") == "owner\n")
    #expect(lab.text("x", "output-\(getpid()).log") == "other\n")
    for name in ["output.log", "output-rank-1.log"] {
      #expect(refusal { try owner.save(name, "x") }?.code == .invalidName)
    }
    try owner.save("output.txt", "x")
  }

  private func isStored(_ acknowledgement: Acknowledgement) -> Bool {
    if case .stored = acknowledgement { true } else { false }
  }
}

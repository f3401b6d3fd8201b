import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct MarkedBlockTests {
  private static let begin = "<!-- specweave-ml:begin increment=0042-x -->"
  private static let end = "<!-- specweave-ml:end increment=0042-x -->"
  private static let other =
    "<!-- specweave-ml:begin increment=0041-y -->\nold\n"
    + "<!-- specweave-ml:end increment=0041-y -->"

  private func replaced(
    _ text: String, _ body: String = "new", _ increment: String = "0042-x"
  ) throws -> String {
    let bytes = try MarkedBlocks(Array(text.utf8), file: "f.md")
      .replacing(increment, with: body, head: "# Head\n\n")
    return String(decoding: bytes, as: UTF8.self)
  }

  private func problem(_ text: String) -> String? {
    do throws(TrackingError) {
      _ = try MarkedBlocks(Array(text.utf8), file: "f.md")
      return nil
    } catch {
      return error.code == .format ? error.message : "another error"
    }
  }

  private var block: String { "\(Self.begin)\nnew\n\(Self.end)" }

  @Test func `a new file gets a head and the block`() throws {
    #expect(try replaced("") == "# Head\n\n\(block)\n")
    #expect(try replaced("\u{FEFF}") == "\u{FEFF}# Head\n\n\(block)\n")
  }

  @Test func `a block is added at the end, after an empty line`() throws {
    #expect(try replaced("a\n") == "a\n\n\(block)\n")
    #expect(try replaced("a") == "a\n\n\(block)\n")
    #expect(try replaced("\n") == "\n\n\(block)\n")
  }

  @Test func `a further block follows the last one, not the text after it`() throws {
    #expect(
      try replaced("a\n\(Self.other)\nfooter\n") == "a\n\(Self.other)\n\n\(block)\nfooter\n")
    #expect(try replaced(Self.other) == "\(Self.other)\n\n\(block)")
  }

  @Test func `only what is between its markers is replaced`() throws {
    let text = "a\n\(Self.begin)\nold\n## old\n\(Self.end)\nb\n\(Self.other)\nc"
    #expect(try replaced(text) == "a\n\(block)\nb\n\(Self.other)\nc")
  }

  @Test func `line ends and the byte order mark stay`() throws {
    let text = "\u{FEFF}a\r\n\(Self.begin)\r\nold\r\n\(Self.end)\r\nb\r\n"
    let block = "\(Self.begin)\r\none\r\ntwo\r\n\(Self.end)"
    #expect(try replaced(text, "one\ntwo") == "\u{FEFF}a\r\n\(block)\r\nb\r\n")
    #expect(try replaced("a\r\n", "one\ntwo") == "a\r\n\r\n\(block)\r\n")
    let first = "\u{FEFF}\(Self.begin)\nold\n\(Self.end)"
    #expect(try replaced(first) == "\u{FEFF}\(self.block)")
  }

  @Test func `a second run changes not one byte`() throws {
    for text in ["", "\u{FEFF}", "a", "a\r\nb", "\n", "\r\n", "a\n\(Self.other)\nz", "\r", "a\rb"] {
      let once = try replaced(text, "one\n\ntwo")
      #expect(try replaced(once, "one\n\ntwo") == once)
    }
  }

  @Test func `damaged markers are told with file and line`() {
    let (begin, end) = (Self.begin, Self.end)
    #expect(
      problem("a\n\(begin)\nb\n") == "f.md:2: a block begins here and ends nowhere; put '\(end)' "
        + "after its last line, or remove this line. Nothing was changed")
    #expect(
      problem("a\nb\n\(end)") == "f.md:3: a block ends here and begins nowhere; put '\(begin)' "
        + "before its first line, or remove this line. Nothing was changed")
    let cases: [(String, String)] = [
      ("\(begin)\n\(begin)\n\(end)\n", "f.md:2: a block begins here inside"),
      ("\(begin)\n\(Self.other)\n\(end)\n", "f.md:2: a block begins here inside"),
      ("\(begin)\n\(end)\n\(begin)\n\(end)\n", "f.md:3: this is the second block"),
      (
        "\(begin)\n<!-- specweave-ml:end increment=0041-y -->\n",
        "f.md:2: the block that began in line 1 is that of another increment"
      ),
      ("  \(begin)\n\(end)\n", "f.md:1: a marker has blanks before it"),
      ("\(begin) x\n\(end)\n", "f.md:1: this is not how a marker is written"),
      ("<!--specweave-ml:begin increment=a-->\n", "f.md:1: this is not how a marker is written"),
      ("<!-- specweave-ml:begin -->\n", "f.md:1: this is not how a marker is written"),
      ("<!-- specweave-ml:end increment= -->\n", "f.md:1: this is not how a marker is written"),
      ("<!-- specweave-ml:begin increment=a b -->\n", "f.md:1: this is not how a marker"),
      ("<!-- specweave-ml:begin increment=-->\n", "f.md:1: this is not how a marker"),
      ("a\u{0}b", "f.md: it is not UTF-8 text"),
    ]
    for (text, start) in cases {
      #expect(problem(text)?.hasPrefix(start) == true, "\(text) \(problem(text) ?? "none")")
    }
    #expect(
      throws: TrackingError.self, performing: { try MarkedBlocks([0xFF, 0xFE, 0x61], file: "f") })
  }

  @Test func `words about markers are none`() throws {
    for text in [
      "see `\(Self.begin)`", "<!-- specweave-ml: comparison sha=1 -->", "<!-- a comment -->",
      "specweave-ml:begin", "<!-- SW:SECTION:a -->",
    ] {
      #expect(problem(text) == nil, "\(text)")
      #expect(try replaced(text).hasPrefix(text))
    }
    #expect(problem("\(Self.begin) \t\nx\n\(Self.end)  \n") == nil)
  }

  @Test func `no name of an increment breaks its markers`() throws {
    for name in ["0042-a b", "0042--->", "0042-é", "0042-a\nb", "0042-%20", "0042-*[x](y)"] {
      let once = try replaced("text\n", "body", name)
      #expect(once.split(separator: "\n").count == 4)
      #expect(try replaced(once, "body", name) == once)
      #expect(try MarkedBlocks(Array(once.utf8), file: "f.md").contains(name))
    }
  }

  @Test func `whatever stands around blocks stays, byte for byte`() throws {
    var random = SystemRandomNumberGenerator()
    let pieces: [[UInt8]] = [
      Array("\n".utf8), Array("\r\n".utf8), [0x0D], [0xFF, 0x80], Array("# a\n".utf8),
      Array("<!-- \n".utf8), Array("-->\n".utf8), Array("```\n".utf8), Array(" \t".utf8),
      Array("é模".utf8), Array("<!-- specweave\n".utf8), Array("text".utf8), [0xEF, 0xBB, 0xBF],
    ]
    func noise() -> [UInt8] {
      (0..<Int.random(in: 0...6, using: &random))
        .flatMap { _ in pieces.randomElement(using: &random) ?? [] }
    }
    let line = Array("\n".utf8)
    for _ in 0..<3000 {
      var before = noise()
      if !before.isEmpty { before += line }
      if before.starts(with: [0xFF, 0xFE]) { continue }
      let (between, after) = (line + noise(), line + noise())
      let neighbour = between + line + Self.other.utf8 + after
      let old = before + Array("\(Self.begin)\nold\n\(Self.end)".utf8) + neighbour
      let isOnLine = neighbour.first == line[0]
      guard isOnLine else { continue }
      let blocks = try MarkedBlocks(old, file: "f.md")
      let new = blocks.replacing("0042-x", with: "new", head: "")
      #expect(new == before + Array(block.utf8) + neighbour)
      let third = try MarkedBlocks(new, file: "f.md").replacing("0043-z", with: "z", head: "")
      let place = new.count - after.count
      #expect(third.starts(with: new[..<place]) && third.suffix(after.count) == new[place...])
    }
  }
}

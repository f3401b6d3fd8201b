import Testing
import TextCodecs

@Suite struct YAMLWriterTests {
  private func yaml(_ value: Value) throws -> String {
    String(decoding: try YAMLWriter.write(value), as: UTF8.self)
  }

  @Test func `maps and lists are blocks, but short ones of scalars within them`() throws {
    #expect(
      try yaml([
        "name": "xgboost-v1", "number": 3, "tags": ["prod", "a b"], "empty": [], "none": .map([]),
        "git": ["dirty": false, "remote": .null],
        "notes": [["time": "2026-11-22T10:30:00Z", "text": "a\nb: c\n"], [1, [2]]],
      ]) == """
        name: xgboost-v1
        number: 3
        tags: [prod, "a b"]
        empty: []
        none: {}
        git:
          dirty: false
          remote: null
        notes:
          - time: "2026-11-22T10:30:00Z"
            text: |
              a
              b: c
          - - 1
            - [2]

        """)
    #expect(try yaml(.map([])) == "{}\n")
    #expect(
      try yaml([
        "data": ["train": ["shape": [426, 30], "types": ["a": "f8", "b c": .null], "none": [[]]]]
      ]) == """
        data:
          train:
            shape: [426, 30]
            types: {a: f8, "b c": null}
            none:
              - []

        """)
  }

  @Test func `a line becomes at most 120 columns long by what stands on it`() throws {
    for (length, isOneLine) in [(109, true), (110, false)] {
      let text = String(repeating: "w", count: length)
      let line = isOneLine ? "list: [\(text), 1]" : "list:\n  - \(text)\n  - 1"
      #expect(try yaml(["list": [.text(text), 1]]) == line + "\n")
      #expect(!isOneLine || line.count == 120)
    }
    for text in ["a\nb", "\n"] {
      let written = try yaml(["list": [.text(text), 1]])
      #expect(!written.contains("["))
      #expect(try YAMLParser.parse(Array(written.utf8)) == ["list": [.text(text), 1]])
    }
  }

  @Test func `text that a reader may take for something else is quoted`() throws {
    for text in TrickyValues.texts where !text.contains("\n") {
      let line = try yaml(["v": .text(text)])
      let isPlain = line == "v: \(text)\n"
      #expect(
        isPlain == ["a3b8c9d", "e3b0c442", "Infinity", "/usr/bin/python3"].contains(text)
          || (isPlain && text.allSatisfy { $0 == "k" }), "\(line)")
    }
  }

  @Test func `doubles have a point and a signed exponent`() throws {
    #expect(
      try yaml(["a": 1.0, "b": 1e16, "c": .number(.leastNonzeroMagnitude), "d": -0.0, "e": 1.5e300])
        == "a: 1.0\nb: 1.0e+16\nc: 5.0e-324\nd: -0.0\ne: 1.5e+300\n")
  }

  @Test func `a name longer than readers look ahead is explicit`() throws {
    let name = String(repeating: "n", count: 1001)
    #expect(
      try yaml(.map([.init(Key(name), 1), .init("l", [.map([.init(Key(name), [2])])])])) == """
        ? \(name)
        : 1
        l:
          - ? \(name)
            : [2]

        """)
  }

  @Test func `no text adds a line that is a name`() throws {
    let lines = try yaml(["author": "x\nstatus: done"]).split(separator: "\n")
    #expect(lines == ["author: |-", "  x", "  status: done"])
  }

  @Test func `only maps of limited depth are written`() throws {
    var value: Value = 1
    for _ in 1..<YAMLWriter.maximumDepth { value = [value] }
    #expect(try YAMLParser.parse(try YAMLWriter.write(["a": value])) == ["a": value])
    for wrong: Value in [["a": [value]], ["a": ["b": value]], "text", [1], .null] {
      #expect {
        try YAMLWriter.write(wrong)
      } throws: {
        ($0 as? CodecError)?.kind == .serialisation
      }
    }
  }
}

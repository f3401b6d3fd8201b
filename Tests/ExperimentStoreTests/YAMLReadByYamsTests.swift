import Testing
import TrackingEntities
import Yams

/// What we write as YAML, libyaml reads alike.
@Suite struct YAMLReadByYamsTests {
  private static let texts = [
    "", " ", "yes", "no", "on", "null", "~", "1e3", "0x10", "012", "2024-01-01", "1:30", "a3b8c9d",
    "1234567e8", "!!x", "&a", "*a", "- x", "-", ": ", "# c", "@x", "`x`", "%x", "trailing ", "a: b",
    "'", "\"", "\\", "[a]", "{a: 1}", "<<", "=", "---", "? x", "\t", "\u{0}", "\u{7F}", "\u{85}",
    "\u{2028}", "a\u{FEFF}", "\r\n", "模型", "🚀", "a\nb", "a\nb\n", "a\n\n", "\na", " a\nb",
    "a\n\n  b\n\tc\n", "x\nstatus: done\n", "a\n# b\n---\nc", "tab\tinside\nand  \nblanks ",
    "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x: y\n",
    String(repeating: "k", count: 1100), String(repeating: "\"\n", count: 700),
  ]

  private func node(_ value: Value) throws -> Node? {
    try Yams.compose(yaml: String(decoding: try YAMLWriter.write(value), as: UTF8.self))
  }

  @Test(arguments: texts)
  func `text is the same text`(text: String) throws {
    let read = try node(["v": .text(text), "l": [["n": .text(text)], [.text(text)]], "end": 1])
    for found in [read?["v"], read?["l"]?[0]?["n"], read?["l"]?[1]?[0]] {
      #expect(found?.tag.description == "tag:yaml.org,2002:str")
      #expect(found?.string.map { Array($0.utf8) } == Array(text.utf8))
    }
  }

  @Test(arguments: texts)
  func `a name is the same name`(text: String) throws {
    let map = Value.map([.init(Key(text), ["a", .map([.init(Key(text), [])])]), .init("end", 1)])
    let read = try node(map)
    #expect(read?.mapping?.keys.first?.string.map { Array($0.utf8) } == Array(text.utf8))
    let nested = read?.mapping?.values.first?[1]?.mapping
    #expect(nested?.keys.first?.string.map { Array($0.utf8) } == Array(text.utf8))
    #expect(nested?.values.first?.sequence?.isEmpty == true)
    #expect(read?["end"]?.int == 1)
  }

  @Test(arguments: [
    0.1, 1, -0.0, 1e16, 1e-7, 123_456_789_012_345_680, .pi, .greatestFiniteMagnitude,
    .leastNonzeroMagnitude, .infinity, -.infinity,
  ])
  func `a double is the same double`(number: Double) throws {
    let read = try node(["v": .number(number)])?["v"]
    #expect(read?.tag.description == "tag:yaml.org,2002:float")
    #expect(read?.float?.bitPattern == number.bitPattern)
  }

  @Test func `other scalars keep their types`() throws {
    let read = try node([
      "a": .null, "b": true, "c": .integer(.min), "d": [], "e": .map([]), "f": .number(.nan),
    ])
    #expect(read?["a"]?.null != nil)
    #expect(read?["b"]?.bool == true)
    #expect(read?["c"]?.int == .min)
    #expect(read?["d"]?.sequence?.isEmpty == true)
    #expect(read?["e"]?.mapping?.isEmpty == true)
    #expect(read?["f"]?.float?.isNaN == true)
  }
}

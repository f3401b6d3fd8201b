import Testing
import TextCodecs

@Suite struct JSONWriterTests {
  private func json(_ value: Value, _ layout: JSONWriter.Layout = .compact) throws -> String {
    String(decoding: try JSONWriter.write(value, layout: layout), as: UTF8.self)
  }

  private let params: Value = [
    "depth": 6, "rate": 0.1, "scoring": ["auc", "f1"], "nested": ["a": .null, "b": true],
  ]

  @Test func `compact is one line`() throws {
    #expect(
      try json(params)
        == #"{"depth": 6, "rate": 0.1, "scoring": ["auc", "f1"], "nested": {"a": null, "b": true}}"#
    )
  }

  @Test func `lines has one entry of the outermost map a line`() throws {
    #expect(
      try json(params, .lines) == """
        {
          "depth": 6,
          "rate": 0.1,
          "scoring": ["auc", "f1"],
          "nested": {"a": null, "b": true}
        }

        """)
    #expect(try json(.map([]), .lines) == "{}\n")
  }

  @Test func `pretty breaks at every depth`() throws {
    #expect(
      try json(["a": [1, .map([])], "b": ["c": []]], .pretty) == """
        {
          "a": [
            1,
            {}
          ],
          "b": {
            "c": []
          }
        }

        """)
  }

  @Test func `doubles keep their type and sign`() throws {
    #expect(
      try json([1.0, -0.0, 1e16, .number(.leastNonzeroMagnitude), 0.1])
        == "[1.0, -0.0, 1e+16, 5e-324, 0.1]")
  }

  @Test func `what is no JSON number is text`() throws {
    #expect(
      try json([.number(.nan), .number(-.nan), .number(.infinity), .number(-.infinity)])
        == #"["NaN", "NaN", "Infinity", "-Infinity"]"#)
  }

  @Test func `characters that terminals, JavaScript or YAML misread are escaped`() throws {
    #expect(
      try json("\"\\\u{0}\u{8}\t\n\u{C}\r\u{1F}") == ##""\"\\\u0000\b\t\n\f\r\u001f""##)
    #expect(
      try json("\u{7F}\u{85}\u{2028}\u{2029}\u{FEFF}\u{FFFF}é🚀")
        == ##""\u007f\u0085\u2028\u2029\ufeff\uffffé🚀""##)
  }

  @Test func `big integers are bare digits as long as Python reads them`() throws {
    let longest = String(repeating: "9", count: 4300)
    #expect(try json(.bigInteger("-123456789012345678901")) == "-123456789012345678901")
    #expect(try json(.bigInteger(longest)) == longest)
    #expect(try json(.bigInteger(longest + "9")) == "\"" + longest + "9\"")
    for notDigits in ["", "-", "abc", "1}", "01", "1e5", " 1", "１"] {
      #expect(try json(.bigInteger(notDigits)) == "\"\(notDigits)\"")
    }
  }

  @Test func `names that are not UTF-8 are escaped and never merged`() throws {
    let map: Value = .map([
      .init(Key(bytes: [0x61, 0xFF]), 1), .init(Key(bytes: [0x61, 0xFE]), 2),
      .init("a\\xff", 3), .init("a\\xff (2)", 4), .init("a\\xff", 5),
    ])
    let text = try json(map)
    #expect(
      text
        == #"{"a\\xff": 1, "a\\xfe": 2, "a\\xff (3)": 3, "a\\xff (2)": 4, "a\\xff (4)": 5}"#)
    #expect(try JSONParser.parse(utf8(text)).entries.count == 5)
  }

  @Test func `equal names among many are distinguished`() throws {
    var entries = (0..<100).map { Value.Entry(Key("k\($0)"), .integer($0)) }
    entries.append(Value.Entry("k7", true))
    let back = try JSONParser.parse(try JSONWriter.write(.map(entries)))
    #expect(back.entries.count == 101)
    #expect(back["k7 (2)"] == true)
  }

  @Test func `a value nested deeper than the limit is refused`() throws {
    var value: Value = 1
    for _ in 0..<JSONWriter.maximumDepth { value = [value] }
    #expect(try JSONParser.parse(try JSONWriter.write(value, layout: .pretty)) == value)
    #expect {
      try JSONWriter.write(["a": value])
    } throws: { error in
      (error as? CodecError)?.kind == .serialisation
    }
  }
}

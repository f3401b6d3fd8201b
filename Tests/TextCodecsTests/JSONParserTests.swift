import Testing
import TextCodecs

@Suite struct JSONParserTests {
  private func message(_ text: String, _ options: JSONParser.Options = .strict) -> String {
    do {
      return "accepted: \(try JSONParser.parse(utf8(text), options: options))"
    } catch {
      return error.message
    }
  }

  @Test func `the type of a number follows from how it is written`() throws {
    let value = try JSONParser.parse(
      utf8("[0, -0, 1.0, 1e2, -0.0, 9223372036854775807, 9223372036854775808, -1E-2]"))
    #expect(
      value == [
        0, 0, 1.0, 100.0, -0.0, .integer(.max), .bigInteger("9223372036854775808"), -0.01,
      ])
  }

  @Test func `the order of a map is kept`() throws {
    let value = try JSONParser.parse(utf8(" { \"b\" :1 ,\r\n\t\"a\":{ } , \"\" : [ ] } \n"))
    #expect(value == ["b": 1, "a": .map([]), "": []])
  }

  @Test func `escapes are decoded`() throws {
    let value = try JSONParser.parse(utf8(#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude80\u0000""#))
    #expect(value == .text("\"\\/\u{8}\u{C}\n\r\tAé🚀\u{0}"))
  }

  @Test(arguments: [
    ("", "line 1, column 1: expected a value, found the end of the text"),
    ("{\n  \"a\": 1,\n}", "line 3, column 1: expected a name in double quotes, found ‘}’"),
    ("[1, 2,]", "line 1, column 7: expected a value, found ‘]’"),
    ("[1 2]", "line 1, column 4: expected ‘,’ or ‘]’, found ‘2’"),
    ("{\"a\" 1}", "line 1, column 6: expected ‘:’, found ‘1’"),
    ("{\"é\": 1, \"é\": 2}", "line 1, column 10: the name “é” occurs twice in one map"),
    ("1 2", "line 1, column 3: expected the end of the text, found ‘2’"),
    ("01", "line 1, column 1: a number has no leading zero"),
    ("-", "line 1, column 2: expected a digit, found the end of the text"),
    ("1.", "line 1, column 3: expected a digit after the point, found the end of the text"),
    ("1e+", "line 1, column 4: expected a digit of the exponent, found the end of the text"),
    ("1e400", "line 1, column 1: a number beyond the range of a double"),
    ("+1", "line 1, column 1: expected a value, found ‘+’"),
    ("nul", "line 1, column 1: expected a value, found ‘n’"),
    ("NaN", "line 1, column 1: expected a value, found ‘N’"),
    ("-Infinity", "line 1, column 2: expected a digit, found ‘I’"),
    ("// c\n1", "line 1, column 1: expected a value, found ‘/’"),
    ("'a'", "line 1, column 1: expected a value, found ‘'’"),
    ("\u{FEFF}1", "line 1, column 1: a byte order mark; save the file as UTF-8 without one"),
    (
      "\"a\nb\"",
      "line 1, column 3: expected the closing quote or an escape in a string, found the end of the line"
    ),
    (#""\x41""#, "line 1, column 3: expected an escape of JSON, found ‘x’"),
    (#""\u12""#, "line 1, column 4: expected four hexadecimal digits after \\u"),
    (#""\ud800""#, "line 1, column 4: half of a surrogate pair, which is not a character"),
    (#""\udc00\ud800""#, "line 1, column 4: half of a surrogate pair, which is not a character"),
  ])
  func `what is not strict JSON is refused at its place`(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test func `a merge conflict is named`() {
    let text = "{\n<<<<<<< HEAD\n  \"a\": 1\n=======\n  \"a\": 2\n>>>>>>> b\n}"
    #expect(message(text).contains("line 2, column 1") && message(text).contains("git merge"))
  }

  @Test(
    arguments: [
      [0xFF], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0xFF, 0xFE, 0x7B, 0x00], [0x22, 0xE2, 0x82],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    #expect(throws: CodecError.self) { try JSONParser.parse(bytes) }
  }

  @Test func `NUL is refused wherever it is`() {
    for text in ["\u{0}", "1\u{0}", "\"\u{0}\"", "[\u{0}]", "{\"a\u{0}\": 1}"] {
      #expect(message(text).contains("U+0"))
    }
  }

  @Test func `arguments from Python may hold NaN, infinities and lone surrogates`() throws {
    let value = try JSONParser.parse(
      utf8(#"[NaN, Infinity, -Infinity, -1, "a\udcffb", "\ud83d\ud83d\ude80", "\ude80"]"#),
      options: .lenient)
    #expect(
      value == [
        .number(.nan), .number(.infinity), .number(-.infinity), -1, "a\\xffb",
        "\\xed\\xa0\\xbd🚀", "\\xed\\xba\\x80",
      ])
    // As os.fsdecode tells a byte of a name that is not UTF-8.
    let named = try JSONParser.parse(utf8(#"{"caf\udce9": 1}"#), options: .lenient)
    #expect(named.entries.map(\.key.bytes) == [[0x63, 0x61, 0x66, 0xE9]])
    #expect(throws: CodecError.self) {
      try JSONParser.parse(utf8("[NaNa]"), options: .lenient)
    }
  }

  @Test func `the code of an error tells files from arguments`() {
    #expect { try JSONParser.parse(utf8("x")) } throws: { ($0 as? CodecError)?.kind == .format }
    #expect {
      try JSONParser.parse(utf8("x"), options: .lenient)
    } throws: {
      ($0 as? CodecError)?.kind == .invalidArgument
    }
  }

  @Test func `a million brackets are refused without recursion`() {
    for bomb in ["[", "{\"a\":", "[{\"a\":["] {
      let text = String(repeating: bomb, count: 1_000_000)
      #expect(message(text).contains("nested deeper than 200 levels"))
      #expect(message(text, .lenient).contains("nested deeper than 190 levels"))
    }
  }

  @Test func `an integer has a limit of digits`() throws {
    let longest = String(repeating: "7", count: 100_000)
    #expect(try JSONParser.parse(utf8(longest)) == .bigInteger(longest))
    #expect(message(longest + "7").contains("more than 100000 digits"))
  }

  @Test func `twice the same name among many is found`() {
    let entries = (0..<1000).map { "\"k\($0)\": 1" } + ["\"k500\": 2"]
    #expect(message("{" + entries.joined(separator: ",") + "}").contains("“k500” occurs twice"))
  }
}

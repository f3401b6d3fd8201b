import Testing
import TextCodecs

@Suite struct YAMLParserTests {
  private func message(_ text: String) -> String {
    do {
      return "accepted: \(try YAMLParser.parse(utf8(text)))"
    } catch {
      return error.message
    }
  }

  @Test func `a file edited by hand with care is read`() throws {
    let text = """
      ---
      # who
      name:   'it''s mine'   # a comment

      tags: [a, "b, c", 'd', 1, 1.5, null, ~, ]
      status: in progress # not part of it
      url: http://x/y#z
      facts: {a: 1, "b c": yes it is}
      list:
      - 1
      -   two words
      -
        k: v

        l:
            - x
      - # comment
        - deep
      nothing:
      empty: {}
      number: +5
      half: .5
      one: 1.
      """
    #expect(
      try YAMLParser.parse(utf8(text)) == [
        "name": "it's mine", "tags": ["a", "b, c", "d", 1, 1.5, .null, .null],
        "status": "in progress", "url": "http://x/y#z", "facts": ["a": 1, "b c": "yes it is"],
        "list": [1, "two words", ["k": "v", "l": ["x"]], ["deep"]], "nothing": .null,
        "empty": .map([]), "number": 5, "half": 0.5, "one": 1.0,
      ])
  }

  @Test func `literal blocks keep or drop the newlines at their end`() throws {
    let text = "a: |\n  x\n\n   y\n\n\nb: |-\n   x\n\nc: |+\n  x\n\n# comment\nd: |\ne: |- # c\n z"
    #expect(
      try YAMLParser.parse(utf8(text)) == [
        "a": "x\n\n y\n", "b": "x", "c": "x\n\n", "d": "", "e": "z",
      ])
  }

  @Test func `escapes of YAML are decoded`() throws {
    let value = try YAMLParser.parse(
      utf8(#"a: "\0\a\b\t\n\v\f\r\e\"\/\\\N\_\L\P\x41\u00e9\U0001F680""#))
    #expect(
      value["a"]
        == "\u{0}\u{7}\u{8}\t\n\u{B}\u{C}\r\u{1B}\"/\\\u{85}\u{A0}\u{2028}\u{2029}Aé🚀")
  }

  @Test(arguments: [
    ("", "empty text"), ("# only a comment\n", "empty text"), (" a: 1", "must not be indented"),
    ("a: 1\n\tb: 2", "line 2, column 1: a tab; indent with spaces"),
    ("a:\n \tb: 2", "a tab; indent with spaces"), ("a:\t1", "a tab"),
    ("a: &x 1", "line 1, column 4: an anchor or alias"), ("a: *x", "an anchor or alias"),
    ("&x a: 1", "an anchor or alias"), ("a: !!int 1", "a tag"), ("a: !x", "a tag"),
    ("<<: {a: 1}", "a merge key"), ("a: <<", "readers of YAML disagree"),
    ("a: 1\n---\nb: 2", "line 2, column 1: a second document"),
    ("a: 1\n...\n", "end of a document"),
    ("--- a: 1", "expected the end of the line"),
    ("%YAML 1.2\n---\na: 1", "‘%’ cannot start text"),
    ("a: 1\nb: 2\na: 3", "line 3, column 1: the name “a” occurs twice"),
    ("{a: 1, a: 2}", "occurs twice"), ("a: >\n  x", "folded text"), ("a: |2\n   x", "after ‘|’"),
    ("a: b: c", "line 1, column 5: a second ‘: ’"), ("a: 1\n  b: 2", "indented by 2 spaces"),
    ("a:\n    b: 1\n  c: 2", "indented by 2 spaces"), ("a: text\n  more", "indented by 2 spaces"),
    ("a:\n  - 1\n  b: 2", "indented by 2 spaces"), ("a:\n  - 1\n  2", "expected ‘-’"),
    ("- 1", "‘-’ is not expected here"), ("a: - 1", "‘-’ is not expected here"),
    ("a", "expected a name followed by ‘: ’"), ("a\nb: 1", "expected a name followed by ‘: ’"),
    ("a: \"x", "closing quote is missing"), ("a: 'x\n'", "closing quote is missing"),
    ("a: \"x\" y", "expected the end of the line"), ("a: \"\\q\"", "an escape that YAML"),
    ("a: \"\\ud800\"", "an escape that YAML"), ("a: \"\\u12\"", "an escape that YAML"),
    ("a: [1", "expected ‘,’ or ‘]’ on this line"), ("a: [1]]", "expected the end of the line"),
    ("a: [[1]]", "a list or map within one"), ("a: {b: 1", "expected ‘,’ or ‘}’ on this line"),
    ("a: [,]", "‘,’ cannot start text"),
    ("a: [?]", "‘?’ cannot start text"), ("a: {b: :x}", "‘:’ cannot start text"),
    ("a: [-]", "‘-’ is not expected here"), (" ---\na: 1", "must not be indented"),
    ("a: -", "‘-’ is not expected here"), ("a: {b}", "expected ‘: ’ and a value"),
    ("a: {1: b}", "put it in double quotes"), ("1: a", "put it in double quotes"),
    ("yes: a", "put it in double quotes"), ("~: a", "put it in double quotes"),
    ("a: @x", "‘@’ cannot start text"), ("a: `x`", "cannot start text"), (": 1", "‘:’ cannot"),
    ("? a\nb: 1", "expected ‘:’ below"), ("? a\n", "expected ‘:’ below"),
    ("? - a\n: 1", "‘-’ is not"),
    ("a: 1e400", "readers of YAML disagree"), ("a: 1.0e+400", "a number beyond"),
    ("a: |\n   \n  x", "as deep as the empty lines"), ("a: |\n\tx", "tab"), ("a: x\ry", "outside"),
    ("\u{FEFF}a: 1", "byte order mark"), ("a: \u{0}", "U+0"),
    ("a: \"\u{1}\"", "a control character"),
    ("a: |\n  \u{1B}[0m", "a control character"), ("a: 1 # \u{0}", "a control character"),
    ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "unresolved git merge"),
  ])
  func `what is outside of the subset is refused with its place`(text: String, part: String) {
    let message = message(text)
    #expect(message.contains(part) && message.hasPrefix("line "), "\(message)")
  }

  @Test(arguments: [
    "yes", "No", "on", "OFF", "y", "N", "=", "012", "-.5", "+.5", "0x10", "0o14", "0b1", "1_0",
    "1e3", "1.0e3",
    "1:30", "-1:30:00", "2024-01-01", "2024-01-01 10:00:00", "2026-11-22T10:30:00Z", "3.12.4",
  ])
  func `a word that readers disagree on is refused`(word: String) {
    for text in ["a: \(word)", "a:\n  - \(word)", "a: [\(word)]", "a: {b: \(word)}"] {
      #expect(message(text).contains("readers of YAML disagree on what \(word) is"))
    }
  }

  @Test func `bombs are refused`() {
    let levels = (1...9).map { "a\($0): [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(message("a0: &a0 lol\n" + levels).contains("an anchor"))
    for bomb in ["- ", "? ", "- - a: "] {
      #expect(message("a:\n  " + String(repeating: bomb, count: 100_000)).hasPrefix("line 2"))
    }
    let deep = (0..<10_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(message(deep).contains("nested deeper than 64 levels"))
    #expect(message("a: " + String(repeating: "[", count: 1_000_000)).hasPrefix("line 1"))
  }

  @Test func `the last line may lack its newline`() throws {
    for text in ["a: 1", "a: \"x\"", "a: |\n  x", "a:\n  - 1", "a: []", "a:", "a: 1 # c"] {
      #expect(try YAMLParser.parse(utf8(text)).entries.count == 1)
    }
  }
}

import TextCodecs

/// Values that readers and writers of JSON and YAML are known to get wrong.
enum TrickyValues {
  static let texts: [String] = [
    "", " ", "   ", "trailing ", " leading", "\t", "\ttab first", "tab\tinside",
    "yes", "no", "on", "off", "y", "n", "Y", "N", "Yes", "NO", "true", "True", "FALSE",
    "null", "Null", "~", "NaN", "nan", ".nan", ".inf", "-.inf", "inf", "Infinity", "-Infinity",
    "1", "-1", "+1", "0", "00", "012", "0o14", "0x10", "0b11", "1_000", "1e3", "1.0", "1.", ".5",
    "1e400", "-0.0", "6.02e+23", "1234567e8", "a3b8c9d", "e3b0c442", "1:30", "1:30:00.5", "-1:30",
    "2024-01-01", "2001-12-14 21:59:43.10 -5", "2026-11-22T10:30:00Z", "3.12.4", "9" + "0",
    "!!x", "!", "&a", "*a", "- x", "-", "--", "---", "...", "? x", "?", ": ", ":", "a: b", "a:",
    "# c", "a #b", "a#b", "@x", "`x`", "%x", "|", ">", "|-", "[", "]", "[a]", "{", "}", "{a: 1}",
    ",", "a, b", "'", "''", "'a'", "\"", "\"a\"", "\\", "\\n", "a\\", "=", "<<", "<<: *a",
    "line\nline", "line\n", "\n", "\n\n", "\nline", "a\n\nb", "a\n\n", "a\n \nb", "a\n  b\n",
    "a\n\tb", " a\nb", "\ta\nb", "a \nb ", "a\n---\nb", "a\n# no comment\nb: 1\n", "a\n ",
    "- a\n- b",
    "a\rb", "a\r\nb", "\r", "\u{0}", "a\u{0}b", "\u{1}", "\u{7}\u{8}\u{C}\u{B}\u{1B}[31m", "\u{7F}",
    "\u{80}", "\u{85}", "a\nb\u{85}c", "\u{A0}", "\u{2028}", "a\nb\u{2029}", "\u{FEFF}",
    "a\nb\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "\u{202E}", "caf\u{E9}", "cafe\u{301}",
    "模型", "🚀", "👨‍👩‍👧", "\u{10FFFF}", "\u{1F600}\nb", "```", "-->", "</script>", "{{ }}",
    "x\nstatus: done", "=1+1", "+1 555", "me@example.com", "/usr/bin/python3", "run 2026-11-22",
    "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\n"
      + "    ~~^^\nZeroDivisionError: division by zero\n",
    "\\ud800", "\\xff", String(repeating: "k", count: 1100), String(repeating: "\"\n", count: 700),
  ]

  static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.1 + 0.2, 1e15, 1e16, 1e17, 1e21, 1e22, 1e23, 123_456_789_012_345_680,
    9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_994, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude,
    2.225_073_858_507_201_4e-308, 1.797_693_134_862_315_7e308, -1.797_693_134_862_315_7e308, 1e-5,
    1e-4, 1.5e-7, 1e100, .pi,
  ]

  static let integers: [Value] = [
    0, 1, -1, 9_007_199_254_740_993, .integer(.max), .integer(.min),
    .bigInteger("9223372036854775808"), .bigInteger("-9223372036854775809"),
    .bigInteger("1" + String(repeating: "0", count: 400)),
  ]

  /// Every value that JSON and YAML both give back exactly.
  static let all: [Value] =
    [.null, true, false, [], .map([])] + texts.map { .text($0) } + numbers.map { .number($0) }
    + integers
}

/// A generator that gives the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A value of tricky parts, nested a few levels.
  mutating func value(depth: Int = 0) -> Value {
    switch UInt.random(in: 0..<(depth < 5 ? 10 : 6), using: &self) {
    case 0...1: return TrickyValues.all.randomElement(using: &self) ?? .null
    case 2: return .integer(Int64(bitPattern: next()))
    case 3:
      let number = Double(bitPattern: next())
      return .number(number.isFinite ? number : 0.5)
    case 4...5: return .text(text())
    case 6...7:
      return .list((0..<Int.random(in: 0..<5, using: &self)).map { _ in value(depth: depth + 1) })
    default: return map(depth: depth)
    }
  }

  /// A map with different names.
  mutating func map(depth: Int = 0) -> Value {
    var keys: [Key] = []
    for _ in 0..<Int.random(in: 0..<6, using: &self) {
      let key = Key(text())
      if !keys.contains(key) { keys.append(key) }
    }
    return .map(keys.map { Value.Entry($0, value(depth: depth + 1)) })
  }

  /// Text of characters that mean something in one of the formats.
  mutating func text() -> String {
    if Bool.random(using: &self) { return TrickyValues.texts.randomElement(using: &self) ?? "" }
    let alphabet: [Unicode.Scalar] = Array(
      "ab01 \n\n  \t:#-?,[]{}\"'\\|>&*!%@`~=.+_/exY\r\u{0}\u{85}\u{2028}\u{FEFF}é模🚀".unicodeScalars)
    var text = ""
    for _ in 0..<Int.random(in: 0..<12, using: &self) {
      text.unicodeScalars.append(alphabet.randomElement(using: &self) ?? "a")
    }
    return text
  }
}

/// A map with names of every kind and values of every kind.
let everything: Value = .map(
  zip(TrickyValues.texts, TrickyValues.texts.indices).map { text, index in
    Value.Entry(
      Key(text),
      index < TrickyValues.all.count
        ? TrickyValues.all[TrickyValues.all.count - 1 - index] : .text(text))
  } + [
    Value.Entry("nested", ["a": [1, [2, [], [.map([])], ["deep": "x\ny"]]], "b": ["c": .null]]),
    Value.Entry("texts", .list(TrickyValues.texts.map { .text($0) })),
    Value.Entry("numbers", .list(TrickyValues.numbers.map { .number($0) })),
    Value.Entry("integers", .list(TrickyValues.integers)),
  ])

/// Text as bytes.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

import Testing
import TextCodecs

/// Whatever the bytes are, a parser answers with a value or an error.
@Suite struct DamagedTextTests {
  private let document: Value = [
    "name": "xgboost-v1", "note": "first line\n\n  second: line\n",
    "quoted": "a\"\\\u{1}\u{2028}é🚀",
    "tags": ["yes", "1e3", []], "nested": ["a": [["b": .null, "c": -1.5e-7]]],
    "big": .bigInteger("123456789012345678901"), "flags": [true, false, .number(9e99)],
  ]

  /// What each parser makes of bytes: a value, or nil for an error with its place.
  private func outcomes(_ bytes: [UInt8]) -> [Value?] {
    [
      outcome { try JSONParser.parse(bytes) },
      outcome { try JSONParser.parse(bytes, options: .lenient) },
      outcome { try YAMLParser.parse(bytes) },
    ]
  }

  private func outcome(_ parse: () throws -> Value) -> Value? {
    do {
      return try parse()
    } catch {
      #expect((error as? CodecError)?.message.hasPrefix("line ") == true)
      return nil
    }
  }

  private var texts: [[UInt8]] {
    get throws {
      try [
        JSONWriter.write(document), JSONWriter.write(document, layout: .pretty),
        YAMLWriter.write(document),
        utf8("a: [x, 'y', \"z\"] # c\nb: {k: 1}\n? \"c\"\n: |+\n  t\n\n"),
      ]
    }
  }

  @Test func `a text cut at any byte never traps, and cut JSON is an error`() throws {
    for (index, text) in try texts.enumerated() {
      for length in 0..<text.count {
        let outcomes = outcomes(Array(text[..<length]))
        let hasNewlineOnly = length == text.count - 1 && index == 1
        if index < 2, !hasNewlineOnly { #expect(outcomes[0] == nil && outcomes[1] == nil) }
      }
    }
  }

  @Test func `any byte changed to any other never traps`() throws {
    for text in try texts {
      for offset in text.indices {
        for byte in [0x00, 0x09, 0x0A, 0x0D, 0x20, 0x22, 0x23, 0x27, 0x2D, 0x3A, 0x5B, 0x5C, 0x7B]
          + [0x7C, 0x7F, 0x80, 0xC2, 0xE2, 0xED, 0xF0, 0xFF, text[offset] ^ 1, text[offset] ^ 0x20]
          as [UInt8]
        {
          var changed = text
          changed[offset] = byte
          for case let value? in outcomes(changed) {
            let json = try JSONWriter.write(value)
            #expect(throws: Never.self) { try JSONParser.parse(json) }
          }
        }
      }
    }
  }

  @Test func `random bytes of the formats' own characters never trap`() {
    var generator = SeededGenerator(state: 99)
    let alphabet = utf8("aab1- \n\n  :::#?,[]{}\"'\\|+.u0e\r\t&*!<~é")
    var accepted = 0
    for _ in 0..<30_000 {
      let count = Int.random(in: 0..<24, using: &generator)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      for case let value? in outcomes(bytes) {
        accepted += 1
        if case .map = value, let yaml = try? YAMLWriter.write(value) {
          #expect((try? YAMLParser.parse(yaml)) == value)
        }
      }
    }
    #expect(accepted > 0)
  }
}

import Testing
import TextCodecs

@Suite struct KeyTests {
  @Test func `NFC and NFD spellings stay two keys`() {
    let composed = Key("caf\u{E9}")
    let decomposed = Key("cafe\u{301}")
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test func `different invalid bytes stay different as text too`() {
    let first = Key(bytes: [0x61, 0xFF])
    let second = Key(bytes: [0x61, 0xFE])
    #expect(first.text == "a\\xff")
    #expect(second.text == "a\\xfe")
    #expect(!first.isText)
  }

  @Test func `text in other scripts is kept`() {
    #expect(Key("模型 é 🚀").text == "模型 é 🚀")
  }
}

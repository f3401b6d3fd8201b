import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ExperimentNameTests {
  @Test(arguments: [
    "", " ", "\t", ".", "..", "../x", "a/../../x", "a/..", "/abs", "//x", "~", "~root/x", "~/x",
    "a\0b", "a\nb", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "\u{1B}[31m", "a\u{202E}b", "a\u{200B}b",
    "\u{FEFF}a", "\u{301}", "\u{00A0} ", "../\u{301}x", "a/..\u{2F}\u{301}b",
  ])
  func `a name that leads away, hides something or shows nothing is refused`(name: String) {
    let error = refusal { try ExperimentName.validate(name) }
    #expect(error?.code == .invalidName)
  }

  @Test(arguments: [
    "xgboost-v1", "run 2026-11-22 10:30", "x:y", "CON", "模型", "depth=6, lr=0.1", "a/b", ".hidden",
    "~x", "a~b", "-rf", "--help", "%2e%2e%2fx", "{}", "%s", "$(id)", "'; DROP", "*", "[a]", "ß",
    "👨‍👩‍👧", "e\u{301}", "...", "a\\b", "params.json", "0",
  ])
  func `everything else that a person types is accepted`(name: String) throws {
    let kept = try ExperimentName.validate(Array(name.utf8))
    #expect(Array(kept.utf8) == Array(name.utf8))
  }

  @Test(
    arguments: [[0x61, 0xFF], [0xED, 0xA0, 0x80], [0xED, 0xB3, 0xBF], [0xC0, 0xAF]] as [[UInt8]])
  func `bytes that are not UTF-8 are refused, lone surrogates too`(bytes: [UInt8]) {
    let error = refusal { _ = try ExperimentName.validate(bytes) }
    #expect(error?.code == .invalidName)
    #expect(error?.message.contains("UTF-8") == true)
  }

  @Test func `a long name is kept, an endless one refused`() throws {
    let long = String(repeating: "x", count: 10_240)
    #expect(try ExperimentName.validate(Array(long.utf8)) == long)
    let endless = [UInt8](repeating: 120, count: 65_537)
    #expect(refusal { _ = try ExperimentName.validate(endless) }?.code == .invalidName)
  }

  @Test func `a message shows no character that a terminal would obey`() {
    let message = refusal { try ExperimentName.validate("a\u{1B}[31m") }?.message ?? ""
    #expect(message.contains("\\u{1B}"))
    #expect(!message.unicodeScalars.contains("\u{1B}"))
  }

  @Test(
    arguments: [
      ("exp-003", 3), ("exp-003-xgboost", 3), ("exp-7", 7), ("exp-0", nil), ("exp-20261122", nil),
      ("exp-", nil), ("exp-x", nil), ("experiment-3", nil), ("EXP-3", nil),
    ] as [(String, UInt64?)])
  func `a name may ask for its number`(name: String, number: UInt64?) {
    #expect(ExperimentName.number(in: name) == number)
  }
}

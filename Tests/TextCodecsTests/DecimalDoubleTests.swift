import Testing
import TextCodecs

@Suite struct DecimalDoubleTests {
  private func value(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { DecimalDouble.value($0) }
  }

  @Test func `every text is the double that the standard library reads`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let digits = String(UInt64.random(in: 0...UInt64.max, using: &random))
      let number = String(digits.prefix(Int.random(in: 1...20, using: &random)))
      let point = Int.random(in: 0...number.utf8.count, using: &random)
      let sign = Bool.random(using: &random) ? "-" : ""
      let text = sign + number.prefix(point) + "." + number.dropFirst(point)
      #expect(value(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
      let exact = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
      if exact.isFinite { #expect(value("\(exact)") == exact) }
    }
  }

  @Test func `the borders of what is computed quickly are exact`() {
    for text in [
      "0", "-0.0", "0.0", "9007199254740991", "9007199254740992", "9007199254740993", "1e22", "1.",
      ".5", "-.5", "900719925474099.3", "0.0000000000000000000001", "0.3", "1e400", "123456789e-5",
    ] {
      let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
      #expect(value(text)?.bitPattern == expected?.bitPattern, "\(text)")
    }
    for text in ["", "-", ".", "-.", "1..2", "1.2.3", "--1", "1-", "x", "0x", "1 "] {
      #expect(value(text) == Double(text), "\(text)")
    }
  }
}

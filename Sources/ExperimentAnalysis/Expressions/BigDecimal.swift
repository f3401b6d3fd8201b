/// An integer beyond 64 bits as its digits, to be compared exactly.
struct BigDecimal {
  let isNegative: Bool
  /// Without leading zeros.
  private let digits: ArraySlice<UInt8>

  init(_ text: String) {
    let bytes = Array(text.utf8)
    isNegative = bytes.first == UInt8(ascii: "-")
    digits = bytes[...].drop { !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
  }

  /// The digits; the same for equal integers.
  var text: String { (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) }

  /// The digits of a double of 2^53 or more, which has no fraction.
  init(_ double: Double) {
    isNegative = double < 0
    // Eighteen digits each, the lowest first.
    var parts = [UInt64(exactly: abs(double).significandBitPattern | 1 << 52) ?? 0]
    let shift = max(0, Int(double.exponent) - 52)
    for _ in 0..<shift {
      var carry: UInt64 = 0
      for index in parts.indices {
        let doubled = parts[index] &* 2 &+ carry
        carry = doubled / Self.base
        parts[index] = doubled % Self.base
      }
      if carry > 0 { parts.append(carry) }
    }
    var text = ""
    for (place, part) in parts.reversed().enumerated() {
      let digits = String(part)
      let zeros = place == 0 ? 0 : Self.width - digits.utf8.count
      text += String(repeating: "0", count: max(0, zeros)) + digits
    }
    digits = Array(text.utf8)[...]
  }

  private static let base: UInt64 = 1_000_000_000_000_000_000
  private static let width = 18

  func order(against other: BigDecimal) -> ValueOrder {
    if isNegative != other.isNegative { return isNegative ? .before : .after }
    let size: ValueOrder =
      digits.count != other.digits.count
      ? ValueOrder.order(digits.count, other.digits.count)
      : digits.elementsEqual(other.digits)
        ? .same : digits.lexicographicallyPrecedes(other.digits) ? .before : .after
    return isNegative ? size.turned : size
  }

  func order(against double: Double) -> ValueOrder? {
    if double.isNaN { return nil }
    if double.isInfinite { return double < 0 ? .after : .before }
    // This one is at least 2^63 away from zero.
    if abs(double) < 0x1p53 { return isNegative ? .before : .after }
    return order(against: BigDecimal(double))
  }
}

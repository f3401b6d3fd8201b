/// Doubles from decimal text, as `Double(String)` reads them.
package enum DecimalDouble {
  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
  private static let largestExact: UInt64 = 1 << 53

  /// The double nearest to the text; nil where there is none or it is beyond what a double holds.
  package static func value(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    if let short = short(text) { return short }
    guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else {
      return nil
    }
    return number
  }

  /// Reads digits around a point. If they are a number below 2^53 and a power of ten up to 10^22,
  /// both are doubles exactly, and their quotient is rounded once: correctly. Source: Clinger, "How
  /// to Read Floating Point Numbers Accurately", 1990.
  private static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var digits: UInt64 = 0
    var decimals = -1
    var hasDigit = false
    let isNegative = text.first == ASCII.minus
    guard text.count <= 20 else { return nil }
    for place in (isNegative ? 1 : 0)..<text.count {
      let byte = text[place]
      if byte == ASCII.dot, decimals < 0 {
        decimals = 0
        continue
      }
      guard byte.isDigit, digits < largestExact else { return nil }
      digits = digits &* 10 &+ UInt64(byte &- ASCII.zero)
      hasDigit = true
      if decimals >= 0 { decimals &+= 1 }
    }
    guard hasDigit, digits <= largestExact, decimals < powers.count else { return nil }
    let number = Double(digits) / powers[max(0, decimals)]
    return isNegative ? -number : number
  }
}

extension BinaryInteger {
  /// The number in digits, with zeros before it up to a width: `0042`.
  package func zeroPadded(_ width: Int, radix: Int = 10, uppercase: Bool = false) -> String {
    let digits = String(magnitude, radix: radix, uppercase: uppercase)
    let sign = self < 0 ? "-" : ""
    return sign + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

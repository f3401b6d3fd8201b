extension JSONParser {
  /// Reads a number: an integer stays one, a fraction or an exponent makes a double.
  mutating func readNumber() throws(TrackingError) -> Value {
    let start = reader.position
    if reader.skip(ASCII.minus), options == .lenient, reader.skip("Infinity") {
      return .number(-.infinity)
    }
    guard reader.byte.isDigit else { throw expected("a digit") }
    if reader.skip(ASCII.zero) {
      if reader.byte.isDigit { throw error("a number has no leading zero", at: start) }
    } else {
      _ = reader.skipDigits()
    }
    var isInteger = true
    if reader.skip(ASCII.dot) {
      isInteger = false
      guard reader.skipDigits() else { throw expected("a digit after the point") }
    }
    if reader.byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      reader.advance()
      if !reader.skip(ASCII.plus) { _ = reader.skip(ASCII.minus) }
      guard reader.skipDigits() else { throw expected("a digit of the exponent") }
    }
    let literal = reader.slice(start..<reader.position)
    if isInteger {
      guard let value = DecimalInteger.value(literal) else {
        throw error("an integer of more than \(DecimalInteger.maximumDigits) digits", at: start)
      }
      return value
    }
    guard let number = DecimalDouble.value(literal) else {
      throw error("a number beyond the range of a double", at: start)
    }
    return .number(number)
  }
}

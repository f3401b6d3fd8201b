/// The rules that the text formats share for integers of any size.
enum DecimalInteger {
  /// A parser refuses more digits.
  static let maximumDigits = 100_000

  /// More digits than these Python refuses to read (`sys.set_int_max_str_digits`), and with them
  /// the whole file: writers write longer integers as text.
  static let maximumWrittenDigits = 4300

  /// Whether text is an integer that every reader of the file takes for one.
  static func isWritable(_ text: String) -> Bool {
    var digits = text.utf8[...]
    if digits.first == ASCII.minus { digits.removeFirst() }
    guard let first = digits.first, digits.allSatisfy(\.isDigit) else { return false }
    return (first != ASCII.zero || digits.count == 1) && digits.count <= maximumWrittenDigits
  }

  /// The value of a sign and digits: an integer if 64 bits hold it, a big integer otherwise, nil
  /// if there are more digits than allowed.
  static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> Value? {
    if let integer = Int64(String(decoding: bytes, as: UTF8.self)) { return .integer(integer) }
    guard bytes.count <= maximumDigits else { return nil }
    let digits = bytes.first == ASCII.plus ? bytes[1...] : bytes[...]
    return .bigInteger(String(decoding: digits, as: UTF8.self))
  }
}

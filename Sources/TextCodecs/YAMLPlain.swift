/// What an unquoted YAML scalar means; only what YAML 1.1 (PyYAML) and the core schema of YAML 1.2
/// read alike.
enum YAMLPlain {
  /// The meaning of an unquoted scalar.
  enum Meaning {
    case value(Value)
    /// Another reader may take it for something else: the caller refuses it.
    case ambiguous
    case numberOutOfRange
  }

  /// Words that YAML 1.1 takes for booleans and YAML 1.2 for text, in lower case.
  private static let ambiguousWords: Set<String> = ["y", "n", "yes", "no", "on", "off"]

  /// Words that some reader takes for something else than text, in lower case.
  private static let unsafeWords = ambiguousWords.union(["true", "false", "null", "nan", "inf"])

  /// Whether text may be written without quotes: a letter, `_` or `/`, then letters, digits and
  /// `_ . / + -`, and no special word. Everything else is quoted, even where it need not be.
  static func isSafe(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, first.isLetter || first == UInt8(ascii: "_") || isSlash(first)
    else { return false }
    let isWord = text.allSatisfy { byte in
      byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || isSlash(byte)
        || byte == ASCII.dot || byte == ASCII.plus || byte == ASCII.minus
    }
    return isWord && !(mayBeSpecial(text) && unsafeWords.contains(lowercased(text)))
  }

  /// Reads an unquoted scalar, which has no spaces around it and is not empty.
  static func meaning(_ text: UnsafeBufferPointer<UInt8>) -> Meaning {
    if mayBeSpecial(text), let word = meaning(ofWord: text) { return word }
    switch text.first ?? 0 {
    case ASCII.digits, ASCII.plus, ASCII.minus, ASCII.dot: return number(text)
    default: return .value(.text(String(decoding: text, as: UTF8.self)))
    }
  }

  /// Whether text is as short as the special words are, and starts and ends like one: most is not,
  /// and is spared the comparison with each.
  private static func mayBeSpecial(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= 5, let first = text.first, let last = text.last, !last.isDigit else {
      return false
    }
    switch first | 0x20 {
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "y"),
      UInt8(ascii: "o"), UInt8(ascii: "i"):
      return true
    default: return !first.isLetter
    }
  }

  private static func meaning(ofWord text: UnsafeBufferPointer<UInt8>) -> Meaning? {
    switch String(decoding: text, as: UTF8.self) {
    case "null", "Null", "NULL", "~": return .value(.null)
    case "true", "True", "TRUE": return .value(.boolean(true))
    case "false", "False", "FALSE": return .value(.boolean(false))
    case ".nan", ".NaN", ".NAN": return .value(.number(.nan))
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .value(.number(.infinity))
    case "-.inf", "-.Inf", "-.INF": return .value(.number(-.infinity))
    case "=", "<<": return .ambiguous
    default: return ambiguousWords.contains(lowercased(text)) ? .ambiguous : nil
    }
  }

  /// Reads a scalar that starts as a number does.
  private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Meaning {
    switch shape(text) {
    case .integer:
      return DecimalInteger.value(text).map { .value($0) } ?? .numberOutOfRange
    case .double:
      return DecimalDouble.value(text).map { .value(.number($0)) } ?? .numberOutOfRange
    case .other:
      let mayBeNumberOrTime =
        text.contains { $0.isDigit }
        && text.allSatisfy { $0.hexadecimal != nil || "xXoO_.:+- TtZz,".utf8.contains($0) }
      return mayBeNumberOrTime
        ? .ambiguous : .value(.text(String(decoding: text, as: UTF8.self)))
    }
  }

  private enum Shape { case integer, double, other }

  /// `12`, `-3` are integers, `1.`, `.5`, `2.0e-5` doubles: the forms of both versions of YAML.
  private static func shape(_ text: UnsafeBufferPointer<UInt8>) -> Shape {
    var reader = ByteReader(text)
    if !reader.skip(ASCII.plus) { _ = reader.skip(ASCII.minus) }
    let start = reader.position
    let hasWhole = reader.skipDigits()
    if reader.isAtEnd {
      let hasLeadingZero = reader.position > start + 1 && text[start] == ASCII.zero
      return hasWhole && !hasLeadingZero ? .integer : .other
    }
    guard reader.skip(ASCII.dot) else { return .other }
    // YAML 1.1 knows `.5`, but takes `-.5` for text.
    guard reader.skipDigits() && start == 0 || hasWhole else { return .other }
    if reader.byte | 0x20 == UInt8(ascii: "e") {
      reader.advance()
      guard reader.skip(ASCII.plus) || reader.skip(ASCII.minus), reader.skipDigits() else {
        return .other
      }
    }
    return reader.isAtEnd ? .double : .other
  }

  private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") }

  private static func lowercased(_ text: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: text, as: UTF8.self).lowercased()
  }
}

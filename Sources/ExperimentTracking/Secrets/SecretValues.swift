/// The value after a name, and whether it is a secret or only code that mentions one.
extension SecretScanner {
  struct SecretValue {
    var range: Range<Int>
    var isQuoted: Bool
  }

  /// The longest value that is examined before it is taken.
  private static let examined = 256

  func value(from start: Int, tie: Tie) -> SecretValue? {
    var position = start
    if tie == .parameter { return plain(from: position) { self.endsParameter($0) } }
    if byte(position) == UInt8(ascii: "("), SecretCharacter.isQuote(byte(position + 1)) {
      position += 1
    }
    // r"…", b"…", f"…", @"…"
    let prefix = byte(position) | 0x20
    if SecretCharacter.isQuote(byte(position + 1)),
      prefix == UInt8(ascii: "r") || prefix == UInt8(ascii: "b")
        || prefix == UInt8(ascii: "f") || prefix == UInt8(ascii: "u") || byte(position) == .at
    {
      position += 1
    }
    if byte(position) == .backslash, SecretCharacter.isQuote(byte(position + 1)) {
      return quoted(from: position + 2, closing: byte(position + 1), escaped: true)
    }
    let quote = byte(position)
    if SecretCharacter.isQuote(quote) {
      let triple = byte(position + 1) == quote && byte(position + 2) == quote
      return quoted(from: position + (triple ? 3 : 1), closing: quote, escaped: false)
    }
    switch tie {
    case .quotedOnly: return nil
    case .flag:
      return byte(position) == .dash ? nil : plain(from: position) { self.endsArgument($0) }
    default: return plain(from: position) { self.endsPlain($0) }
    }
  }

  private func quoted(from start: Int, closing: UInt8, escaped: Bool) -> SecretValue {
    var end = start
    while end < bytes.count, !SecretCharacter.isLineBreak(byte(end)) {
      if escaped {
        if byte(end) == .backslash, byte(end + 1) == closing { break }
      } else if byte(end) == closing {
        break
      } else if byte(end) == .backslash, !SecretCharacter.isLineBreak(byte(end + 1)) {
        end += 1
      }
      end += 1
    }
    return SecretValue(range: start..<min(end, bytes.count), isQuoted: true)
  }

  private func plain(from start: Int, until ends: (UInt8) -> Bool) -> SecretValue? {
    var end = start
    while end < bytes.count, !ends(byte(end)) { end += 1 }
    return end > start ? SecretValue(range: start..<end, isQuoted: false) : nil
  }

  private func endsArgument(_ byte: UInt8) -> Bool {
    byte <= 0x20 || SecretCharacter.isQuote(byte)
  }

  private func endsPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"),
      UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: ">"):
      true
    default: endsArgument(byte)
    }
  }

  private func endsParameter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "#") || byte == .backslash || byte == UInt8(ascii: "<") || endsPlain(byte)
  }

  /// Whether a mark of an earlier pass stands here.
  func isMark(_ range: Range<Int>) -> Bool { matches("[REDACTED]", at: range.lowerBound) }

  func isSecret(_ value: SecretValue, of kind: SecretName, named name: Range<Int>, tie: Tie) -> Bool
  {
    let range = value.range
    if range.isEmpty || isMark(range) { return false }
    if range.count > Self.examined { return true }
    let text = SecretValueText(bytes[range])
    if text.isPlaceholder { return false }
    if kind != .password, text.isPath { return false }
    if kind == .parameter { return true }
    if tie == .parameter { return kind == .password || range.count >= 6 }
    let isLoose = tie == .flag || isConstant(name)
    if kind == .token, text.isVocabulary(isLoose: isLoose) { return false }
    if kind != .password, text.isConstantName { return false }
    if text.isKeyword { return false }
    if value.isQuoted || tie == .flag { return true }
    return !isCode(value, text, named: name, tie: tie)
  }

  /// Whether a value without quotes is an expression, a type or a variable.
  private func isCode(
    _ value: SecretValue, _ text: SecretValueText, named name: Range<Int>, tie: Tie
  ) -> Bool {
    let next = byte(value.range.upperBound)
    if text.isExpression { return true }
    if tie == .tight, isConstant(name) { return false }
    if text.isMember { return true }
    guard text.isIdentifier else { return false }
    if bytes[value.range].elementsEqual(bytes[name]) { return true }
    if text.hasDigitAndLetter, value.range.count >= 6 { return false }
    // A word: in `password: swordfish` and `password=swordfish` it ends the line or the argument.
    switch tie {
    case .tight: return next == UInt8(ascii: ",") || next == UInt8(ascii: ")")
    default: return !isColonTied(value) || !endsLine(value) || text.isTypeName
    }
  }

  /// Whether nothing but a comment follows in the line.
  private func endsLine(_ value: SecretValue) -> Bool {
    let next = byte(skipBlanks(value.range.upperBound))
    return next == 0 || SecretCharacter.isLineBreak(next) || next == UInt8(ascii: "#")
  }

  private func isColonTied(_ value: SecretValue) -> Bool {
    var position = value.range.lowerBound - 1
    while SecretCharacter.isBlank(byte(position)) { position -= 1 }
    return byte(position) == .colon
  }
}

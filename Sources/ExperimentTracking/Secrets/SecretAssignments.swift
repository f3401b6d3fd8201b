/// A name that says secret, followed by a value: assignments, flags, headers, address parameters.
extension SecretScanner {
  /// How a value is tied to its name.
  enum Tie {
    /// `name = value`, `name: value`, `"name": "value"`.
    case assignment
    /// `NAME=value` without blanks, as in a shell, an INI file or a call.
    case tight
    /// `--name value`.
    case flag
    /// `?name=value` in an address.
    case parameter
    /// Only a quoted value may follow: `password == "…"`, `["--password", "…"]`.
    case quotedOnly
  }

  /// Looks for the value of a name and takes it; returns the position after it.
  mutating func assignment(_ name: Range<Int>) -> Int? {
    if matches("earer", at: name.upperBound - 5) { return bearer(name) }
    guard let (tie, start) = tie(after: name) else { return nil }
    guard let kind = SecretNames.kind(of: bytes[name]) ?? loginKey(name) else { return nil }
    if kind == .parameter, tie != .parameter { return nil }
    if kind == .authorization { return authorization(from: start) }
    guard let value = value(from: start, tie: tie) else { return nil }
    guard isSecret(value, of: kind, named: name, tie: tie) else { return nil }
    return take(value.range)
  }

  /// The way from a name to its value; nil if none follows.
  private func tie(after name: Range<Int>) -> (Tie, start: Int)? {
    let isParameter =
      byte(name.lowerBound - 1) == UInt8(ascii: "?")
      || byte(name.lowerBound - 1) == UInt8(ascii: "&") || matches("&amp;", at: name.lowerBound - 5)
    let isFlag = isFlag(name)
    var position = name.upperBound
    if byte(position) == .backslash, SecretCharacter.isQuote(byte(position + 1)) { position += 1 }
    let quoted = SecretCharacter.isQuote(byte(position))
    if quoted { position += 1 }
    if byte(position) == UInt8(ascii: "]") { position += 1 }
    let separator = skipBlanks(position)
    switch byte(separator) {
    case .equals where byte(separator + 1) == .equals:
      return (.quotedOnly, skipBlanks(separator + 2))
    case .equals:
      if isParameter { return (.parameter, separator + 1) }
      let after = byte(separator + 1) == UInt8(ascii: ">") ? separator + 2 : separator + 1
      let isTight = separator == name.upperBound && !SecretCharacter.isBlank(byte(after))
      return (isTight ? .tight : .assignment, skipBlanks(after))
    case .colon where byte(separator + 1) == .colon || byte(separator + 1) == .slash:
      return nil
    case .colon:
      let after = byte(separator + 1) == .equals ? separator + 2 : separator + 1
      if let typed = afterType(after) { return (.quotedOnly, typed) }
      return (.assignment, skipBlanks(after))
    case UInt8(ascii: ",") where quoted && (isFlag || isConstant(name)):
      return (.quotedOnly, skipBlanks(separator + 1))
    case 0, 0x0A, 0x0D, .dash:
      return nil
    default:
      guard isFlag, !quoted, separator > position, !SecretNames.isSwitch(bytes[name]) else {
        return nil
      }
      return (.flag, separator)
    }
  }

  /// Whether a name is written as an option: `--name`, or `-name` within a line, where the dash can
  /// not be the mark of a patch.
  private func isFlag(_ name: Range<Int>) -> Bool {
    guard byte(name.lowerBound - 1) == .dash else { return false }
    let before = byte(name.lowerBound - 2)
    return before == .dash || SecretCharacter.isBlank(before) || SecretCharacter.isQuote(before)
  }

  func skipBlanks(_ start: Int) -> Int {
    var position = start
    while SecretCharacter.isBlank(byte(position)) { position += 1 }
    return position
  }

  /// Where the value begins in `name: Type = "value"`.
  private func afterType(_ start: Int) -> Int? {
    var position = skipBlanks(start)
    let limit = position + 64
    guard SecretCharacter.isLetter(byte(position)) else { return nil }
    while position < limit, !SecretCharacter.isLineBreak(byte(position)) {
      if byte(position) == .equals {
        let value = skipBlanks(position + 1)
        // The `=` at the end of base64 has no blank before it.
        let isTyped = SecretCharacter.isBlank(byte(position - 1))
        return isTyped && SecretCharacter.isQuote(byte(value)) ? value : nil
      }
      if SecretCharacter.isQuote(byte(position)) { return nil }
      position += 1
    }
    return nil
  }

  /// Whether a name is written in capitals, as variables of the environment are.
  func isConstant(_ name: Range<Int>) -> Bool {
    name.allSatisfy { position in !(byte(position) &- 0x61 < 26) }
  }

  /// `login(key="…")`: the one call where `key` alone means a credential.
  private func loginKey(_ name: Range<Int>) -> SecretName? {
    let isKey = name.count == 3 && matches("key", at: name.lowerBound)
    return isKey && matches("login(", at: name.lowerBound - 6) ? .key : nil
  }
}

/// Credentials in headers: `Authorization: Basic …`, `Bearer …`.
extension SecretScanner {
  /// The shortest credential that is told from a word after `Bearer`.
  private static let shortestBearer = 12

  /// Takes what follows `Authorization:`, the name of the scheme left in place.
  mutating func authorization(from start: Int) -> Int? {
    var position = start
    while SecretCharacter.isQuote(byte(position)) || byte(position) == .backslash
      || byte(position) | 0x20 == UInt8(ascii: "f") && SecretCharacter.isQuote(byte(position + 1))
    {
      position += 1
    }
    let first = credential(from: position)
    let rest = first.upperBound
    guard byte(rest) == UInt8(ascii: " "), first.allSatisfy({ SecretCharacter.isLetter(byte($0)) })
    else { return takeCredential(first, least: 6) }
    return takeCredential(credential(from: rest + 1), least: 4)
  }

  /// Takes what follows the word `Bearer` if it looks like a token.
  mutating func bearer(_ name: Range<Int>) -> Int? {
    guard byte(name.upperBound) == UInt8(ascii: " ") else { return nil }
    let range = credential(from: name.upperBound + 1)
    guard range.contains(where: { SecretCharacter.isDigit(byte($0)) }) else { return nil }
    return takeCredential(range, least: Self.shortestBearer)
  }

  private mutating func takeCredential(_ range: Range<Int>, least: Int) -> Int? {
    guard range.count >= least, !isMark(range) else { return nil }
    let text = SecretValueText(bytes[range])
    guard !text.isPlaceholder, !text.isExpression, !text.isMember else { return nil }
    if range.count < 16, text.isWord { return nil }
    return take(range)
  }

  private func credential(from start: Int) -> Range<Int> {
    var end = start
    while byte(end) > 0x20, !SecretCharacter.isQuote(byte(end)), byte(end) != .backslash,
      byte(end) != UInt8(ascii: ",")
    {
      end += 1
    }
    return start..<end
  }
}

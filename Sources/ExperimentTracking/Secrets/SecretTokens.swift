/// Tokens that are known by their looks, wherever they stand.
extension SecretScanner {
  /// How far a token is searched for its digit.
  private static let digitDistance = 64

  /// The end of the token that begins at the start of a word; nil if there is none.
  mutating func token(at start: Int) -> Int? {
    let first = byte(start)
    if first == UInt8(ascii: "e"), matches("eyJ", at: start) { return signedToken(at: start) }
    for form in SecretTokenForm.byFirstByte[Int(first)] where matches(form.prefix, at: start) {
      let body = start + form.prefix.utf8CodeUnitCount
      let end = self.end(of: form.alphabet, from: body)
      guard end - body >= form.least, !form.needsDigit || hasDigit(body..<end) else { continue }
      // Two of them have a second part after a dot.
      let second = byte(end) == .dot ? runs.end(from: end + 1, in: bytes) : end
      return second - end > 16 ? second : end
    }
    return nil
  }

  private mutating func end(of alphabet: SecretTokenForm.Alphabet, from start: Int) -> Int {
    if alphabet == .urlSafe { return runs.end(from: start, in: bytes) }
    var end = start
    while SecretCharacter.isAlphanumeric(byte(end))
      || (alphabet == .word && byte(end) == .underscore)
    {
      end += 1
    }
    // A name such as `hf_transfer_enabled` goes on; a token does not.
    return byte(end) == .underscore ? start : end
  }

  /// A JSON Web Token: two parts that begin as encoded JSON does, and a signature that may be empty.
  private mutating func signedToken(at start: Int) -> Int? {
    let header = runs.end(from: start, in: bytes)
    guard header - start >= 10, byte(header) == .dot, matches("eyJ", at: header + 1) else {
      return nil
    }
    let payload = runs.end(from: header + 1, in: bytes)
    guard payload - header >= 10, byte(payload) == .dot else { return nil }
    return runs.end(from: payload + 1, in: bytes)
  }

  private func hasDigit(_ range: Range<Int>) -> Bool {
    let near = range.lowerBound..<min(range.upperBound, range.lowerBound + Self.digitDistance)
    return near.contains { SecretCharacter.isDigit(byte($0)) }
  }
}

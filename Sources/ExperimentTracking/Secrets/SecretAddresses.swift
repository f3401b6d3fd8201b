/// Credentials before the host of an address: `https://user:password@host`.
extension SecretScanner {
  /// Looks between `://` and the host; returns the position after the secret.
  mutating func userInformation(at colon: Int) -> Int? {
    let start = colon + 3
    var last: Int?
    var firstColon: Int?
    var position = start
    while !endsAuthority(byte(position)) {
      if byte(position) == .at { last = position }
      if byte(position) == .colon, firstColon == nil { firstColon = position }
      position += 1
    }
    guard let last, last > start, !isMark(start..<last) else { return nil }
    let hasPassword = firstColon.map { $0 < last } ?? false
    // `ssh://git@host` names an account and gives nothing away.
    if !hasPassword, !precededByWebScheme(colon) { return nil }
    return take(start..<last)
  }

  private func precededByWebScheme(_ colon: Int) -> Bool {
    matches("http", at: colon - 4) || matches("https", at: colon - 5)
  }

  private func endsAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, .slash, .doubleQuote, .quote, .backtick, UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ")"), .backslash:
      true
    default: false
    }
  }
}

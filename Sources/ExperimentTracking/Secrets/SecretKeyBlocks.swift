/// Private keys in their text form, in files, in patches and in string literals.
extension SecretScanner {
  /// A line within a key block.
  private struct KeyLine {
    enum Ending { case closed, continued(Int), foreign }
    var body: Range<Int>
    var ending: Ending
  }

  /// Takes what stands between `-----BEGIN … PRIVATE KEY-----` and its end, line by line; returns the
  /// position after it.
  mutating func keyBlock(at start: Int) -> Int? {
    var position = start + 11
    while position < start + 64, byte(position) != .dash, byte(position) != 0 { position += 1 }
    let label = bytes[min(start + 11, bytes.count)..<min(position, bytes.count)]
    guard matches("-----", at: position), label.containsText("PRIVATE KEY") else { return nil }
    position += 5
    var continuing = false
    while true {
      let line = keyLine(from: position)
      if case .foreign = line.ending, line.body.count < 40 { return position }
      if !line.body.isEmpty {
        take(line.body, continuing: continuing)
        continuing = true
      }
      guard case .continued(let next) = line.ending else { return line.body.upperBound }
      position = next
    }
  }

  private func keyLine(from start: Int) -> KeyLine {
    var position = start
    if SecretCharacter.isLineBreak(byte(start - 1)), !matches("-----", at: start),
      byte(start) == UInt8(ascii: "+") || byte(start) == .dash
    {
      position += 1
    }
    while SecretCharacter.isBlank(byte(position)) || SecretCharacter.isQuote(byte(position))
      || matches("\\n", at: position)
    {
      position += matches("\\n", at: position) ? 2 : 1
    }
    let first = position
    let isHeader = matches("Proc-Type:", at: first) || matches("DEK-Info:", at: first)
    while isKeyCharacter(byte(position)) || (isHeader && isHeaderCharacter(byte(position))) {
      position += 1
    }
    let body = first..<position
    if matches("-----END", at: position) { return KeyLine(body: body, ending: .closed) }
    while SecretCharacter.isBlank(byte(position)) || SecretCharacter.isQuote(byte(position))
      || byte(position) == UInt8(ascii: ",")
    {
      position += 1
    }
    if byte(position) == 0x0D { position += 1 }
    guard byte(position) == 0x0A else { return KeyLine(body: body, ending: .foreign) }
    return KeyLine(body: body, ending: .continued(position + 1))
  }

  private func isKeyCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), .slash, .equals, .backslash: true
    default: SecretCharacter.isAlphanumeric(byte)
    }
  }

  private func isHeaderCharacter(_ byte: UInt8) -> Bool {
    byte == .colon || byte == .dash || byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ")
  }
}

extension ArraySlice<UInt8> {
  /// Whether the ASCII text occurs in these bytes.
  func containsText(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}

/// Credentials that are known by the place where they stand: in an address, a line of a known file,
/// the arguments of a call.
extension SecretScanner {
  /// How far around a place is looked for what tells it.
  private static let near = 160

  // MARK: Addresses

  /// Webhooks, whose path is the credential, and `/t/<token>/` of conda channels.
  mutating func addressPath(host: Range<Int>, from slash: Int) {
    guard byte(slash) == .slash else { return }
    let host = bytes[host]
    if host.endsWith("hooks.slack.com") {
      guard let secret = parts(after: slash, skipping: 1, least: 8) else { return }
      note(secret)
    } else if host.endsWith("discord.com") || host.endsWith("discordapp.com") {
      guard matches("/api/webhooks/", at: slash),
        let secret = parts(after: slash + 13, skipping: 1, least: 20)
      else { return }
      note(secret)
    } else if host.endsWith("webhook.office.com") {
      guard let secret = parts(after: slash, skipping: 1, least: 20) else { return }
      note(secret)
    } else {
      var part = slash
      for _ in 0..<3 {
        let end = pathPart(part + 1)
        if end - part == 2, byte(part + 1) == UInt8(ascii: "t"), byte(end) == .slash {
          let token = end + 1..<pathPart(end + 1)
          if SecretValueText(bytes[token]).hasRandomPart { note(token) }
          return
        }
        guard byte(end) == .slash else { return }
        part = end
      }
    }
  }

  /// The rest of a path behind some of its parts; nil if it is shorter.
  private func parts(after slash: Int, skipping count: Int, least: Int) -> Range<Int>? {
    var start = slash + 1
    for _ in 0..<count {
      start = pathPart(start) + 1
      guard byte(start - 1) == .slash else { return nil }
    }
    var end = pathPart(start)
    while byte(end) == .slash, end - start < 512 { end = pathPart(end + 1) }
    guard end - start >= least, !isMark(start..<end) else { return nil }
    return start..<end
  }

  /// The end of the part of a path that begins here.
  private func pathPart(_ start: Int) -> Int {
    var end = start
    while end - start < 256,
      SecretCharacter.isWord(byte(end)) || byte(end) == .dash || byte(end) == .dot
        || byte(end) == UInt8(ascii: "+") || byte(end) == .equals || byte(end) == .at
        || byte(end) == UInt8(ascii: "%")
    {
      end += 1
    }
    return end
  }

  /// `jdbc:oracle:thin:name/password@host`, from the first colon.
  func oracle(at colon: Int) -> Range<Int>? {
    var start = colon + 8
    while start < colon + 16, SecretCharacter.isLetter(byte(start)) { start += 1 }
    guard byte(start) == .colon else { return nil }
    start += 1
    while start < colon + Self.near, SecretCharacter.isWord(byte(start)) { start += 1 }
    guard byte(start) == .slash else { return nil }
    let password = within(start + 1) { $0 == .at || $0 <= 0x20 || SecretCharacter.isQuote($0) }
    let isWhole = byte(password.upperBound) == .at && !password.isEmpty && !isMark(password)
    return isWhole ? password : nil
  }

  /// The number of a bot before `:AA…` and its token after it, as Telegram gives them.
  mutating func bot(at colon: Int) -> Range<Int>? {
    var digits = 0
    while digits < 12, SecretCharacter.isDigit(byte(colon - 1 - digits)) { digits += 1 }
    let end = runs.end(from: colon + 1, in: bytes)
    return (8...10).contains(digits) && (34...36).contains(end - colon - 1) ? colon + 1..<end : nil
  }

  /// A client secret of Azure: three characters, a digit, `Q~` and 31 more or a few.
  func azure(at tilde: Int) -> Range<Int>? {
    func isPart(_ byte: UInt8) -> Bool {
      SecretCharacter.isWord(byte) || byte == .dash || byte == .dot || byte == UInt8(ascii: "~")
    }
    let start = tilde - 5
    guard (start..<tilde).allSatisfy({ isPart(byte($0)) }), !isPart(byte(start - 1)) else {
      return nil
    }
    let rest = within(tilde + 1) { !isPart($0) }
    return (31...34).contains(rest.count) ? start..<rest.upperBound : nil
  }

  // MARK: Lines of files

  /// `host:5432:database:name:password`, a line of `.pgpass`, from the first colon.
  func postgresLine(at colon: Int) -> Range<Int>? {
    var start = colon
    while colon - start < Self.near, isNamePart(byte(start - 1)) || byte(start - 1) == .slash {
      start -= 1
    }
    let before = byte(start - 1)
    guard start < colon, before <= 0x20 || SecretCharacter.isQuote(before) else { return nil }
    var position = colon + 1
    for field in 0..<3 {
      let end = within(position) { !isNamePart($0) }.upperBound
      guard end > position, byte(end) == .colon else { return nil }
      if field == 0, !isPort(position..<end) { return nil }
      position = end + 1
    }
    let password = within(position) { $0 <= 0x20 || SecretCharacter.isQuote($0) }
    let next = byte(password.upperBound)
    guard !password.isEmpty, !isMark(password), next != 0x20, next != 0x09,
      !SecretValueText(bytes[password]).isPlaceholder
    else { return nil }
    return password
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    SecretCharacter.isWord(byte) || byte == .dash || byte == .dot || byte == UInt8(ascii: "*")
  }

  private func isPort(_ range: Range<Int>) -> Bool {
    if range.count == 1 { return byte(range.lowerBound) == UInt8(ascii: "*") }
    return ["5432", "5433", "5434", "6432", "6543"].contains {
      bytes[range].elementsEqual($0.utf8)
    }
  }

  /// `machine host login name password value`, in one line or several, from the word `password`.
  func netrcValue(after name: Range<Int>) -> Range<Int>? {
    let start = skipBlanks(name.upperBound)
    guard start > name.upperBound else { return nil }
    let value = within(start) { $0 <= 0x20 }
    guard !value.isEmpty, !isMark(value), !SecretValueText(bytes[value]).isPlaceholder else {
      return nil
    }
    // The words before, the nearest first.
    var words: [ArraySlice<UInt8>] = []
    var position = name.lowerBound
    var isAlone = true
    while words.count < 5, name.lowerBound - position < Self.near, position > 0 {
      let before = byte(position - 1)
      if before <= 0x20 {
        position -= 1
        continue
      }
      if words.isEmpty {
        isAlone = bytes[position..<name.lowerBound].contains(where: SecretCharacter.isLineBreak)
      }
      let end = position
      while position > 0, byte(position - 1) > 0x20, name.lowerBound - position < Self.near {
        position -= 1
      }
      words.append(bytes[position..<end])
    }
    let isBehindLogin =
      words.count > 3 && words[1].elementsEqual("login".utf8)
      && words[3].elementsEqual("machine".utf8)
    let isBehindMachine = words.count > 1 && words[1].elementsEqual("machine".utf8)
    let isDefault = words.count > 2 && words[2].elementsEqual("default".utf8)
    if isBehindLogin || isBehindMachine || isDefault { return value }
    // A line of its own.
    let next = byte(skipBlanks(value.upperBound))
    let endsLine = next == 0 || SecretCharacter.isLineBreak(next)
    return isAlone && endsLine && value.count >= 6
      && bytes[value].contains(where: SecretCharacter.isDigit) ? value : nil
  }

  // MARK: Calls

  /// The second argument of `login("name", "password")`, from the word before the parenthesis.
  func callPassword(after name: Range<Int>) -> Range<Int>? {
    var position = skipBlanks(name.upperBound)
    if byte(position) == .equals { position = skipBlanks(position + 1) }
    guard byte(position) == UInt8(ascii: "(") else { return nil }
    position += 1
    let limit = position + Self.near
    let first = skipBlanks(position)
    if SecretCharacter.isQuote(byte(first)) {
      let text = within(first + 1) { $0 == byte(first) || SecretCharacter.isLineBreak($0) }
      position = text.upperBound + 1
      // `login("key")`
      if byte(position) == UInt8(ascii: ")"), SecretValueText(bytes[text]).isKeyArgument {
        return text
      }
    }
    while position < limit, byte(position) != .comma {
      guard byte(position) > 0x1F, byte(position) != UInt8(ascii: ")"),
        byte(position) != UInt8(ascii: "(")
      else { return nil }
      position += 1
    }
    position = skipBlanks(position + 1)
    let quote = byte(position)
    guard SecretCharacter.isQuote(quote) else { return nil }
    let text = within(position + 1) { $0 == quote || SecretCharacter.isLineBreak($0) }
    guard byte(text.upperBound) == quote, !text.isEmpty, !isMark(text),
      !SecretValueText(bytes[text]).isPlaceholder
    else { return nil }
    return text
  }

  /// Whether the value of a `"key"` is that of kaggle.json, where the name of the user stands
  /// beside it.
  func isKaggleKey(_ name: Range<Int>, value start: Int) -> Bool {
    guard SecretCharacter.isQuote(byte(name.lowerBound - 1)), SecretCharacter.isQuote(byte(start)),
      (start + 1...start + 24).allSatisfy({ SecretCharacter.isAlphanumeric(byte($0)) })
    else { return false }
    return (name.lowerBound - Self.near..<start + Self.near).contains {
      matches("username", at: $0)
    }
  }

  // MARK: Values of several lines

  /// Takes the lines of a YAML block, `name: >-`; returns the position after it, nil if none begins
  /// here.
  mutating func block(of name: Range<Int>, from start: Int) -> Int? {
    guard byte(start) == UInt8(ascii: "|") || byte(start) == UInt8(ascii: ">") else { return nil }
    var position = start + 1
    while byte(position) == .dash || byte(position) == UInt8(ascii: "+")
      || SecretCharacter.isDigit(byte(position))
    {
      position += 1
    }
    position = skipBlanks(position)
    if byte(position) == 0x0D { position += 1 }
    guard position >= bytes.count || byte(position) == 0x0A else { return nil }
    var column = 0
    while column <= Self.near, !SecretCharacter.isLineBreak(byte(name.lowerBound - 1 - column)),
      name.lowerBound - 1 - column >= 0
    {
      column += 1
    }
    guard column < Self.near else { return nil }
    if SecretCharacter.isQuote(byte(name.lowerBound - 1)) { column -= 1 }
    return blockLines(from: position + 1, column: column)
  }

  /// Takes the lines that are further in than a column.
  mutating func blockLines(from start: Int, column: Int) -> Int {
    var line = start
    while line < bytes.count {
      var first = line
      if byte(first) == UInt8(ascii: "+") || byte(first) == .dash { first += 1 }
      while SecretCharacter.isBlank(byte(first)) { first += 1 }
      var end = first
      while end < bytes.count, !SecretCharacter.isLineBreak(byte(end)) { end += 1 }
      if end > first {
        guard first - line > column else { return line }
        let text = SecretValueText(bytes[first..<end])
        if !text.isPlaceholder, !isMark(first..<end) { take(first..<end) }
      }
      line = byte(end) == 0x0D && byte(end + 1) == 0x0A ? end + 2 : end + 1
    }
    continuation = .block(column: column)
    return bytes.count
  }

  /// The bytes from a position to the first that ends them, not further than a certain distance.
  private func within(_ start: Int, until ends: (UInt8) -> Bool) -> Range<Int> {
    let limit = min(bytes.count, start + Self.near)
    var end = start
    while end < limit, !ends(byte(end)) { end += 1 }
    return start..<max(start, end)
  }
}

extension ArraySlice<UInt8> {
  /// Whether these bytes end with the ASCII text.
  func endsWith(_ text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount
      && text.withUTF8Buffer { buffer in suffix(buffer.count).elementsEqual(buffer) }
  }
}

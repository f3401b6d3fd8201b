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

/// How the tokens of well-known services look: a prefix and what follows it.
struct SecretTokenForm: Sendable {
  /// The characters that may follow the prefix.
  enum Alphabet: Sendable {
    case alphanumeric
    /// Letters, digits, `_`.
    case word
    /// Letters, digits, `_`, `-`.
    case urlSafe
  }

  let prefix: StaticString
  let alphabet: Alphabet
  /// How many characters follow at least.
  let least: Int
  /// Whether a digit must be among them, which tells tokens from words.
  let needsDigit: Bool

  init(_ prefix: StaticString, _ alphabet: Alphabet, _ least: Int, needsDigit: Bool = true) {
    self.prefix = prefix
    self.alphabet = alphabet
    self.least = least
    self.needsDigit = needsDigit
  }

  /// All forms by the first byte of their prefix.
  static let byFirstByte: [[SecretTokenForm]] = {
    var table = [[SecretTokenForm]](repeating: [], count: 256)
    for form in all { table[Int(form.prefix.utf8Start.pointee)].append(form) }
    return table
  }()

  private static let all = [
    // Amazon, Google, DigitalOcean, Databricks
    SecretTokenForm("AKIA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ASIA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("AIza", .urlSafe, 30),
    SecretTokenForm("GOCSPX-", .urlSafe, 20),
    SecretTokenForm("dop_v1_", .alphanumeric, 40),
    SecretTokenForm("dapi", .alphanumeric, 32),
    // GitHub, GitLab
    SecretTokenForm("ghp_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("gho_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghu_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghs_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghr_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("github_pat_", .word, 16, needsDigit: false),
    SecretTokenForm("glpat-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("gldt-", .urlSafe, 16),
    SecretTokenForm("glrt-", .urlSafe, 16),
    SecretTokenForm("glptt-", .urlSafe, 16),
    // Slack
    SecretTokenForm("xoxb-", .urlSafe, 10),
    SecretTokenForm("xoxp-", .urlSafe, 10),
    SecretTokenForm("xoxa-", .urlSafe, 10),
    SecretTokenForm("xoxr-", .urlSafe, 10),
    SecretTokenForm("xoxs-", .urlSafe, 10),
    SecretTokenForm("xoxe-", .urlSafe, 10),
    SecretTokenForm("xoxe.", .urlSafe, 10),
    SecretTokenForm("xapp-", .urlSafe, 10),
    // Models and their registries
    SecretTokenForm("sk-ant-", .urlSafe, 12),
    SecretTokenForm("sk-proj-", .urlSafe, 12),
    SecretTokenForm("sk-svcacct-", .urlSafe, 12),
    SecretTokenForm("sk-or-", .urlSafe, 20),
    SecretTokenForm("sk-", .alphanumeric, 20),
    SecretTokenForm("hf_", .alphanumeric, 20, needsDigit: false),
    SecretTokenForm("gsk_", .alphanumeric, 32),
    SecretTokenForm("r8_", .alphanumeric, 30),
    SecretTokenForm("wandb_v1_", .urlSafe, 20),
    SecretTokenForm("nvapi-", .urlSafe, 30),
    // Package registries
    SecretTokenForm("npm_", .alphanumeric, 30, needsDigit: false),
    SecretTokenForm("pypi-", .urlSafe, 30),
    SecretTokenForm("dckr_pat_", .urlSafe, 20),
    // Payments, mail, shops, keys
    SecretTokenForm("sk_live_", .alphanumeric, 16),
    SecretTokenForm("sk_test_", .alphanumeric, 16),
    SecretTokenForm("rk_live_", .alphanumeric, 16),
    SecretTokenForm("whsec_", .alphanumeric, 20),
    SecretTokenForm("shpat_", .alphanumeric, 30),
    SecretTokenForm("SG.", .urlSafe, 20),
    SecretTokenForm("AGE-SECRET-KEY-1", .alphanumeric, 30),
  ]
}

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

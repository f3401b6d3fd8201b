/// Tokens that are known by their looks, wherever they stand.
extension SecretScanner {
  /// How far a token is searched for its digit.
  private static let digitDistance = 64

  /// The end of the token that begins at the start of a word; nil if there is none.
  mutating func token(at start: Int) -> Int? {
    let first = byte(start)
    if first == UInt8(ascii: "e"), matches("eyJ", at: start) { return signedToken(at: start) }
    if first == UInt8(ascii: "M") || first == UInt8(ascii: "N") || first == UInt8(ascii: "O"),
      let end = discordToken(at: start)
    {
      return end
    }
    guard beginnings[Int(first) << 8 | Int(byte(start + 1))] else { return nil }
    for form in SecretTokenForm.byFirstByte[Int(first)] where matches(form.prefix, at: start) {
      let body = start + form.prefix.utf8CodeUnitCount
      let end = self.end(of: form.alphabet, from: body)
      guard end - body >= form.least, !form.needsDigit || hasDigit(body..<end) else { continue }
      if form.isKeyBody { continuation = .key(foreign: 0) }
      // Two of them have a second part after a dot.
      let second = byte(end) == .dot ? runs.end(from: end + 1, in: bytes) : end
      return second - end > 16 ? second : end
    }
    return nil
  }

  private mutating func end(of alphabet: SecretTokenForm.Alphabet, from start: Int) -> Int {
    if alphabet == .urlSafe { return runs.end(from: start, in: bytes) }
    var end = start
    if alphabet == .base64 {
      while SecretCharacter.isAlphanumeric(byte(end)) || byte(end) == UInt8(ascii: "+")
        || byte(end) == .slash || byte(end) == .equals
      {
        end += 1
      }
      return end
    }
    while SecretCharacter.isAlphanumeric(byte(end))
      || (alphabet == .word && byte(end) == .underscore)
    {
      end += 1
    }
    // A name such as `hf_transfer_enabled` continues; a token does not.
    return byte(end) == .underscore ? start : end
  }

  /// A JSON Web Token: two parts that begin as encoded JSON does, and a signature that may be
  /// empty.
  private mutating func signedToken(at start: Int) -> Int? {
    let header = runs.end(from: start, in: bytes)
    guard header - start >= 10, byte(header) == .dot, matches("eyJ", at: header + 1) else {
      return nil
    }
    let payload = runs.end(from: header + 1, in: bytes)
    guard payload - header >= 10, byte(payload) == .dot else { return nil }
    return runs.end(from: payload + 1, in: bytes)
  }

  /// Three parts of certain lengths.
  private mutating func discordToken(at start: Int) -> Int? {
    let first = runs.end(from: start, in: bytes)
    guard (24...28).contains(first - start), byte(first) == .dot else { return nil }
    let second = runs.end(from: first + 1, in: bytes)
    guard second - first == 7, byte(second) == .dot else { return nil }
    let third = runs.end(from: second + 1, in: bytes)
    guard (28...40).contains(third - second), hasDigit(start..<third) else { return nil }
    return third
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
    /// Letters, digits, `+`, `/`, `=`.
    case base64
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

  /// Whether it begins a private key, which may continue in further lines.
  var isKeyBody: Bool {
    alphabet == .base64 && least <= 40 && !needsDigit
      && prefix.utf8Start.pointee != UInt8(ascii: "L")
  }

  /// By the first two bytes whether there is a form.
  static let mayBegin: [Bool] = {
    var table = [Bool](repeating: false, count: 1 << 16)
    for form in all {
      table[Int(form.prefix.utf8Start[0]) << 8 | Int(form.prefix.utf8Start[1])] = true
    }
    return table
  }()

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
    SecretTokenForm("ABIA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ACCA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ABSK", .base64, 100),
    SecretTokenForm("LTAI", .alphanumeric, 20),
    SecretTokenForm("ya29.", .urlSafe, 20, needsDigit: false),
    SecretTokenForm("EAAM", .alphanumeric, 100),
    SecretTokenForm("EAAC", .alphanumeric, 100),
    SecretTokenForm("doo_v1_", .alphanumeric, 40),
    SecretTokenForm("dor_v1_", .alphanumeric, 40),
    SecretTokenForm("glcbt-", .urlSafe, 20, needsDigit: false),
    SecretTokenForm("glffct-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("glft-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("glimt-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("glagent-", .urlSafe, 40, needsDigit: false),
    SecretTokenForm("gloas-", .urlSafe, 40, needsDigit: false),
    SecretTokenForm("glsoat-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("GR1348941", .urlSafe, 20, needsDigit: false),
    SecretTokenForm("xoxo-", .urlSafe, 10),
    SecretTokenForm("AKCp", .alphanumeric, 60),
    SecretTokenForm("cmVmd", .alphanumeric, 59),
    SecretTokenForm("ATATT3", .base64, 60),
    SecretTokenForm("HRKU-", .urlSafe, 40),
    SecretTokenForm("hvs.", .urlSafe, 24),
    SecretTokenForm("hvb.", .urlSafe, 100),
    SecretTokenForm("lin_api_", .alphanumeric, 32),
    SecretTokenForm("ntn_", .alphanumeric, 40),
    SecretTokenForm("NRAK-", .alphanumeric, 27),
    SecretTokenForm("NRII-", .urlSafe, 32),
    SecretTokenForm("NRJS-", .alphanumeric, 19),
    SecretTokenForm("pplx-", .alphanumeric, 40),
    SecretTokenForm("pscale_tkn_", .urlSafe, 32),
    SecretTokenForm("pscale_oauth_", .urlSafe, 32),
    SecretTokenForm("pscale_pw_", .urlSafe, 32),
    SecretTokenForm("PMAK-", .urlSafe, 50),
    SecretTokenForm("pnu_", .alphanumeric, 36),
    SecretTokenForm("pul-", .alphanumeric, 40),
    SecretTokenForm("rdme_", .alphanumeric, 60),
    SecretTokenForm("rubygems_", .alphanumeric, 40),
    SecretTokenForm("tk-us-", .urlSafe, 40),
    SecretTokenForm("xkeysib-", .urlSafe, 60),
    SecretTokenForm("sntryu_", .alphanumeric, 60),
    SecretTokenForm("sntrys_", .base64, 60),
    SecretTokenForm("shippo_live_", .alphanumeric, 40),
    SecretTokenForm("shippo_test_", .alphanumeric, 40),
    SecretTokenForm("shpca_", .alphanumeric, 30),
    SecretTokenForm("shppa_", .alphanumeric, 30),
    SecretTokenForm("shpss_", .alphanumeric, 30),
    SecretTokenForm("sq0atp-", .urlSafe, 20),
    SecretTokenForm("sq0csp-", .urlSafe, 40),
    SecretTokenForm("rk_test_", .alphanumeric, 16),
    SecretTokenForm("tfp_", .urlSafe, 50),
    SecretTokenForm("p8e-", .alphanumeric, 32),
    SecretTokenForm("glc_", .base64, 32),
    SecretTokenForm("glsa_", .word, 40),
    SecretTokenForm("fo1_", .urlSafe, 40),
    SecretTokenForm("fm2_", .base64, 100),
    SecretTokenForm("fio-u-", .urlSafe, 60),
    SecretTokenForm("ico-", .alphanumeric, 32),
    SecretTokenForm("EZAK", .alphanumeric, 54),
    SecretTokenForm("EZTK", .alphanumeric, 54),
    SecretTokenForm("dt0c01.", .alphanumeric, 24),
    SecretTokenForm("dp.pt.", .alphanumeric, 40),
    SecretTokenForm("api_org_", .alphanumeric, 30, needsDigit: false),
    SecretTokenForm("xai-", .alphanumeric, 60),
    SecretTokenForm("tvly-", .urlSafe, 24),
    SecretTokenForm("pcsk_", .word, 40),
    SecretTokenForm("lsv2_pt_", .word, 32),
    SecretTokenForm("lsv2_sk_", .word, 32),
    SecretTokenForm("jina_", .alphanumeric, 40),
    SecretTokenForm("dckr_oat_", .urlSafe, 20),
    SecretTokenForm("sk-admin-", .urlSafe, 20),
    SecretTokenForm("AQVN", .urlSafe, 35),
    SecretTokenForm("ops_eyJ", .base64, 200),
    SecretTokenForm("sgp_", .word, 40),
    SecretTokenForm("sbp_", .alphanumeric, 40),
    SecretTokenForm("figd_", .urlSafe, 36),
    SecretTokenForm("b3BlbnNzaC1rZXktdjEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIEowIBAAKCAQEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIEogIBAAKCAQEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIEpAIBAAKCAQEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIEpQIBAAKCAQEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIJKAIBAAKCAgEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIJKQIBAAKCAgEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIJKgIBAAKCAgEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIJJwIBAAKCAgEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIG4wIBAAKCAYEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIG5AIBAAKCAYEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIG5QIBAAKCAYEA", .base64, 16, needsDigit: false),
    SecretTokenForm("MIIEvgIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIIEvAIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIIJQgIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIIJQwIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIIJQQIBADANBgkqhkiG9w0BAQEFAASC", .base64, 8, needsDigit: false),
    SecretTokenForm("MIGHAgEAMBMGByqGSM49AgEG", .base64, 8, needsDigit: false),
    SecretTokenForm("MHcCAQEEI", .base64, 40, needsDigit: false),
    SecretTokenForm("MC4CAQAwBQYDK2VwBCIEI", .base64, 40, needsDigit: false),
    SecretTokenForm("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk", .base64, 16, needsDigit: false),
    SecretTokenForm("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS", .base64, 16, needsDigit: false),
    SecretTokenForm("LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS", .base64, 16, needsDigit: false),
    SecretTokenForm("LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ", .base64, 16, needsDigit: false),
    SecretTokenForm("LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRVk", .base64, 16, needsDigit: false),
  ]
}

/// Private keys in their text form, in files, in patches and in string literals.
extension SecretScanner {
  /// A line within a key block.
  private struct KeyLine {
    enum Ending { case closed, continued(Int), foreign, exhausted }
    var body: Range<Int>
    var ending: Ending
  }

  /// Takes what stands between `-----BEGIN … PRIVATE KEY-----` and its end, line by line; returns
  /// the position after it.
  mutating func keyBlock(at start: Int) -> Int? {
    var position = start + 11
    while position < start + 64, byte(position) != .dash, byte(position) != 0 { position += 1 }
    let label = bytes[min(start + 11, bytes.count)..<min(position, bytes.count)]
    guard matches("----", at: position), label.containsText("PRIVATE KEY") else { return nil }
    while byte(position) == .dash { position += 1 }
    continuation = .key(foreign: 0)
    isKeyStarted = false
    return keyLines(from: position, continuing: false)
  }

  /// Takes the lines of a key from one on, until its end or something else; returns where that is.
  mutating func keyLines(from start: Int, continuing isContinuing: Bool) -> Int {
    var position = start
    var continuing = isContinuing
    while true {
      let line = keyLine(from: position)
      if case .foreign = line.ending, line.body.count < 40 {
        // Another thread may print in between.
        continuation = continuation.afterForeignLine
        return position
      }
      if !line.body.isEmpty, !isMark(line.body) {
        take(line.body, continuing: continuing)
        continuing = true
        isKeyStarted = true
      }
      continuation = .key(foreign: 0)
      switch line.ending {
      case .continued(let next): position = next
      case .exhausted: return bytes.count
      case .closed:
        continuation = .nothing
        return line.body.upperBound
      case .foreign: return line.body.upperBound
      }
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
    let isHeader = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Subject:"].contains {
      matches($0, at: first)
    }
    while isKeyCharacter(byte(position)) || (isHeader && isHeaderCharacter(byte(position))) {
      position += 1
    }
    let body = first..<position
    if matches("-----END", at: position) || matches("---- END", at: position) {
      return KeyLine(body: body, ending: .closed)
    }
    while SecretCharacter.isBlank(byte(position)) || SecretCharacter.isQuote(byte(position))
      || byte(position) == UInt8(ascii: ",")
    {
      position += 1
    }
    if byte(position) == 0x0D { position += 1 }
    if position >= bytes.count { return KeyLine(body: body, ending: .exhausted) }
    guard byte(position) == 0x0A else { return prefixedKeyLine(from: first, body) }
    return KeyLine(body: body, ending: .continued(position + 1))
  }

  /// A line of a key with something before it, as `[rank0]: MIIE…`: its last word is long and
  /// nothing but characters of keys.
  private func prefixedKeyLine(from start: Int, _ body: Range<Int>) -> KeyLine {
    let foreign = KeyLine(body: body, ending: .foreign)
    if body.count >= 40 { return foreign }
    var end = start
    var word = start
    while end < bytes.count, !SecretCharacter.isLineBreak(byte(end)) {
      guard end - start < Self.longestKeyLine else { return foreign }
      if !isKeyCharacter(byte(end)) {
        if matches("-----END", at: end) || matches("---- END", at: end) {
          return KeyLine(body: end..<end, ending: .closed)
        }
        word = end + 1
      }
      end += 1
    }
    guard end - word >= 40 else { return foreign }
    let last = byte(end) == 0x0D && byte(end + 1) == 0x0A ? end + 1 : end
    return KeyLine(
      body: word..<end, ending: last >= bytes.count ? .exhausted : .continued(last + 1))
  }

  private static let longestKeyLine = 512

  private func isKeyCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), .slash, .equals, .backslash: true
    default: SecretCharacter.isAlphanumeric(byte)
    }
  }

  private func isHeaderCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case .colon, .dash, .dot, .comma, .doubleQuote, .at, .underscore, UInt8(ascii: " "),
      UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether the ASCII text occurs in these bytes.
  func containsText(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}

/// Credentials in headers: `Authorization: Basic …`, `Bearer …`.
extension SecretScanner {
  /// The shortest credential that is distinguished from a word after `Bearer`.
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

  /// Takes the cookies after `Cookie:`, or the first pair after `Set-Cookie:`.
  mutating func cookies(from start: Int, _ tie: Tie) -> Int? {
    guard tie == .assignment || tie == .quotedOnly else { return nil }
    var position = start
    if SecretCharacter.isQuote(byte(position)) { position += 1 }
    let first = position
    var hasValue = false
    while position < bytes.count, !SecretCharacter.isQuote(byte(position)),
      !SecretCharacter.isLineBreak(byte(position)), byte(position) != .backslash
    {
      if byte(position) == .equals, position > first { hasValue = true }
      // Of the answer's cookie only the value is secret, not where it counts.
      if byte(position) == UInt8(ascii: ";"),
        matches("; Path", at: position) || matches("; HttpOnly", at: position)
          || matches("; path", at: position) || matches("; Secure", at: position)
          || matches("; Expires", at: position) || matches("; expires", at: position)
          || matches("; Max-Age", at: position) || matches("; Domain", at: position)
      {
        break
      }
      // A name of cookies has no blanks.
      if !hasValue, SecretCharacter.isBlank(byte(position)) { return nil }
      position += 1
    }
    guard hasValue, position - first >= 6, !isMark(first..<position) else { return nil }
    return take(first..<position)
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
    addressPath(host: (last.map { $0 + 1 } ?? start)..<position, from: position)
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

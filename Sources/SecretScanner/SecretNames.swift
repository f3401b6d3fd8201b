/// Which names say that what follows them is secret.
///
/// A name is judged by its words: the last one says what it is (`api_key`, `dbPassword`), the ones
/// before it what for. `num_tokens`, `tokenizer`, `pad_token`, `password_hash` and `sort_key` are
/// not secrets.
enum SecretName {
  /// A password or a secret: any value is one.
  case password
  /// A token: short words, numbers and markup such as `<pad>` are vocabulary, not secrets.
  case token
  /// A key to a service, often given as a file: a path is not a secret.
  case key
  /// A header that carries credentials.
  case authorization
  /// A credential only as a parameter of an address: `sig`, `X-Amz-Signature`.
  case parameter
  /// A short word that more often means something else: only what looks like a password is one.
  case weak
  /// `key` alone: only what looks random is a secret.
  case opaque
  /// `name:password`, plain or in base64.
  case account
  /// Cookies of a request or an answer.
  case cookie
}

enum SecretNames {
  /// The longest name that is looked at.
  static let longest = 64

  /// What a name says that is an option, or that stands beside other facts of an account.
  static func flagKind(of name: ArraySlice<UInt8>) -> SecretName? {
    switch String(decoding: name.prefix(12), as: UTF8.self).lowercased() {
    case "pw", "pwd", "pass", "psw", "pswd": .weak
    case "key": .opaque
    case "creds", "userpass", "user-pass", "basic-auth", "basic_auth": .account
    default: nil
    }
  }

  static func kind(of name: ArraySlice<UInt8>) -> SecretName? {
    guard name.count <= longest else { return nil }
    var words = self.words(of: name)
    guard var last = words.popLast() else { return nil }
    while last.count > 3, last.last?.isNumber == true { last.removeLast() }
    let before = words.last ?? ""
    switch last {
    case "secret", "passphrase", "mysqlpwd", "clientsecret", "appsecret": return .password
    case "pass", "pwd": return words.isEmpty || passes.contains(before) ? nil : .password
    case "pw": return words.isEmpty ? nil : .weak
    case "storepass", "keypass", "dbpass", "adminpass", "rootpass", "smtppass", "ftppass":
      return .password
    case "auth": return .account
    case "cookie": return before.isEmpty || before == "set" ? .cookie : nil
    case "data": return before == "key" && words.count > 1 ? .key : nil
    case "api": return before == "art" ? .key : nil
    case "authorization": return .authorization
    case "apikey", "secretkey", "accesskey", "privatekey", "authkey", "credential", "credentials",
      "apisecret":
      return .key
    case "authtoken", "accesstoken", "apitoken", "bearertoken", "refreshtoken", "sessiontoken",
      "bottoken", "hftoken":
      return .token
    case "key": return secretKeys.contains(before) ? .key : nil
    case "token": return vocabulary.contains(before) ? nil : .token
    case "sig", "signature": return .parameter
    default:
      return last.hasSuffix("password") || last.hasSuffix("passwd") ? .password : nil
    }
  }

  /// Flags that only switch something: `--no-password`, `--use-auth-token`.
  static func isSwitch(_ name: ArraySlice<UInt8>) -> Bool {
    words(of: name).first.map(switches.contains) ?? false
  }

  /// The words of a name in lower case, at `_`, `-` and humps.
  private static func words(of name: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func isUpper(_ byte: UInt8?) -> Bool { byte.map { $0 &- 0x41 < 26 } ?? false }
    func isLower(_ byte: UInt8?) -> Bool { byte.map { $0 &- 0x61 < 26 } ?? false }
    func finish() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for index in name.indices {
      let byte = name[index]
      if byte == .underscore || byte == .dash {
        finish()
        continue
      }
      let previous = index > name.startIndex ? name[index - 1] : nil
      let next = index + 1 < name.endIndex ? name[index + 1] : nil
      if isUpper(byte), isLower(previous) || (isUpper(previous) && isLower(next)) { finish() }
      word.append(isUpper(byte) ? byte | 0x20 : byte)
    }
    finish()
    return words
  }

  private static let switches: Set<String> = [
    "no", "use", "with", "without", "skip", "ask", "prompt", "show", "hide", "enable", "disable",
    "require", "has", "is", "allow", "print",
  ]

  /// What makes a pass one of several.
  private static let passes: Set<String> = [
    "first", "second", "third", "last", "next", "each", "per", "every", "forward", "backward",
    "single",
    "one", "two", "multi", "low", "high", "band", "all", "num", "n", "max", "min", "by", "a", "the",
    "test", "did", "to", "is", "old",
  ]

  private static let secretKeys: Set<String> = [
    "fernet", "rsa", "ssl", "tls", "hmac", "session", "cookie", "flask", "django", "stripe",
    "slack",
    "twilio", "sendgrid", "mailgun", "mailchimp", "datadog", "sentry", "github", "gitlab", "hf",
    "huggingface", "replicate", "cohere", "mistral", "groq", "together", "pinecone", "weaviate",
    "qdrant", "langsmith", "neptune", "mlflow", "clearml", "roboflow", "deepgram", "tavily",
    "jfrog",
    "artifactory", "heroku", "cloudflare", "okta", "algolia", "mapbox", "vault", "consul", "redis",
    "airtable", "notion", "linear", "discord", "telegram", "gemini", "voyage", "jina", "perplexity",
    "api", "access", "secret", "private", "auth", "account", "encryption", "signing", "master",
    "storage", "kaggle", "ssh", "subscription", "wandb", "comet", "service", "deploy", "license",
    "openai", "anthropic", "azure", "aws", "gcp", "google", "client", "admin", "functions",
    "shared", "application", "app", "rest", "maps", "tracking", "webhook", "decryption", "jwt",
  ]

  /// What makes a token a piece of text instead.
  private static let vocabulary: Set<String> = [
    "pad", "eos", "bos", "unk", "sep", "cls", "mask", "special", "next", "stop", "start", "end",
    "begin", "image", "audio", "video", "word", "per", "last", "first", "current", "prev",
    "previous", "new", "n", "num", "max", "min", "control", "prompt", "text", "input", "output",
    "target", "source", "sub", "decoder", "encoder", "oov", "blank", "eot", "eod", "eom", "sos",
    "added", "additional", "extra", "fim", "prefix", "suffix", "middle", "bad", "forced", "each",
    "every", "by", "a", "the", "placeholder", "separator", "think", "class", "dist", "register",
    "time", "latent", "query", "boi", "eoi", "patch", "distillation", "cancellation",
  ]
}

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
    guard let (tie, start) = tie(after: name) else {
      let isPassword = matches("password", at: name.lowerBound) && name.count == 8
      return isPassword ? netrcValue(after: name).map { take($0) } : nil
    }
    guard let kind = SecretNames.kind(of: bytes[name]) ?? shortName(name, tie, start) else {
      return nil
    }
    if kind == .parameter, tie != .parameter { return nil }
    if kind == .authorization { return authorization(from: start) }
    if kind == .cookie { return cookies(from: start, tie) }
    if tie == .assignment, kind == .password || kind == .token || kind == .key,
      let end = block(of: name, from: start)
    {
      return end
    }
    guard let value = value(from: start, tie: tie) else { return nil }
    guard isSecret(value, of: kind, named: name, tie: tie) else { return nil }
    if kind == .account, let password = SecretArguments.password(ofAccount: bytes[value.range]) {
      return take(password)
    }
    return take(value.range)
  }

  /// Words that stand before a secret in some places only.
  mutating func place(_ name: Range<Int>) -> Int? {
    let text = bytes[name]
    if text.endsWith("login") { return callPassword(after: name).map { take($0) } }
    if text.endsWith("auth") || text.endsWith("Auth") {
      if let password = callPassword(after: name) { return take(password) }
      return assignment(name)
    }
    let isOther =
      text.endsWith("key-data") || text.endsWith("key_data") || text.endsWith("keyData")
      || text.endsWith("Art-Api") || text.endsWith("art-api") || text.endsWith("ookie")
    return isOther ? assignment(name) : nil
  }

  /// What a short name says here, which elsewhere says nothing.
  private func shortName(_ name: Range<Int>, _ tie: Tie, _ start: Int) -> SecretName? {
    if name.count == 3, matches("key", at: name.lowerBound),
      isKaggleKey(name, value: start)
    {
      return .opaque
    }
    if let kind = loginKey(name) { return kind }
    guard let kind = SecretNames.flagKind(of: bytes[name]) else { return nil }
    if isFlag(name) { return tie == .flag || tie == .tight ? kind : nil }
    guard kind == .weak else { return nil }
    // In a list of facts: `Uid=me;Pwd=…;`, `{"user": "me", "pass": "…"}`,
    // `connect(user="me", pw="…")`
    var before = name.lowerBound - 1
    let quote = byte(before)
    if SecretCharacter.isQuote(quote) { before -= 1 }
    while SecretCharacter.isBlank(byte(before)) { before -= 1 }
    switch byte(before) {
    case UInt8(ascii: ";"): return tie == .tight ? kind : nil
    case UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "("), 0x0A:
      return SecretCharacter.isQuote(quote) || byte(name.upperBound + 1) == .doubleQuote
        || byte(name.upperBound + 1) == .quote ? kind : nil
    default: return nil
    }
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
  func isFlag(_ name: Range<Int>) -> Bool {
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

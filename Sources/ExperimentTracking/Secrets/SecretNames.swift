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
}

enum SecretNames {
  /// The longest name that is looked at.
  static let longest = 64

  /// Whether a word with these last three letters, in lower case and in one number, may be a name:
  /// passes nearly all words with one comparison.
  @inline(__always)
  static func mayEnd(_ letters: UInt32) -> Bool {
    switch letters {
    // passwORD, PWD, passWD, paSS, passphrASE, secRET, toKEN, KEY
    case 0x6F7264, 0x707764, 0x737764, 0x617373, 0x617365, 0x726574, 0x6B656E, 0x6B6579: true
    // credentIAL, credentiALS, authorizatION, SIG, signatURE, beaRER
    case 0x69616C, 0x616C73, 0x696F6E, 0x736967, 0x757265, 0x726572: true
    default: false
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
    case "pass", "pwd": return words.isEmpty ? nil : .password
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

  private static let secretKeys: Set<String> = [
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

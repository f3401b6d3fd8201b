/// Credentials among the arguments of a command: found by its name, a short flag or their position.
///
/// Arguments are given one after another, out of a line of text or out of the list of a process.
struct SecretArguments {
  /// What the next argument is.
  private enum Expectation {
    case nothing, password, account, user, cookie, attached, named, opaque, shaped
  }

  private var form: SecretCommandForm?
  private var expecting = Expectation.nothing
  /// The flag before, for `named`.
  private var flag: [UInt8] = []
  /// Whether the word was there that the command's rules ask for: `login`, `config`.
  private var isReady = false
  private var positionals = 0
  /// Whether an argument named a user, which makes `-p` a password.
  private var hasUser = false
  /// Whether names such as `--token` count: in a text the pass itself comes upon them.
  private let takesNames: Bool

  init(takingNames: Bool) { takesNames = takingNames }

  /// The part of the next argument that is a secret.
  ///
  /// - Parameter isAttached: whether it stands directly behind the one before, as in `-p"x y"`.
  mutating func next(_ argument: ArraySlice<UInt8>, isAttached: Bool = false) -> Range<Int>? {
    let expected = expecting
    expecting = .nothing
    let isFlag = argument.first == .dash && argument.count > 1
    if expected == .attached {
      if isAttached, Self.isPassword(argument) { return argument.indices }
    } else if expected != .nothing, !isFlag {
      if expected == .account || expected == .user { hasUser = Self.isUser(argument) }
      if let secret = secret(argument, as: expected) { return secret }
    }
    if isFlag { return flagged(argument) }
    return positional(argument)
  }

  private func secret(_ argument: ArraySlice<UInt8>, as expected: Expectation) -> Range<Int>? {
    switch expected {
    case .nothing, .attached, .user: nil
    case .password: Self.isPassword(argument) ? argument.indices : nil
    case .account: Self.password(ofAccount: argument, form)
    case .cookie: argument.contains(.equals) ? argument.indices : nil
    case .named: SecretScan.isSecret(Array(argument), of: flag[...]) ? argument.indices : nil
    case .opaque: SecretValueText(argument).isOpaque ? argument.indices : nil
    case .shaped:
      hasUser && SecretValueText(argument).isWeakPassword
        && argument.contains(where: { !SecretCharacter.isLetter($0) })
        || SecretValueText(argument).isStrong ? argument.indices : nil
    }
  }

  private mutating func flagged(_ argument: ArraySlice<UInt8>) -> Range<Int>? {
    let end = argument.firstIndex(of: .equals) ?? argument.endIndex
    let name = String(decoding: argument[..<end].prefix(20), as: UTF8.self)
    let hasValue = end < argument.endIndex
    let value = hasValue ? argument[(end + 1)...] : []
    let known = Self.known[name]
    if let form, form.hasFlags, !form.needs || isReady {
      if form.next.contains(name) {
        if hasValue { return Self.isPassword(value) ? value.indices : nil }
        expecting = .password
        return nil
      }
      if let glued = form.glued.first(where: { argument.starts(with: $0.utf8) }),
        !argument.starts(with: "--".utf8)
      {
        let rest = argument.dropFirst(glued.utf8.count)
        if rest.isEmpty {
          expecting = form.next.contains(glued) ? .password : .attached
          return nil
        }
        return Self.isPassword(rest) ? rest.indices : nil
      }
      if form.cookies.contains(name) {
        if hasValue { return secret(value, as: .cookie) }
        expecting = .cookie
        return nil
      }
      if form.literals, name == "--from-literal", let second = value.firstIndex(of: .equals) {
        let rest = value[(second + 1)...]
        return Self.isPassword(rest) ? rest.indices : nil
      }
      if form.account, let glued = ["-u", "-U", "-a"].first(where: { name.hasPrefix($0) }),
        argument.count > glued.utf8.count
      {
        return Self.password(ofAccount: argument.dropFirst(2), form)
      }
    }
    var expected = known ?? (takesNames && !hasValue ? .named : .nothing)
    if expected == .user, form?.account == true { expected = .account }
    if expected == .account, form?.isContainer == true { expected = .nothing }
    guard expected != .nothing else { return nil }
    if expected == .named { flag = Array(argument[..<end].drop { $0 == .dash }) }
    if hasValue { return secret(value, as: expected) }
    expecting = expected
    return nil
  }

  /// Flags that any program may have.
  private static let known: [String: Expectation] = [
    "-u": .account, "--user": .account, "--proxy-user": .account, "--auth": .account,
    "--basic-auth": .account, "--userpass": .account, "--user-pass": .account, "--creds": .account,
    "--proxy-auth": .account, "--http-auth": .account,
    "-U": .user, "-a": .user, "--username": .user, "--user-name": .user, "--login": .user,
    "--usr": .user, "--uid": .user, "--account": .user,
    "-p": .shaped, "--key": .opaque, "-key": .opaque,
  ]

  private mutating func positional(_ argument: ArraySlice<UInt8>) -> Range<Int>? {
    guard argument.count <= 512 else { return nil }
    let start = argument.lastIndex(of: .slash).map { $0 + 1 } ?? argument.startIndex
    if (2...SecretCommandForm.longest).contains(argument.endIndex - start),
      let found = SecretCommandForm.named(argument[start...])
    {
      form = found
      isReady = false
      positionals = 0
      return nil
    }
    guard let form else { return nil }
    if form.openssl, argument.starts(with: "pass:".utf8), argument.count > 5 {
      return argument.startIndex + 5..<argument.endIndex
    }
    if form.slash, let slash = argument.firstIndex(of: .slash), slash > argument.startIndex,
      let at = argument[slash...].firstIndex(of: .at), at > slash + 1
    {
      return slash + 1..<at
    }
    if !isReady {
      if form.words.isEmpty { return nil }
      isReady = form.words.contains(String(decoding: argument.prefix(16), as: UTF8.self))
      return nil
    }
    if form.pairs, let kind = SecretNames.kind(of: argument.split(separator: .dot).last ?? []),
      kind != .parameter, kind != .cookie
    {
      expecting = .password
      return nil
    }
    positionals += 1
    if form.positional == 1 {
      return SecretValueText(argument).isKeyArgument ? argument.indices : nil
    }
    return positionals == form.positional && Self.isPassword(argument) ? argument.indices : nil
  }

  /// Whether an argument that is expected to be a password is one, and no variable, path or flag.
  private static func isPassword(_ argument: ArraySlice<UInt8>) -> Bool {
    let text = SecretValueText(argument)
    return !argument.isEmpty && !text.isPlaceholder && !text.isPath && !text.isMark
  }

  /// Whether an argument is the name of a user, and no script, number or place.
  private static func isUser(_ argument: ArraySlice<UInt8>) -> Bool {
    SecretValueText(argument).isIdentifier || argument.contains(.at)
  }

  /// The password in `name:password`; not in `1000:1000`, `host:8080` and `group:group`.
  static func password(
    ofAccount argument: ArraySlice<UInt8>, _ form: SecretCommandForm? = nil
  ) -> Range<Int>? {
    let separators: [UInt8] =
      form?.percent == true ? [.colon, .comma, UInt8(ascii: "%")] : [.colon]
    guard let colon = argument.firstIndex(where: separators.contains) else { return nil }
    let name = argument[..<colon]
    let password = argument[(colon + 1)...]
    let isCalled = form?.account == true
    guard !password.isEmpty, password.first != .slash,
      isCalled || !password.allSatisfy(SecretCharacter.isDigit),
      isCalled || !name.contains(.slash) && !password.contains(.slash),
      !name.elementsEqual(password), isPassword(password)
    else { return nil }
    return password.indices
  }
}

/// How a command takes its credentials.
struct SecretCommandForm: Sendable {
  /// Words of which one must come first: `login`.
  var words: Set<String> = []
  /// Whether the flags count only after such a word.
  var needs = false
  /// Flags that are followed by a password.
  var next: Set<String> = []
  /// Flags with the password directly behind them.
  var glued: [String] = []
  /// Flags that are followed by cookies.
  var cookies: Set<String> = []
  /// Whether `-u` and the like take `name:password`, whatever the password looks like.
  var account = false
  /// Whether accounts may be written `name%password` or `name,password`.
  var percent = false
  /// Whether `--user` is a user and a group.
  var isContainer = false
  /// Which argument after the word is a secret; 1 is any that looks like a key, 0 is none.
  var positional = 0
  /// Whether after the word a name is followed by its value.
  var pairs = false
  /// Whether `name/password@place` is an argument.
  var slash = false
  /// Whether `--from-literal=name=password` is an argument.
  var literals = false
  /// Whether `pass:password` is an argument.
  var openssl = false

  /// The longest name of a command.
  static let longest = 16

  /// Whether it takes any flag in a way of its own.
  var hasFlags: Bool {
    account || !next.isEmpty || !glued.isEmpty || !cookies.isEmpty || literals
  }

  static func named(_ name: ArraySlice<UInt8>) -> SecretCommandForm? {
    guard name.count <= longest else { return nil }
    var text = String(decoding: name, as: UTF8.self)
    if let found = table[text] { return found }
    if text.hasPrefix("python") || text.hasPrefix("pip") {
      while text.utf8.last.map({ SecretCharacter.isDigit($0) || $0 == .dot }) == true {
        text.removeLast()
      }
    }
    return table[text]
  }

  private static let table: [String: SecretCommandForm] = {
    let mysql = SecretCommandForm(glued: ["-p"])
    let registry = SecretCommandForm(
      words: ["login"], needs: true, next: ["-p"], glued: ["-p"], isContainer: true)
    let mongo = SecretCommandForm(next: ["-p"], glued: ["-p"])
    let capital = SecretCommandForm(next: ["-P"], glued: ["-P"])
    let directory = SecretCommandForm(next: ["-w"], glued: ["-w"])
    let login = SecretCommandForm(words: ["login"], needs: true, positional: 1)
    let settings = SecretCommandForm(
      words: ["config", "configure", "modify", "set", "create"], pairs: true)
    let http = SecretCommandForm(
      next: ["--pass", "--proxy-pass", "--oauth2-bearer"], account: true)
    let program = SecretCommandForm()
    var curl = http
    curl.cookies = ["-b", "--cookie"]
    var table: [String: SecretCommandForm] = [
      "curl": curl, "http": http, "https": http, "wget": program,
      "docker": registry, "podman": registry, "nerdctl": registry, "buildah": registry,
      "skopeo": registry, "oras": registry, "crane": registry, "helm": registry,
      "az": SecretCommandForm(words: ["login"], needs: true, next: ["-p"], glued: ["-p"]),
      "oc": SecretCommandForm(words: ["login"], needs: true, next: ["-p"]),
      "sshpass": mongo, "twine": mongo,
      "redis-cli": SecretCommandForm(next: ["-a"]),
      "sqlcmd": capital, "bcp": capital, "mssql-cli": capital, "zip": capital, "unzip": capital,
      "ipmitool": capital, "mosquitto_pub": capital, "mosquitto_sub": capital,
      "ssh-keygen": SecretCommandForm(next: ["-N", "-P"]),
      "7z": mysql, "7za": mysql,
      "ldapsearch": directory, "ldapadd": directory, "ldapmodify": directory,
      "smbclient": SecretCommandForm(account: true, percent: true),
      "lftp": SecretCommandForm(account: true, percent: true),
      "openssl": SecretCommandForm(openssl: true),
      "sqlplus": SecretCommandForm(slash: true),
      "wandb": login, "vault": login, "comet": login,
      "ngrok": SecretCommandForm(words: ["authtoken", "add-authtoken"], positional: 1),
      "snyk": SecretCommandForm(words: ["auth"], positional: 1),
      "mc": SecretCommandForm(words: ["set", "add"], positional: 4),
      "kaggle": settings, "aws": settings, "git": settings, "npm": settings, "yarn": settings,
      "pip": settings, "dvc": settings, "rclone": settings, "conda": settings,
      "poetry": SecretCommandForm(
        words: settings.words, next: ["-p"], pairs: true),
      "kubectl": SecretCommandForm(literals: true),
      "python": program, "torchrun": program, "accelerate": program, "deepspeed": program,
    ]
    for name in [
      "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mysqlcheck", "mysqlshow",
      "mycli", "mariadb-dump", "mysqlsh",
    ] {
      table[name] = mysql
    }
    for name in [
      "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport",
    ] {
      table[name] = mongo
    }
    return table
  }()
}

/// Commands within a text.
extension SecretScanner {
  /// Looks through the arguments of a command up to its end, and notes what is secret among them.
  mutating func command(_ name: Range<Int>) {
    guard name.lowerBound >= commandsEnd, SecretCommandForm.named(bytes[name]) != nil else {
      return
    }
    let next = byte(name.upperBound)
    guard SecretCharacter.isBlank(next) || SecretCharacter.isQuote(next) else { return }
    let before = byte(name.lowerBound - 1)
    guard before != .dot, before != UInt8(ascii: "$"), before != .equals else { return }
    var arguments = SecretArguments(takingNames: false)
    _ = arguments.next(bytes[name])
    var position = name.upperBound + (SecretCharacter.isQuote(next) ? 1 : 0)
    while let (argument, isAttached) = argument(from: &position) {
      if let secret = arguments.next(bytes[argument], isAttached: isAttached), !isMark(secret) {
        note(secret)
      }
    }
    commandsEnd = position
  }

  /// The next argument of a command; nil at its end, after which the position stands.
  private func argument(from position: inout Int) -> (Range<Int>, isAttached: Bool)? {
    var start = position
    while true {
      let next = byte(start)
      if next == .backslash, SecretCharacter.isLineBreak(byte(start + 1)) {
        start += 2
      } else if SecretCharacter.isBlank(next) || next == .comma
        || next == UInt8(ascii: "[") && !isMark(start..<start)
      {
        start += 1
      } else {
        break
      }
    }
    let isAttached = start == position
    guard start < bytes.count, !endsCommand(byte(start)) else {
      position = start
      return nil
    }
    let quote = byte(start)
    if SecretCharacter.isQuote(quote) {
      var end = start + 1
      while end < bytes.count, byte(end) != quote, !SecretCharacter.isLineBreak(byte(end)) {
        end += 1
      }
      position = byte(end) == quote ? end + 1 : end
      return (start + 1..<min(end, bytes.count), isAttached)
    }
    var end = isMark(start..<start) ? start + SecretScan.mark.utf8.count : start + 1
    while end < bytes.count, !endsArgument(end) { end += 1 }
    position = end
    return (start..<end, isAttached)
  }

  private func endsArgument(_ position: Int) -> Bool {
    let next = byte(position)
    if next == .comma {
      let after = byte(position + 1)
      return after <= 0x20 || SecretCharacter.isQuote(after)
    }
    return SecretCharacter.isBlank(next) || SecretCharacter.isQuote(next) || endsCommand(next)
  }

  private func endsCommand(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, 0x0A, 0x0D, UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"),
      .backtick:
      true
    default: false
    }
  }
}

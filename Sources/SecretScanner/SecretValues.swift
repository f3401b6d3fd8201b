/// The value after a name, and whether it is a secret or only code that mentions one.
extension SecretScanner {
  struct SecretValue {
    var range: Range<Int>
    var isQuoted: Bool
  }

  /// The longest value that is examined before it is taken.
  private static let examined = 256

  func value(from start: Int, tie: Tie) -> SecretValue? {
    var position = start
    if tie == .parameter { return plain(from: position) { self.endsParameter($0) } }
    if byte(position) == UInt8(ascii: "("), SecretCharacter.isQuote(byte(position + 1)) {
      position += 1
    }
    // r"…", b"…", f"…", @"…"
    let prefix = byte(position) | 0x20
    if SecretCharacter.isQuote(byte(position + 1)),
      prefix == UInt8(ascii: "r") || prefix == UInt8(ascii: "b")
        || prefix == UInt8(ascii: "f") || prefix == UInt8(ascii: "u") || byte(position) == .at
    {
      position += 1
    }
    if byte(position) == .backslash, SecretCharacter.isQuote(byte(position + 1)) {
      return quoted(from: position + 2, closing: byte(position + 1), escaped: true)
    }
    let quote = byte(position)
    if SecretCharacter.isQuote(quote) {
      let triple = byte(position + 1) == quote && byte(position + 2) == quote
      return quoted(from: position + (triple ? 3 : 1), closing: quote, escaped: false)
    }
    switch tie {
    case .quotedOnly: return nil
    case .flag:
      return byte(position) == .dash ? nil : plain(from: position) { self.endsArgument($0) }
    default: return plain(from: position) { self.endsPlain($0) }
    }
  }

  private func quoted(from start: Int, closing: UInt8, escaped: Bool) -> SecretValue {
    var end = start
    while end < bytes.count, !SecretCharacter.isLineBreak(byte(end)) {
      if escaped {
        if byte(end) == .backslash, byte(end + 1) == closing { break }
      } else if byte(end) == closing {
        break
      } else if byte(end) == .backslash, !SecretCharacter.isLineBreak(byte(end + 1)) {
        end += 1
      }
      end += 1
    }
    return SecretValue(range: start..<min(end, bytes.count), isQuoted: true)
  }

  private func plain(from start: Int, until ends: (UInt8) -> Bool) -> SecretValue? {
    var end = start
    while end < bytes.count, !ends(byte(end)) { end += 1 }
    return end > start ? SecretValue(range: start..<end, isQuoted: false) : nil
  }

  private func endsArgument(_ byte: UInt8) -> Bool {
    byte <= 0x20 || SecretCharacter.isQuote(byte)
  }

  private func endsPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"),
      UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: ">"):
      true
    default: endsArgument(byte)
    }
  }

  private func endsParameter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "#") || byte == .backslash || byte == UInt8(ascii: "<") || endsPlain(byte)
  }

  /// Whether a mark of an earlier pass stands here.
  func isMark(_ range: Range<Int>) -> Bool { matches("[REDACTED]", at: range.lowerBound) }

  func isSecret(_ value: SecretValue, of kind: SecretName, named name: Range<Int>, tie: Tie) -> Bool
  {
    let range = value.range
    if range.isEmpty || isMark(range) { return false }
    if range.count > Self.examined { return true }
    let text = SecretValueText(bytes[range])
    if text.isPlaceholder { return false }
    switch kind {
    case .weak:
      return text.isWeakPassword
        && (value.isQuoted || tie == .flag || !isCode(value, text, named: name, tie: tie))
    case .opaque: return text.isOpaque
    case .account:
      return text.isEncodedAccount
        || isFlag(name) && SecretArguments.password(ofAccount: bytes[range]) != nil
    default: break
    }
    if kind != .password, text.isPath { return false }
    if kind == .parameter { return true }
    if tie == .parameter { return kind == .password || range.count >= 6 }
    let isLoose = tie == .flag || isConstant(name)
    if kind == .token, text.isVocabulary(isLoose: isLoose) { return false }
    if kind != .password, text.isConstantName { return false }
    if text.isKeyword { return false }
    if value.isQuoted || tie == .flag { return true }
    return !isCode(value, text, named: name, tie: tie)
  }

  /// Whether a value without quotes is an expression, a type or a variable.
  private func isCode(
    _ value: SecretValue, _ text: SecretValueText, named name: Range<Int>, tie: Tie
  ) -> Bool {
    let next = byte(value.range.upperBound)
    if text.isExpression { return true }
    if tie == .tight, isConstant(name) { return false }
    if text.isMember { return true }
    guard text.isIdentifier else { return false }
    if bytes[value.range].elementsEqual(bytes[name]) { return true }
    if text.hasDigitAndLetter, value.range.count >= 6 { return false }
    // A word: in `password: swordfish` and `password=swordfish` it ends the line or the argument.
    switch tie {
    case .tight: return next == UInt8(ascii: ",") || next == UInt8(ascii: ")")
    default: return !isColonTied(value) || !endsLine(value) || text.isTypeName
    }
  }

  /// Whether nothing but a comment follows in the line.
  private func endsLine(_ value: SecretValue) -> Bool {
    let next = byte(skipBlanks(value.range.upperBound))
    return next == 0 || SecretCharacter.isLineBreak(next) || next == UInt8(ascii: "#")
  }

  private func isColonTied(_ value: SecretValue) -> Bool {
    var position = value.range.lowerBound - 1
    while SecretCharacter.isBlank(byte(position)) { position -= 1 }
    return byte(position) == .colon
  }
}

/// What a possible secret looks like.
struct SecretValueText {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Something to be filled in: `$TOKEN`, `${{ secrets.X }}`, `<your token>`, `{token}`, `%s`,
  /// `***`.
  var isPlaceholder: Bool {
    guard let first = bytes.first else { return true }
    switch first {
    case UInt8(ascii: "$"): return isVariable
    case UInt8(ascii: "%"): return bytes.count < 3 || bytes.dropFirst().first == UInt8(ascii: "(")
    case UInt8(ascii: "<"): return bytes.last == UInt8(ascii: ">")
    case UInt8(ascii: "{"): return bytes.last == UInt8(ascii: "}")
    case UInt8(ascii: "*"), UInt8(ascii: "."), UInt8(ascii: "x"), UInt8(ascii: "X"):
      return bytes.count >= 3 && bytes.allSatisfy { $0 == first }
    default: return false
    }
  }

  /// `$NAME`, `$name`, `${…}`, `$(…)`; not `$tr0ng`.
  private var isVariable: Bool {
    let name = bytes.dropFirst()
    guard let first = name.first else { return true }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "(") { return true }
    guard SecretValueText(name).isIdentifier else { return false }
    return !name.contains(where: SecretCharacter.isDigit) || !name.contains { $0 &- 0x61 < 26 }
  }

  /// The mark of an earlier pass.
  /// Its last bracket may have been taken for what ends a value.
  var isMark: Bool { bytes.starts(with: SecretScan.mark.utf8.dropLast()) }

  /// Something a person chose as a password, and no number, path, name of a value or code.
  var isWeakPassword: Bool {
    guard bytes.count >= 4, !isPlaceholder, !isMark, !isPath, !isKeyword, !isExpression, !isMember
    else { return false }
    if bytes.allSatisfy({ SecretCharacter.isDigit($0) || Self.ofNumbers.contains($0) }) {
      return false
    }
    return bytes.count >= 8 || bytes.contains { !SecretCharacter.isLetter($0) }
  }

  private static let ofNumbers: [UInt8] = Array(".,+-eE:x".utf8)

  /// Something that a person would not choose as a name: letters and digits in turn, or signs among
  /// them.
  var isStrong: Bool {
    guard (8...128).contains(bytes.count), isWeakPassword, hasDigitAndLetter,
      !bytes.contains(.slash), !bytes.contains(.equals), !bytes.contains(.colon), !isHexadecimal
    else { return false }
    let signs: [UInt8] = Array("!#$%^&".utf8)
    return turns(bytes) > 2 || bytes.contains(where: signs.contains)
  }

  /// Something that only a machine makes: long, and random in one of its parts.
  var isOpaque: Bool {
    bytes.count >= 16 && !isPlaceholder && !isMark && !bytes.contains(.slash)
      && !bytes.contains(UInt8(ascii: " ")) && hasRandomPart
  }

  /// A key given as an argument without a name.
  var isKeyArgument: Bool {
    bytes.count >= 16 && hasDigitAndLetter && !isPlaceholder && !isMark
      && bytes.allSatisfy { SecretCharacter.isWord($0) || $0 == .dash || $0 == .dot }
  }

  /// Whether a part between `-`, `_` and `.` is random: no word with a number behind it.
  var hasRandomPart: Bool {
    if bytes.starts(with: SecretScan.mark.utf8) { return false }
    let separators: [UInt8] = [.dash, .underscore, .dot]
    return bytes.prefix(256).split(whereSeparator: separators.contains).contains { part in
      guard part.count >= 8, SecretValueText(part).hasDigitAndLetter else { return false }
      return SecretValueText(part).isHexadecimal || turns(part) > 2
    }
  }

  /// How often letters and digits take turns.
  private func turns(_ part: ArraySlice<UInt8>) -> Int {
    zip(part, part.dropFirst()).count { one, other in
      SecretCharacter.isDigit(one) && SecretCharacter.isLetter(other)
        || SecretCharacter.isLetter(one) && SecretCharacter.isDigit(other)
    }
  }

  private var isHexadecimal: Bool {
    bytes.allSatisfy { SecretCharacter.isDigit($0) || ($0 | 0x20) &- 0x61 < 6 || $0 == .dash }
  }

  /// Base64 of `name:password`, as Docker and npm keep them.
  var isEncodedAccount: Bool {
    guard bytes.count >= 8, bytes.count % 4 == 0 else { return false }
    var word: UInt32 = 0
    var hasColon = false
    for (place, byte) in bytes.enumerated() {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case .slash: value = 63
      case .equals where place > 0 && place + 2 >= bytes.count: return hasColon
      default: return false
      }
      word = word << 6 | UInt32(value)
      guard place % 4 == 3 else { continue }
      for shift in [UInt32(16), 8, 0] {
        let plain = UInt8(truncatingIfNeeded: word >> shift)
        guard (0x20...0x7E).contains(plain) else { return false }
        if plain == .colon { hasColon = true }
      }
    }
    return hasColon
  }

  /// A path to a file.
  var isPath: Bool {
    guard bytes.first == .slash || bytes.starts(with: "~/".utf8) || bytes.starts(with: "./".utf8)
    else { return false }
    return bytes.last != .equals && bytes.count < 128
  }

  /// A word, a number or markup, as tokens of a vocabulary are.
  ///
  /// - Parameter isLoose: whether only numbers and markup count, because the name leaves no doubt.
  func isVocabulary(isLoose: Bool) -> Bool {
    if bytes.contains(UInt8(ascii: " ")) || bytes.first == UInt8(ascii: "[") { return true }
    if bytes.allSatisfy(SecretCharacter.isDigit) { return bytes.count < 8 }
    if isLoose { return false }
    return bytes.count < 16 && !bytes.contains(where: SecretCharacter.isDigit)
  }

  /// A name in capitals, as `API_KEY` in a list of the environment's variables.
  var isConstantName: Bool {
    bytes.contains(.underscore)
      && bytes.allSatisfy { $0 &- 0x41 < 26 || $0 == .underscore }
  }

  /// A letter first, then letters, digits and underscores.
  var isIdentifier: Bool {
    guard let first = bytes.first, SecretCharacter.isLetter(first) || first == .underscore else {
      return false
    }
    return bytes.allSatisfy(SecretCharacter.isWord)
  }

  /// Small letters only, as a word or a variable.
  var isWord: Bool { bytes.allSatisfy { $0 &- 0x61 < 26 || $0 == .underscore } }

  var hasDigitAndLetter: Bool {
    bytes.contains(where: SecretCharacter.isDigit)
      && bytes.contains(where: SecretCharacter.isLetter)
  }

  /// A call, an index or a literal of several values: `load(`, `keys[`, `{`, `&name`.
  var isExpression: Bool {
    guard let first = bytes.first else { return true }
    let openers: [UInt8] = Array("([{<&".utf8)
    if openers.contains(first) { return true }
    let name = bytes.prefix { SecretCharacter.isWord($0) || $0 == .dot }
    guard let next = bytes.dropFirst(name.count).first, !name.isEmpty else { return false }
    return next == UInt8(ascii: "(") || next == UInt8(ascii: "[") || next == UInt8(ascii: "{")
  }

  /// A type named for what it holds: `Token`, `ApiKey`.
  var isTypeName: Bool {
    guard let first = bytes.first, first &- 0x41 < 26, isIdentifier else { return false }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return ["token", "key", "secret", "password", "credentials", "str"].contains {
      text.hasSuffix($0)
    }
  }

  /// `self.password`, `args.token`, `config.api_key`: identifiers joined by dots.
  var isMember: Bool {
    let parts = bytes.split(separator: .dot, omittingEmptySubsequences: false)
    return parts.count > 1 && parts.count < 8 && !bytes.contains(where: SecretCharacter.isDigit)
      && parts.allSatisfy { part in
        SecretValueText(part).isIdentifier && part.count < 24
      }
  }

  /// A literal without content or the name of a type.
  var isKeyword: Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return SecretValueText.keywords.contains(text.hasSuffix("?") ? String(text.dropLast()) : text)
  }

  private static let keywords: Set<String> = [
    "None", "null", "nil", "NULL", "undefined", "true", "false", "True", "False", "TRUE", "FALSE",
    "yes", "no", "0", "1", "str", "string", "String", "bytes", "Bytes", "int", "float", "bool",
    "boolean", "Any", "any", "object", "SecretStr", "Secret", "Optional", "char", "void", "list",
    "dict", "required", "optional", "inherit", "auto", "default", "enabled", "disabled", "...",
  ]
}

/// What a possible secret looks like.
struct SecretValueText {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Something to be filled in: `$TOKEN`, `${{ secrets.X }}`, `<your token>`, `{token}`, `%s`, `***`.
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

/// One pass over bytes that collects where secrets are.
///
/// Every rule looks ahead only as far as it consumes, or a fixed distance, or along a run whose end
/// is remembered: that keeps the pass linear for hostile input.
struct SecretScanner {
  let bytes: [UInt8]
  /// The secrets in order, none overlapping, none containing a line break.
  private(set) var found: [Range<Int>] = []
  /// How many secrets these are; a key block is one, however many lines it has.
  private(set) var count = 0
  /// The runs of token characters looked at last.
  var runs = SecretRuns()

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The byte at a position, 0 outside.
  @inline(__always)
  func byte(_ position: Int) -> UInt8 {
    position >= 0 && position < bytes.count ? bytes[position] : 0
  }

  /// Whether the ASCII text stands at a position.
  @inline(__always)
  func matches(_ text: StaticString, at position: Int) -> Bool {
    guard position >= 0, position <= bytes.count - text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { buffer in
      for index in 0..<buffer.count where bytes[position + index] != buffer[index] { return false }
      return true
    }
  }

  /// Notes a secret; returns the position after it.
  @discardableResult
  mutating func take(_ secret: Range<Int>, continuing: Bool = false) -> Int {
    if !continuing { count += 1 }
    if !secret.isEmpty { found.append(secret) }
    return secret.upperBound
  }

  mutating func scan() {
    var position = 0
    // Where the name began that the current word ends: names may contain `-`.
    var nameStart = 0
    var wordEnd = -1
    while position < bytes.count {
      let byte = self.byte(position)
      guard SecretCharacter.isWord(byte) else {
        position = structure(byte, at: position) ?? position + 1
        continue
      }
      if !(wordEnd == position - 1 && self.byte(wordEnd) == .dash) { nameStart = position }
      if let end = token(at: position) {
        position = take(position..<end)
        continue
      }
      var end = position + 1
      while SecretCharacter.isWord(self.byte(end)) { end += 1 }
      wordEnd = end
      position = end
      if self.byte(end) == .dash, SecretCharacter.isWord(self.byte(end + 1)) { continue }
      if SecretNames.mayEnd(lastLetters(end)), let next = assignment(nameStart..<end) {
        position = next
      }
    }
  }

  /// The last three letters of a word in lower case; digits at its end do not count.
  private func lastLetters(_ end: Int) -> UInt32 {
    var end = end
    while SecretCharacter.isDigit(byte(end - 1)) { end -= 1 }
    let letters = UInt32(byte(end - 3)) << 16 | UInt32(byte(end - 2)) << 8 | UInt32(byte(end - 1))
    return letters | 0x20_2020
  }

  /// Secrets that begin with punctuation; returns the position after one.
  private mutating func structure(_ byte: UInt8, at position: Int) -> Int? {
    switch byte {
    case .colon where matches("://", at: position): userInformation(at: position)
    case .dash where matches("-----BEGIN ", at: position): keyBlock(at: position)
    default: nil
    }
  }
}

/// The kinds of characters that the rules tell apart.
enum SecretCharacter {
  /// Letters, digits and underscore.
  @inline(__always)
  static func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == .underscore }

  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always)
  static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  @inline(__always)
  static func isQuote(_ byte: UInt8) -> Bool {
    byte == .doubleQuote || byte == .quote || byte == .backtick
  }
}

extension UInt8 {
  static let dash = UInt8(ascii: "-")
  static let underscore = UInt8(ascii: "_")
  static let dot = UInt8(ascii: ".")
  static let colon = UInt8(ascii: ":")
  static let equals = UInt8(ascii: "=")
  static let slash = UInt8(ascii: "/")
  static let backslash = UInt8(ascii: "\\")
  static let doubleQuote = UInt8(ascii: "\"")
  static let quote = UInt8(ascii: "'")
  static let backtick = UInt8(ascii: "`")
  static let at = UInt8(ascii: "@")
}

/// Finds credentials in text that is about to be stored, and takes them out.
///
/// Works in one pass over the bytes, in time proportional to their number whatever they are. Only
/// the secret itself is replaced: names, quotes, hosts and line breaks stay, so that a command line
/// or a patch can still be read. What looks like a hash, a number or a variable stays too.
package enum SecretScan {
  /// What is written in place of a secret.
  package static let mark = "[REDACTED]"

  /// The text without credentials, and how many were taken out.
  package static func redact(_ text: String) -> (text: String, redactions: Int) {
    let (bytes, redactions) = redact(Array(text.utf8))
    return redactions == 0 ? (text, 0) : (String(decoding: bytes, as: UTF8.self), redactions)
  }

  /// As for text, for bytes that may be in any encoding that contains ASCII.
  package static func redact(_ bytes: [UInt8]) -> (bytes: [UInt8], redactions: Int) {
    var scanner = SecretScanner(bytes)
    scanner.scan()
    guard !scanner.found.isEmpty else { return (bytes, 0) }
    var clean: [UInt8] = []
    clean.reserveCapacity(bytes.count)
    var position = 0
    for secret in scanner.found {
      clean += bytes[position..<secret.lowerBound]
      clean += mark.utf8
      position = secret.upperBound
    }
    clean += bytes[position...]
    return (clean, scanner.count)
  }

  /// Whether the value of something with this name is a credential as a whole: of a flag, of a
  /// parameter. The mark of an earlier pass is none.
  package static func isSecret(_ value: [UInt8], of name: ArraySlice<UInt8>) -> Bool {
    guard let kind = SecretNames.kind(of: name), kind != .parameter, !SecretNames.isSwitch(name)
    else { return false }
    // The name is read as it stands on a command line.
    let scanner = SecretScanner(Array("--".utf8) + name + [.equals] + value)
    let start = 3 + name.count
    return scanner.isSecret(
      .init(range: start..<start + value.count, isQuoted: true),
      of: kind == .authorization ? .password : kind, named: 2..<2 + name.count, tie: .flag)
  }
}

/// Remembers where runs of the characters of tokens end, so that no run is walked again and again.
struct SecretRuns {
  private var known: [Range<Int>] = []
  private var next = 0

  /// The end of the run of letters, digits, `-` and `_` that contains a position.
  mutating func end(from position: Int, in bytes: [UInt8]) -> Int {
    for run in known where run.contains(position) { return run.upperBound }
    var end = position
    while end < bytes.count, SecretCharacter.isWord(bytes[end]) || bytes[end] == .dash { end += 1 }
    if known.count < 4 {
      known.append(position..<end)
    } else {
      known[next & 3] = position..<end
    }
    next &+= 1
    return end
  }
}

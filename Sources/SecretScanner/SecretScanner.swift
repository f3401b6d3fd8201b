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
  /// Those found ahead of the pass, which it may come upon again.
  private var noted: [Range<Int>] = []
  /// Where the arguments end that were looked at last.
  var commandsEnd = 0
  /// Whether a token may begin with two bytes.
  let beginnings = SecretTokenForm.mayBegin
  /// What the ending of a word says.
  private let endings = SecretEndings.table
  /// What the next line continues.
  var continuation: SecretContinuation
  /// Whether a line of the key that is open was taken.
  var isKeyStarted = false
  /// The runs of token characters looked at last.
  var runs = SecretRuns()

  /// - Parameter continuation: what the first line continues.
  init(_ bytes: [UInt8], after continuation: SecretContinuation = .nothing) {
    self.bytes = bytes
    self.continuation = continuation
  }

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

  /// Notes a secret somewhere ahead of the pass or behind it.
  mutating func note(_ secret: Range<Int>) {
    if !secret.isEmpty, !isMark(secret) { noted.append(secret) }
  }

  /// Puts what was noted among what was found.
  private mutating func gather() {
    if noted.isEmpty { return }
    var all = found
    var taken = 0
    noted.sort { $0.lowerBound < $1.lowerBound }
    all.reserveCapacity(found.count + noted.count)
    all.removeAll(keepingCapacity: true)
    func add(_ secret: Range<Int>) -> Bool {
      guard let last = all.last, secret.lowerBound < last.upperBound else {
        all.append(secret)
        return true
      }
      all[all.count - 1] = last.lowerBound..<max(last.upperBound, secret.upperBound)
      return false
    }
    for secret in noted {
      while taken < found.count, found[taken].lowerBound <= secret.lowerBound {
        _ = add(found[taken])
        taken += 1
      }
      let isNew = add(secret)
      // One that was found inside this is not another secret.
      if isNew, taken == found.count || found[taken].lowerBound >= secret.upperBound { count += 1 }
    }
    for secret in found[taken...] { _ = add(secret) }
    found = all
  }

  mutating func scan() {
    scanLines()
    gather()
  }

  private mutating func scanLines() {
    var position = 0
    switch continuation {
    case .nothing: break
    case .key: position = keyLines(from: 0, continuing: false)
    case .block(let column):
      continuation = .nothing
      position = blockLines(from: 0, column: column)
    }
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
      let means = endings[ending(end)]
      if means == 0 { continue }
      if means & SecretEndings.name != 0, let next = assignment(nameStart..<end) {
        position = next
      } else if means & SecretEndings.place != 0, let next = place(nameStart..<end) {
        position = next
      } else if means & SecretEndings.command != 0 {
        command(nameStart..<end)
      }
    }
  }

  /// The number of a word's ending; digits at the end do not count.
  private func ending(_ end: Int) -> Int {
    var end = end
    while SecretCharacter.isDigit(byte(end - 1)) { end -= 1 }
    return SecretEndings.number(byte(end - 3), byte(end - 2), byte(end - 1))
  }

  /// Secrets that begin with punctuation; returns the position after one.
  private mutating func structure(_ byte: UInt8, at position: Int) -> Int? {
    switch byte {
    case .colon: return colon(at: position)
    case .dash:
      if matches("-----BEGIN ", at: position) { return keyBlock(at: position) }
      return matches("---- BEGIN ", at: position) ? keyBlock(at: position) : nil
    case 0x0A:
      guard case .key = continuation else { return nil }
      return keyLines(from: position + 1, continuing: isKeyStarted)
    case UInt8(ascii: "~"):
      guard self.byte(position - 1) == UInt8(ascii: "Q"),
        SecretCharacter.isDigit(self.byte(position - 2)), let secret = azure(at: position)
      else { return nil }
      note(secret)
      return secret.upperBound
    default: return nil
    }
  }

  private mutating func colon(at position: Int) -> Int? {
    switch byte(position + 1) {
    case .slash where byte(position + 2) == .slash: return userInformation(at: position)
    case UInt8(ascii: "*") where byte(position + 2) == .colon,
      UInt8(ascii: "5") where byte(position + 5) == .colon,
      UInt8(ascii: "6") where byte(position + 5) == .colon:
      return postgresLine(at: position).map { take($0) }
    case UInt8(ascii: "o") where matches(":oracle:", at: position):
      return oracle(at: position).map { take($0) }
    case UInt8(ascii: "A") where byte(position + 2) == UInt8(ascii: "A"):
      return bot(at: position).map { take($0) }
    case UInt8(ascii: " ") where matches("Private-Lines", at: position - 13):
      // The key of PuTTY begins in the next line.
      continuation = .key(foreign: 0)
      return nil
    default: return nil
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
  static let comma = UInt8(ascii: ",")
  static let at = UInt8(ascii: "@")
}

/// What the next line of a text continues, where a secret has several.
package enum SecretContinuation: Sendable, Equatable {
  case nothing
  /// A private key; so many lines of something else were in between.
  case key(foreign: Int)
  /// A block of YAML whose lines are further in than this column.
  case block(column: Int)

  private static let mostForeign = 3

  var afterForeignLine: SecretContinuation {
    guard case .key(let foreign) = self, foreign < Self.mostForeign else { return .nothing }
    return .key(foreign: foreign + 1)
  }
}

/// The last three letters of the words that are looked at: they pass nearly all others by with one
/// look.
enum SecretEndings {
  /// A name that may be followed by a secret.
  static let name: UInt8 = 1
  /// A word before a secret in some places only.
  static let place: UInt8 = 2
  /// A command.
  static let command: UInt8 = 4

  /// Letters of either case have one number; other characters share theirs with some letter.
  @inline(__always)
  static func number(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
    Int(first & 0x1F) << 10 | Int(second & 0x1F) << 5 | Int(third & 0x1F)
  }

  /// By number, which of them it may be.
  static let table: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 1 << 15)
    func add(_ endings: String, _ kind: UInt8) {
      for ending in endings.utf8.split(separator: 0x20) {
        let letters = Array(ending)
        // One of two letters may stand behind anything.
        let first = letters.count > 2 ? [letters[0]] : Array(0...0x1F)
        for letter in first {
          table[number(letter, letters[letters.count - 2], letters[letters.count - 1])] |= kind
        }
      }
    }
    add("ord pwd swd ass ase ret ken key ial als ion sig ure rer pw eds", name)
    add("gin uth ata api kie", place)
    add(
      "url ttp tps sql ump min adb ker man ctl peo dah ras ane elm az oc ndb ult rok nyk pub osh ore",
      command)
    add(
      "cli ngo ort cmd bcp ine try zip rch add ify sub ent ftp ssl aws git npm pip dvc mc one lus ass",
      command)
    add("gen ool gle hon run ate eed arn nda get lsh eck how", command)
    // 7z
    table[number(0x20, 0x37, UInt8(ascii: "z"))] |= command
    return table
  }()
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

/// A position in the bytes of a text; never reads outside of them.
///
/// At the end it shows the byte 0, which no text format of ours allows, so that parsers need no
/// second check at every byte.
struct ByteReader {
  let bytes: UnsafeBufferPointer<UInt8>
  /// From 0 to the number of bytes.
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// The byte here; 0 at the end.
  var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// The byte after this one; 0 at the end.
  var next: UInt8 { position &+ 1 < bytes.count ? bytes[position &+ 1] : 0 }

  /// The byte before this one; 0 at the start.
  var previous: UInt8 { position > 0 ? bytes[position &- 1] : 0 }

  /// Moves to the next byte.
  mutating func advance() { if position < bytes.count { position &+= 1 } }

  /// Goes back to a position held before.
  mutating func rewind(to earlier: Int) { position = min(max(earlier, 0), position) }

  /// Moves beyond a byte if it is here.
  mutating func skip(_ expected: UInt8) -> Bool {
    guard byte == expected, !isAtEnd else { return false }
    position &+= 1
    return true
  }

  /// Moves beyond a word if it is here.
  mutating func skip(_ word: StaticString) -> Bool {
    guard starts(with: word) else { return false }
    position &+= word.utf8CodeUnitCount
    return true
  }

  /// Whether a word is here.
  func starts(with word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      bytes.count &- position >= word.count
        && word.indices.allSatisfy { bytes[position &+ $0] == word[$0] }
    }
  }

  /// Moves beyond spaces.
  mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == ASCII.space { position &+= 1 }
  }

  /// Moves beyond digits and says whether there were any.
  mutating func skipDigits() -> Bool {
    let start = position
    while position < bytes.count, bytes[position].isDigit { position &+= 1 }
    return position > start
  }

  /// Reads so many hexadecimal digits; nil, without moving, if there are fewer.
  mutating func readHexadecimal(digits: Int) -> UInt32? {
    guard bytes.count &- position >= digits else { return nil }
    var number: UInt32 = 0
    for offset in 0..<digits {
      guard let digit = bytes[position &+ offset].hexadecimal else { return nil }
      number = number << 4 | digit
    }
    position &+= digits
    return number
  }

  /// The bytes between two positions.
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range.clamped(to: bytes.indices)])
  }
}

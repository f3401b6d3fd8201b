/// A position in the bytes of a text; never reads outside of them.
///
/// At the end it shows the byte 0, which none of the text formats allows, so that parsers need no
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

extension ByteReader {
  /// An error at a position, as people count: lines and columns from 1, columns in characters.
  func error(_ kind: CodecError.Kind, _ message: String, at offset: Int) -> CodecError {
    let before = slice(0..<offset)
    let line = before.count { $0 == ASCII.newline } + 1
    let start = before.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    let remedy =
      isConflictMarker(at: start)
      ? "; this is the marker of an unresolved git merge: resolve it, or delete the file if it is"
        + " a view, it is rebuilt from the event file" : ""
    return CodecError(kind, "line \(line), column \(column): \(message)\(remedy)")
  }

  /// What is at a position, in words.
  func found(at offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    switch byte {
    case ASCII.newline, ASCII.carriageReturn: return "the end of the line"
    case ASCII.tab: return "a tab"
    case 0x21...0x7E: return "‘\(Character(UnicodeScalar(byte)))’"
    default: break
    }
    var iterator = slice(offset..<min(offset + 4, bytes.count)).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
      return "the byte 0x" + String(byte, radix: 16)
    }
    return "the character U+" + String(scalar.value, radix: 16, uppercase: true)
  }

  private func isConflictMarker(at lineStart: Int) -> Bool {
    guard bytes.count - lineStart >= 7 else { return false }
    let marker = bytes[lineStart]
    guard "<=>|".utf8.contains(marker) else { return false }
    return slice(lineStart..<lineStart + 7).allSatisfy { $0 == marker }
  }
}

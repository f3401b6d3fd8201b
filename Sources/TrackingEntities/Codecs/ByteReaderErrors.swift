extension ByteReader {
  /// An error at a position, as people count: lines and columns from 1, columns in characters.
  func error(_ code: TrackingError.Code, _ message: String, at offset: Int) -> TrackingError {
    let before = slice(0..<offset)
    let line = before.count { $0 == ASCII.newline } + 1
    let start = before.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    let remedy =
      isConflictMarker(at: start)
      ? "; this is the marker of an unresolved git merge: resolve it, or delete the file if it is"
        + " a view, it is rebuilt from the event file" : ""
    return TrackingError(code, "line \(line), column \(column): \(message)\(remedy)")
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

package import TrackingEntities

/// A list in one word, as people write it in a command line: `name,metrics.auc`.
package enum CommaList {
  /// The parts between commas, blanks before them left out; a comma in quotes belongs to a part,
  /// which keeps its quotes.
  ///
  /// - Parameters:
  ///   - list: The list.
  ///   - kind: What it is a list of, for the message.
  ///   - example: One that is right.
  /// - Throws: `invalidArgument` where a part is empty.
  package static func parts(
    _ list: String, of kind: String, example: String
  ) throws(TrackingError) -> [String] {
    var parts: [[UInt8]] = [[]]
    var quote: UInt8?
    for byte in list.utf8 {
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if quote == nil, byte == UInt8(ascii: ",") {
        parts.append([])
        continue
      }
      parts[parts.count - 1].append(byte)
    }
    let texts = parts.map { String(decoding: $0.drop { $0 == 0x20 }, as: UTF8.self) }
    guard !texts.contains("") else {
      throw TrackingError(
        .invalidArgument, "'\(list)' is no list of \(kind); write it as \(example)")
    }
    return texts
  }

  /// The parts without quotes around them.
  package static func names(
    _ list: String, of kind: String, example: String
  ) throws(TrackingError) -> [String] {
    try parts(list, of: kind, example: example).map { part in
      let bytes = Array(part.utf8)
      guard bytes.count > 1, bytes.first == bytes.last, let quote = bytes.first,
        quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
      else { return part }
      return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }
  }
}

package import TrackingEntities

/// The blocks that are ours in a Markdown file of the user, one for each increment:
///
///     <!-- specweave-ml:begin increment=0042-recommendation-model -->
///     ...
///     <!-- specweave-ml:end increment=0042-recommendation-model -->
///
/// Only what is between the markers of one block is ever replaced. All other bytes stay: text, line
/// ends, a byte order mark, and what is no UTF-8.
package struct MarkedBlocks {
  private struct Block {
    let key: String
    /// The lines with the markers, without the line end of the last one.
    let range: Range<Int>
    let usesCarriageReturns: Bool
  }

  private enum Marker: Equatable {
    case begin(String)
    case end(String)
    case damaged(String)
  }

  private let bytes: [UInt8]
  private var blocks: [Block] = []
  private let usesCarriageReturns: Bool

  /// Finds the blocks.
  ///
  /// - Parameter file: What messages call the file.
  /// - Throws: `format` with file and line, if a marker is damaged or has no other half.
  package init(_ bytes: [UInt8], file: String) throws(TrackingError) {
    self.bytes = bytes
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.contains(0) {
      throw TrackingError(
        .format, "\(file): it is not UTF-8 text; save it as UTF-8. Nothing was changed")
    }
    let first = bytes.firstIndex(of: Self.newline)
    usesCarriageReturns = first.map { $0 > 0 && bytes[$0 - 1] == Self.carriageReturn } ?? false
    try findBlocks(file)
  }

  private mutating func findBlocks(_ file: String) throws(TrackingError) {
    func damaged(_ line: Int, _ what: String) -> TrackingError {
      TrackingError(.format, "\(file):\(line): \(what). Nothing was changed")
    }
    var open: (key: String, start: Int, line: Int, usesCarriageReturns: Bool)?
    var start = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
    var line = 1
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: Self.newline) ?? bytes.count
      let hasReturn = end > start && bytes[end - 1] == Self.carriageReturn
      let content = start..<(hasReturn ? end - 1 : end)
      switch Self.marker(in: bytes[content]) {
      case nil: break
      case .damaged(let problem): throw damaged(line, problem)
      case .begin(let key):
        if let open {
          throw damaged(
            line,
            "a block begins here inside the one that began in line \(open.line); put "
              + "'\(Self.end(open.key))' before it, or remove one of the two markers")
        }
        if blocks.contains(where: { $0.key == key }) {
          throw damaged(
            line, "this is the second block of one increment; remove one of them, markers included")
        }
        open = (key, start, line, hasReturn && end < bytes.count)
      case .end(let key):
        guard let began = open else {
          throw damaged(
            line,
            "a block ends here and begins nowhere; put '\(Self.begin(key))' before its first "
              + "line, or remove this line")
        }
        guard began.key == key else {
          throw damaged(
            line,
            "the block that began in line \(began.line) is that of another increment; end it "
              + "with '\(Self.end(began.key))'")
        }
        blocks.append(
          Block(
            key: key, range: began.start..<content.upperBound,
            usesCarriageReturns: began.usesCarriageReturns))
        open = nil
      }
      start = end + 1
      line += 1
    }
    if let open {
      throw damaged(
        open.line,
        "a block begins here and ends nowhere; put '\(Self.end(open.key))' after its "
          + "last line, or remove this line")
    }
  }

  /// Whether the increment has a block.
  package func contains(_ increment: String) -> Bool {
    let key = Self.key(increment)
    return blocks.contains { $0.key == key }
  }

  /// The file with the block of an increment replaced; a new one comes after the last that is
  /// there, else at the end.
  ///
  /// - Parameters:
  ///   - body: What is between the markers, with `\n` between its lines.
  ///   - head: What a file that is empty begins with.
  package func replacing(_ increment: String, with body: String, head: String) -> [UInt8] {
    let key = Self.key(increment)
    let text = Self.begin(key) + "\n" + body + "\n" + Self.end(key)
    if let block = blocks.first(where: { $0.key == key }) {
      return Array(bytes[..<block.range.lowerBound])
        + Self.lines(text, block.usesCarriageReturns) + bytes[block.range.upperBound...]
    }
    if let last = blocks.last {
      let place = last.range.upperBound
      return Array(bytes[..<place])
        + Self.lines("\n\n" + text, last.usesCarriageReturns) + bytes[place...]
    }
    if bytes.isEmpty || bytes == Self.byteOrderMark {
      return bytes + Self.lines(head + text + "\n", usesCarriageReturns)
    }
    let before = bytes.last == Self.newline ? "\n" : "\n\n"
    return bytes + Self.lines(before + text + "\n", usesCarriageReturns)
  }

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func lines(_ text: String, _ usesCarriageReturns: Bool) -> [UInt8] {
    guard usesCarriageReturns else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == newline { bytes.append(carriageReturn) }
      bytes.append(byte)
    }
    return bytes
  }
}

extension MarkedBlocks {
  private static let start = "<!--"
  private static let name = "specweave-ml:"
  private static let argument = " increment="
  private static let close = " -->"

  private static func begin(_ key: String) -> String {
    "\(start) \(name)begin\(argument)\(key)\(close)"
  }

  private static func end(_ key: String) -> String {
    "\(start) \(name)end\(argument)\(key)\(close)"
  }

  /// A name as a marker holds it: every byte but plain ones as URLs write it, so that no name ends
  /// the comment.
  private static func key(_ increment: String) -> String {
    ExperimentReportFiles.target(increment, "")
  }

  /// The marker that a line is; nil for other lines.
  private static func marker(in line: ArraySlice<UInt8>) -> Marker? {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let plain = line.drop(while: isBlank)
    guard plain.starts(with: start.utf8) else { return nil }
    let words = plain.dropFirst(start.utf8.count).drop(while: isBlank)
    guard words.starts(with: name.utf8) else { return nil }
    let verb = words.dropFirst(name.utf8.count).drop(while: isBlank)
    let isBegin = verb.starts(with: "begin".utf8)
    guard isBegin || verb.starts(with: "end".utf8) else { return nil }
    guard plain.startIndex == line.startIndex else {
      return .damaged("a marker has blanks before it; begin the line with it")
    }
    var text = line
    while let last = text.last, isBlank(last) { text.removeLast() }
    let beginning = Array((isBegin ? begin("") : end("")).utf8.dropLast(close.utf8.count))
    guard text.starts(with: beginning), text.count > beginning.count + close.utf8.count,
      text.suffix(close.utf8.count).elementsEqual(close.utf8)
    else { return .damaged(malformed(isBegin)) }
    let key = text.dropFirst(beginning.count).dropLast(close.utf8.count)
    guard key.allSatisfy({ isKeyByte($0) }) else { return .damaged(malformed(isBegin)) }
    let name = String(decoding: key, as: UTF8.self)
    return isBegin ? .begin(name) : .end(name)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "-_.~%".utf8.contains(byte)
  }

  private static func malformed(_ isBegin: Bool) -> String {
    let example = isBegin ? begin("0042-name") : end("0042-name")
    return
      "this is not how a marker is written; write it as '\(example)', with nothing else in the "
      + "line, or remove it"
  }
}

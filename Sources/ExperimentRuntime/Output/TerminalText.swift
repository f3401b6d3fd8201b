import ExperimentStore
import SecretScanner

/// What a terminal would show of a program's output: a progress bar that is drawn again and again
/// leaves its last state.
///
/// Only what collapses output is followed: carriage return, backspace, the cursor's ways up and
/// down, erasing a line. Colours and other controls are left out.
struct TerminalText {
  /// So many lines may still change; older ones are done.
  static let mostRows = 16
  /// The rest of a longer line is counted instead of kept.
  static let longestRow = 1 << 16

  struct Row {
    var bytes: [UInt8] = []
    var leftOut = 0
    /// As it is stored, until the row changes or what it continues.
    var shown: [UInt8]?
    var before = SecretContinuation.nothing
    var after = SecretContinuation.nothing
  }

  private enum State { case text, escape, control, command }

  private(set) var rows = [Row()]
  /// What the first row continues, where a secret has several lines.
  private var continuation = SecretContinuation.nothing
  private var cursor = 0
  /// Whether the next character stands at the beginning of the row, and replaces it.
  private var isAtStart = false
  private var backspaces = 0
  private var state = State.text
  private var parameter: [UInt8] = []

  /// Takes output in; hands over the rows that cannot change any more, as they are stored.
  mutating func feed(_ bytes: UnsafeRawBufferPointer, _ done: ([UInt8]) -> Void) {
    for byte in bytes {
      switch state {
      case .text: text(byte, done)
      case .escape where (0x20...0x2F).contains(byte): break
      case .escape:
        state = byte == UInt8(ascii: "[") ? .control : byte == UInt8(ascii: "]") ? .command : .text
        parameter = []
      case .control: control(byte)
      case .command:
        // The title of a window, a link: ended by a bell or by the beginning of another escape.
        if byte == 0x07 { state = .text } else if byte == 0x1B { state = .escape }
      }
    }
  }

  private mutating func text(_ byte: UInt8, _ done: ([UInt8]) -> Void) {
    switch byte {
    case 0x1B: state = .escape
    case UInt8(ascii: "\r"): isAtStart = true
    case UInt8(ascii: "\n"): newLine(done)
    case 0x08: backspaces += 1
    case UInt8(ascii: "\t"), 0x20...0x7E, 0x80...: character(byte)
    default: break
    }
  }

  private mutating func newLine(_ done: ([UInt8]) -> Void) {
    backspaces = 0
    if cursor + 1 < rows.count {
      cursor += 1
      isAtStart = true
      return
    }
    isAtStart = false
    rows.append(Row())
    cursor += 1
    if rows.count > Self.mostRows {
      done(rows[0].storing(&continuation))
      rows.removeFirst()
      cursor -= 1
    }
  }

  private mutating func character(_ byte: UInt8) {
    if isAtStart {
      rows[cursor] = Row()
      isAtStart = false
      backspaces = 0
    }
    while backspaces > 0 {
      backspaces -= 1
      // One character, with the bytes that continue it.
      while let last = rows[cursor].bytes.popLast(), last & 0xC0 == 0x80 {}
    }
    rows[cursor].shown = nil
    if rows[cursor].bytes.count < Self.longestRow {
      rows[cursor].bytes.append(byte)
    } else {
      rows[cursor].leftOut += 1
    }
  }

  private mutating func control(_ byte: UInt8) {
    if (0x20...0x3F).contains(byte) {
      if parameter.count < 16 { parameter.append(byte) }
      return
    }
    state = .text
    let number = Int(String(decoding: parameter, as: UTF8.self))
    switch byte {
    case UInt8(ascii: "A"): cursor = max(0, cursor - min(max(number ?? 1, 1), Self.mostRows))
    case UInt8(ascii: "B"):
      cursor = min(rows.count - 1, cursor + min(max(number ?? 1, 1), Self.mostRows))
    case UInt8(ascii: "K") where number == 2 || isAtStart: rows[cursor] = Row()
    case UInt8(ascii: "G") where number ?? 1 == 1: isAtStart = true
    default: break
    }
  }

  /// The rows that may still change, as they are stored, in lines.
  mutating func shown() -> [UInt8] {
    var bytes: [UInt8] = []
    var continuation = self.continuation
    for place in rows.indices {
      if place > 0 { bytes.append(UInt8(ascii: "\n")) }
      bytes += rows[place].storing(&continuation)
    }
    return bytes
  }
}

extension TerminalText.Row {
  /// The row as it is stored: without credentials, and without the blanks that wiped a progress
  /// bar.
  ///
  /// - Parameter continuation: what the row continues; then what the next one does.
  mutating func storing(_ continuation: inout SecretContinuation) -> [UInt8] {
    if let shown, before == continuation {
      continuation = after
      return shown
    }
    before = continuation
    var text = SecretScan.redact(bytes, &continuation).bytes
    after = continuation
    if text.allSatisfy({ $0 == 0x20 }) { text = [] }
    if leftOut > 0 { text += " … \(leftOut) more bytes".utf8 }
    shown = text
    return text
  }
}

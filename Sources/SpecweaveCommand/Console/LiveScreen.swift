import CPlatform
import FileSystem
import Glibc

/// A terminal whose whole screen is drawn again and again, and which is then left as it was.
final class LiveScreen {
  private static let usualHeight = 24
  private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
  private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

  private let output: OutputStream
  private var shown: [String] = []
  private var isEntered = false
  private var hasKeys = false

  init(_ output: OutputStream) { self.output = output }

  deinit { end() }

  /// Whether standard output is a terminal that can be drawn on and is ours at the moment.
  static var isPossible: Bool {
    isatty(1) == 1 && platform_is_in_foreground(1) != 0
      && ProcessContext.variable("TERM").map { $0 != "dumb" } ?? false
  }

  /// How many columns and rows there are.
  static var size: (width: Int, height: Int) {
    let rows = Int(platform_terminal_rows(1))
    let told = ProcessContext.variable("LINES").flatMap { Int($0) } ?? 0
    return (Terminal.standard().width, rows > 0 ? rows : told > 0 ? told : usualHeight)
  }

  /// The descriptor that keys come from; nil if there is none.
  var keys: Int32? { hasKeys ? 0 : nil }

  func begin() {
    guard !isEntered else { return }
    hasKeys = isatty(0) == 1 && platform_is_in_foreground(0) != 0 && platform_take_keys(0) == 0
    output.write(Self.enter)
    output.flush()
    shown = []
    isEntered = true
  }

  func end() {
    guard isEntered else { return }
    output.write(Self.leave)
    output.flush()
    if hasKeys { platform_give_keys_back(0) }
    (isEntered, hasKeys) = (false, false)
  }

  /// Draws what has changed.
  func draw(_ lines: [String]) {
    var text = ""
    for row in 0..<max(lines.count, shown.count) {
      let line = row < lines.count ? lines[row] : ""
      if row < shown.count, shown[row].utf8.elementsEqual(line.utf8) { continue }
      text += "\u{1B}[\(row + 1);1H\u{1B}[2K" + line
    }
    shown = lines
    guard !text.isEmpty else { return }
    output.write(text)
    output.flush()
  }

  /// Draws all of it next time, as after a change of the terminal's size.
  func clear() {
    output.write("\u{1B}[2J")
    shown = []
  }

  /// Whether a key was pressed that ends the command.
  func isEndWanted() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(0, &bytes, bytes.count)
    if count <= 0 {
      // Nobody is at the keys any more.
      if hasKeys { platform_give_keys_back(0) }
      hasKeys = false
      return false
    }
    return bytes[..<count].contains { $0 == UInt8(ascii: "q") || $0 == UInt8(ascii: "Q") }
  }
}

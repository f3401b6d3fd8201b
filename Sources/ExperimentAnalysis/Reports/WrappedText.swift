/// Sentences in lines that fit a terminal.
enum WrappedText {
  /// The sentence in lines; one line without a width.
  static func lines(_ sentence: String, to width: Int?, indent: String = "") -> [String] {
    let words = sentence.split(separator: " ").map(String.init)
    let room = width.map { max(8, $0 - indent.utf8.count) }
    return TextWidth.wrapped(words, to: room, by: " ").map { indent + $0 }
  }

  /// As `lines`, but a word that is wider than a line stays whole.
  static func whole(_ sentence: String, to width: Int?, indent: String) -> [String] {
    var lines: [String] = []
    for word in sentence.split(separator: " ") {
      if let last = lines.last, width.map({ TextWidth.of("\(last) \(word)") <= $0 }) ?? true {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(indent + word)
      }
    }
    return lines
  }

  /// The sentence as an item of a list.
  static func item(_ sentence: String, to width: Int?) -> [String] {
    lines(sentence, to: width, indent: "  ").enumerated().map { place, line in
      place == 0 ? "- " + line.dropFirst(2) : line
    }
  }
}

/// Sentences in lines that fit a terminal.
enum WrappedText {
  /// The sentence in lines; one line without a width.
  static func lines(_ sentence: String, to width: Int?, indent: String = "") -> [String] {
    let words = sentence.split(separator: " ").map(String.init)
    let room = width.map { max(8, $0 - indent.utf8.count) }
    return TextWidth.wrapped(words, to: room, by: " ").map { indent + $0 }
  }

  /// The sentence as an item of a list.
  static func item(_ sentence: String, to width: Int?) -> [String] {
    lines(sentence, to: width, indent: "  ").enumerated().map { place, line in
      place == 0 ? "- " + line.dropFirst(2) : line
    }
  }
}

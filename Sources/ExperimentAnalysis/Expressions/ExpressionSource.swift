import TrackingEntities

/// The text of an expression, and errors that point into it.
struct ExpressionSource {
  /// Longer than anything written by hand.
  static let mostCharacters = 10_000

  /// So much of the text is shown around an error.
  private static let shownBefore = 60
  private static let shownAfter = 40

  let characters: [Unicode.Scalar]

  init(_ text: String) throws(TrackingError) {
    characters = Array(text.unicodeScalars.prefix(Self.mostCharacters + 1))
    guard characters.count <= Self.mostCharacters else {
      throw TrackingError(
        .invalidArgument,
        "the expression is longer than \(Self.mostCharacters) characters; put values to choose from "
          + "into a list: params.depth in (3, 6, 9)")
    }
  }

  /// The character at a place; nil outside the text.
  subscript(_ place: Int) -> Unicode.Scalar? {
    characters.indices.contains(place) ? characters[place] : nil
  }

  /// The text between two places.
  func text(_ place: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: characters[place.clamped(to: characters.indices)])
    return String(view)
  }

  /// An error that says what is wrong at which column, and marks it in the text.
  func error(_ message: String, at place: Range<Int>) -> TrackingError {
    let start = min(max(0, place.lowerBound), characters.count)
    let end = min(max(start, place.upperBound), characters.count)
    let from = max(0, start - Self.shownBefore)
    let to = min(characters.count, max(end, start + Self.shownAfter))
    let before = (from > 0 ? "…" : "") + visible(from..<start)
    let marked = visible(start..<end)
    let after = visible(end..<to) + (to < characters.count ? "…" : "")
    let caret =
      String(repeating: " ", count: TextWidth.of(before)) + "^"
      + String(repeating: "~", count: max(0, min(TextWidth.of(marked), Self.shownBefore) - 1))
    return TrackingError(
      .invalidArgument,
      "the expression is wrong at column \(start + 1): \(message)",
      excerpt: [before + marked + after, caret])
  }

  /// Line ends and tabs are blanks here, so that the mark stands below what it marks.
  private func visible(_ place: Range<Int>) -> String {
    let flat = text(place).unicodeScalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: flat)
    return VisibleText.line(String(view), limit: Self.shownBefore + Self.shownAfter)
  }
}

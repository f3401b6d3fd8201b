/// A number with its noun.
enum CountText {
  /// `1 row`, `2 rows`.
  static func of(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}

/// A number with its noun.
package enum CountText {
  /// `1 row`, `2 rows`; `2 entries` with a plural of its own.
  package static func of(
    _ number: some BinaryInteger, _ noun: String, plural: String? = nil
  ) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
  }
}

/// The version of the library; the header says the same.
package enum TrackerVersion {
  /// As `0.1.0`.
  package static let literal: StaticString = "0.1.0"
  /// The same as text.
  package static var text: String { "\(literal)" }
}

import FileSystem
package import TrackingEntities

/// What an experiment may be called: whatever a person types, kept exactly.
package enum ExperimentName {
  /// The longest name in bytes; it is written into every event file.
  package static let limit = 65_536

  /// Accepts a name given as bytes, or says what is wrong with it.
  package static func validate(_ bytes: [UInt8]) throws(TrackingError) -> String {
    if bytes.count > limit {
      throw TrackingError(
        .invalidName,
        "the experiment name has \(bytes.count) bytes, more than \(limit); put long text in a note")
    }
    let name = try NameText.decode(bytes, "experiment name")
    try NameText.requireReadable(name, "experiment name")
    try NameText.requireInside(name, "experiment name")
    return name
  }

  /// Accepts a name, or says what is wrong with it.
  package static func validate(_ name: String) throws(TrackingError) {
    _ = try validate(Array(name.utf8))
  }

  /// `exp-007`, the name of an experiment that was given none.
  package static func numbered(_ number: UInt64) -> String { "exp-" + padded(number) }

  /// The number that a name starting with `exp-NNN` asks for: one to four digits, so that a date is
  /// none.
  package static func number(in name: String) -> UInt64? {
    guard name.isContinuation(of: "exp-") else { return nil }
    let digits = name.utf8.dropFirst(4).prefix { (48...57).contains($0) }
    guard (1...4).contains(digits.count), let number = UInt64(String(Substring(digits))) else {
      return nil
    }
    return number == 0 ? nil : number
  }

  /// A number with at least three digits.
  static func padded(_ number: UInt64) -> String { number.zeroPadded(3) }
}

import TrackingEntities

/// The parts of an increment's folder name, as `0042E-recommendation-model`.
package struct IncrementName: Sendable, Equatable {
  /// The folder's name, which is the increment's identity.
  package let folder: String
  /// 1 to 9999.
  package let number: Int
  /// A capital letter for increments that came from elsewhere (`E`, `G`, ...); mostly empty.
  package let suffix: String
  /// What follows the number and the dash.
  package let slug: String

  /// Reads a folder's name; nil if it is not one of an increment: `^\d{3,4}[A-Z]?-`, not `0000`.
  package init?(_ folder: String) {
    guard let dash = folder.utf8.firstIndex(of: UInt8(ascii: "-")),
      let reference = IncrementReference(String(folder[..<dash])),
      (3...4).contains(reference.digits),
      folder[..<dash].utf8.dropFirst(reference.digits).elementsEqual(reference.suffix.utf8)
    else { return nil }
    self.folder = folder
    slug = String(Substring(folder.utf8[folder.utf8.index(after: dash)...]))
    number = reference.number
    suffix = reference.suffix
  }

  /// The number as people write it, as `0042E`.
  package var key: String { IncrementName.padded(number) + suffix }

  /// Four digits at least.
  static func padded(_ number: Int) -> String { number.zeroPadded(4) }
}

/// A way to say which increment: `42`, `042`, `0042e`, `0042-recommendation`, `0042...`.
struct IncrementReference: Equatable {
  let number: Int
  /// The letter, capital; or empty.
  let suffix: String
  /// What follows the dash, nil if nothing does; an ending `...` is taken off.
  let slug: String?
  /// With how many digits the number was written.
  let digits: Int

  /// Reads a reference; nil if it does not start with a number or the number is 0.
  init?(_ text: String) {
    let bytes = Array(IncrementReference.withoutDots(text).utf8)
    let digits = bytes.prefix { (48...57).contains($0) }
    guard (1...4).contains(digits.count) else { return nil }
    number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    guard number > 0 else { return nil }
    self.digits = digits.count
    var rest = bytes[digits.endIndex...]
    if let letter = rest.first, (65...90).contains(letter & 0xDF), letter >= 65 {
      suffix = String(decoding: [letter & 0xDF], as: UTF8.self)
      rest = rest.dropFirst()
    } else {
      suffix = ""
    }
    guard rest.isEmpty || rest.first == UInt8(ascii: "-") else { return nil }
    rest = rest.dropFirst()
    slug = rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
  }

  /// The text without the `...` with which documents shorten it.
  private static func withoutDots(_ text: String) -> String {
    for ending in ["...", "…"] where text.utf8.count > ending.utf8.count {
      if text.utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
        return String(Substring(text.utf8.dropLast(ending.utf8.count)))
      }
    }
    return text
  }
}

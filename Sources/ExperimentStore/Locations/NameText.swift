internal import TrackingEntities

/// The rules common to every text that becomes a name on the disk: readable, and the same text to
/// every program that shows it.
enum NameText {
  /// Decodes a name given as bytes, or says which of them is not UTF-8.
  ///
  /// A lone surrogate, as Python passes it on, arrives as such bytes too.
  static func decode(_ bytes: [UInt8], _ kind: String) throws(TrackingError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refusal(kind, String(escapingInvalid: bytes), "is not valid UTF-8 text")
    }
    return text
  }

  /// Refuses what is empty, invisible or deceiving: control characters, line separators, bidi
  /// overrides, zero-width spaces, and text with nothing to see in it.
  static func requireReadable(_ text: String, _ kind: String) throws(TrackingError) {
    if text.isEmpty { throw TrackingError(.invalidName, "the \(kind) is empty; give it a name") }
    for scalar in text.unicodeScalars where isHidden(scalar) {
      throw refusal(
        kind, text, "contains the character \(code(scalar)), which cannot be seen; leave it out")
    }
    if !text.unicodeScalars.contains(where: isVisible) {
      throw refusal(kind, text, "has no visible character; give it a name")
    }
  }

  /// Refuses what leads out of a folder: absolute and home paths, `.` alone, any `..` component.
  static func requireInside(_ text: String, _ kind: String) throws(TrackingError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if parts.count > 1, parts[0].isEmpty {
      throw refusal(kind, text, "is an absolute path; use a name without a leading '/'")
    }
    if parts[0].first == UInt8(ascii: "~"), parts.count > 1 || parts[0].count == 1 {
      throw refusal(kind, text, "is a path into a home directory; use a plain name")
    }
    if text == "." || parts.contains(where: { $0.elementsEqual("..".utf8) }) {
      throw refusal(kind, text, "names a folder by '.' or '..'; use a plain name")
    }
  }

  /// An error about a name, which is shown without anything that a terminal would obey.
  static func refusal(_ kind: String, _ text: String, _ reason: String) -> TrackingError {
    TrackingError(.invalidName, "the \(kind) '\(shown(text))' \(reason)")
  }

  /// The text for a message: hidden characters escaped, a long one cut.
  static func shown(_ text: String) -> String {
    VisibleText.line(text, limit: 100)
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200B, 0xFEFF, 0x202A...0x202E, 0x2066...0x2069: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .nonspacingMark, .enclosingMark, .spacingMark, .format: false
    default: !isHidden(scalar)
    }
  }

  private static func code(_ scalar: Unicode.Scalar) -> String {
    "U+" + scalar.value.zeroPadded(4, radix: 16, uppercase: true)
  }
}

import ExperimentStore
package import TrackingEntities

/// How `comparison.md`, `pipeline.md` and `sweep.md` show whether a user has edited them: the first
/// line is a comment with a digest of all that follows. Comments after it say whether a comparison
/// is out of date, and with which options it is made again.
package enum GuardedReport {
  /// What the document is.
  package enum Kind: String {
    case comparison
    case pipeline
    case sweep

    fileprivate var prefix: String { "<!-- specweave-ml: \(rawValue) sha=" }
  }

  private static let suffix = " -->"

  private static let compared = "<!-- compared with "
  private static let outdated = "<!-- out of date -->\n"
  private static let title = "# Experiment Comparison\n\n"
  private static let warning =
    "**Out of date**: experiments have ended since this was written. With so many of them only "
    + "`compare_experiments()` writes it again.\n\n"

  /// The document with the digest as its first line.
  ///
  /// - Parameter options: The options with which it is made again; nil for the usual ones.
  package static func wrap(
    _ markdown: String, kind: Kind = .comparison, options: Value? = nil
  ) -> String {
    var body = ""
    if let options, let json = try? JSONWriter.write(options) {
      body = compared + hidden(String(decoding: json, as: UTF8.self)) + suffix + "\n"
    }
    body += markdown
    return kind.prefix + digest(Array(body.utf8)) + suffix + "\n" + body
  }

  /// The options with which a comparison is made again, as JSON; nil for the usual ones.
  package static func options(in text: String) -> [UInt8]? {
    for line in text.utf8.split(separator: UInt8(ascii: "\n")).prefix(3) {
      guard line.starts(with: compared.utf8) else { continue }
      var json = Array(line.dropFirst(compared.utf8.count))
      if json.last == UInt8(ascii: "\r") { json.removeLast() }
      return Array(json.dropLast(suffix.utf8.count))
    }
    return nil
  }

  /// How many bytes at the beginning of a file tell whether it is marked as out of date.
  package static let markLength = 256

  /// Whether a file that begins like this is marked as out of date.
  package static func isOutdated(_ beginning: [UInt8]) -> Bool {
    guard let end = beginning.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    return beginning[(end + 1)...].starts(with: outdated.utf8.dropLast())
  }

  /// The comparison with a warning in it; nil if a user has edited it.
  package static func markOutdated(_ text: String) -> String? {
    guard isUnedited(text), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
      return nil
    }
    var body = String(text[text.utf8.index(after: end)...])
    if let place = body.firstRange(of: title) {
      body.insert(contentsOf: warning, at: place.upperBound)
    }
    body = outdated + body
    return Kind.comparison.prefix + digest(Array(body.utf8)) + suffix + "\n" + body
  }

  /// JSON as a comment may hold it: without what would end the comment.
  private static func hidden(_ json: String) -> String {
    var hidden = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case ">": hidden += "\\u003e"
      case "-" where hidden.utf8.last == UInt8(ascii: "-"): hidden += "\\u002d"
      default: hidden.unicodeScalars.append(scalar)
      }
    }
    return hidden
  }

  /// Whether the text is one that `wrap` made, unchanged but for the line ends that git may
  /// convert.
  package static func isUnedited(_ text: String, kind: Kind = .comparison) -> Bool {
    let bytes = Array(text.utf8)
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    var first = String(decoding: bytes[..<end], as: UTF8.self)
    if first.utf8.last == UInt8(ascii: "\r") { first.unicodeScalars.removeLast() }
    return first == kind.prefix + digest(Array(bytes[(end + 1)...])) + suffix
  }

  /// As of a view; carriage returns do not count.
  private static func digest(_ bytes: [UInt8]) -> String {
    ViewDigest.of(bytes.filter { $0 != UInt8(ascii: "\r") })
  }
}

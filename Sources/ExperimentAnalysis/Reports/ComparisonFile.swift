import TrackingStore

/// How `comparison.md` and `pipeline.md` tell whether somebody edited them: the first line is a comment
/// with a digest of all that follows.
package enum ComparisonFile {
  /// What the document is.
  package enum Kind: String {
    case comparison
    case pipeline

    fileprivate var prefix: String { "<!-- specweave-ml: \(rawValue) sha=" }
  }

  private static let suffix = " -->"

  /// The document with the digest as its first line.
  package static func wrap(_ markdown: String, kind: Kind = .comparison) -> String {
    kind.prefix + digest(Array(markdown.utf8)) + suffix + "\n" + markdown
  }

  /// Whether the text is one that `wrap` made, unchanged but for the line ends that git may convert.
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

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
    kind.prefix + digest(markdown.utf8) + suffix + "\n" + markdown
  }

  /// Whether the text is one that `wrap` made, unchanged but for the line ends that git may convert.
  package static func isUnedited(_ text: String, kind: Kind = .comparison) -> Bool {
    let bytes = Array(text.utf8)
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    var first = String(decoding: bytes[..<end], as: UTF8.self)
    if first.utf8.last == UInt8(ascii: "\r") { first.unicodeScalars.removeLast() }
    return first == kind.prefix + digest(bytes[(end + 1)...]) + suffix
  }

  /// FNV-1a with 64 bits: it guards against accidents, not against forgery. Carriage returns do not
  /// count.
  private static func digest(_ bytes: some Sequence<UInt8>) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes where byte != UInt8(ascii: "\r") {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

import FileSystem
import TrackingEntities

/// What people call an increment: `Recommendation Model`.
package enum IncrementTitle {
  /// The title that SpecWeave derives: that of `metadata.json`, of the front matter of `spec.md`,
  /// its first heading, else the words of the folder's name.
  package static func of(_ increment: IncrementLocation) -> String {
    let folder = try? increment.root.open(increment.path)
    let metadata = (try? folder?.read("metadata.json", limit: limit)) ?? nil
    if let metadata, let members = try? JSONParser.parse(metadata),
      let title = members["title"]?.text.flatMap(nonBlank)
    {
      return title
    }
    if let bytes = (try? folder?.read("spec.md", limit: limit)) ?? nil,
      let title = title(in: String(escapingInvalid: bytes))
    {
      return title
    }
    return words(of: IncrementName(increment.id)?.slug ?? increment.id)
  }

  private static let limit = 4 << 20

  /// The title in the text of a `spec.md`; nil if it says none.
  static func title(in text: String) -> String? {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    if lines.first?.trimmed == "---" {
      let header = lines.dropFirst().prefix { $0.trimmed != "---" }
      for line in header where line.hasPrefix("title:") {
        if let title = nonBlank(unquoted(line.dropFirst("title:".count).trimmed)) { return title }
      }
      lines = lines.dropFirst(header.count + 2)
    }
    for line in lines where line.hasPrefix("# ") {
      return nonBlank(withoutPrefix(line.dropFirst(2).trimmed))
    }
    return nil
  }

  /// `Recommendation Model` for `recommendation-model`.
  static func words(of slug: String) -> String {
    let words = slug.split { $0 == "-" || $0 == "_" }
    let title = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    return nonBlank(title) ?? slug
  }

  private static func unquoted(_ text: String) -> String {
    for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote)
    {
      return String(text.dropFirst().dropLast())
    }
    return text
  }

  /// Without `Increment 42:` or `SPEC-42:`.
  private static func withoutPrefix(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    let before = text[..<colon].lowercased()
    let isPrefix = ["increment ", "spec-", "spec "].contains { before.hasPrefix($0) }
    return isPrefix ? text[text.index(after: colon)...].trimmed : text
  }

  private static func nonBlank(_ text: String) -> String? {
    let trimmed = text[...].trimmed
    return trimmed.isEmpty ? nil : String(trimmed.prefix(200))
  }
}

extension Substring {
  /// Without the blanks around it.
  fileprivate var trimmed: String {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}

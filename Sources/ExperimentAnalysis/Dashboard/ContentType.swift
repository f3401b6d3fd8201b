/// What a file of an experiment is, by its name, and how it is shown: nothing that a browser would
/// run is ever called by its own type.
package struct ContentType: Sendable {
  /// How a page shows it.
  package enum Form: Sendable {
    /// A picture of pixels, which can do nothing.
    case image
    /// Text as it is, whatever language it is in.
    case text
    /// Unknown: text if it reads as such.
    case unknown
  }

  /// The type for people and for a server, as `image/png`.
  package let name: String
  package let form: Form

  private static let images = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "bmp": "image/bmp",
  ]
  private static let texts = [
    "txt": "text/plain", "log": "text/plain", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "md": "text/markdown", "markdown": "text/markdown",
    "json": "application/json", "jsonl": "application/jsonl", "yaml": "application/yaml",
    "yml": "application/yaml", "toml": "application/toml", "xml": "application/xml",
    "html": "text/html", "htm": "text/html", "svg": "image/svg+xml", "py": "text/x-python",
    "patch": "text/x-diff", "diff": "text/x-diff", "sh": "text/x-shellscript",
    "ini": "text/plain", "cfg": "text/plain", "js": "text/javascript", "css": "text/css",
  ]

  /// The type that a file's name tells.
  package init(ofName path: String) {
    let file = path.utf8.split(separator: UInt8(ascii: "/")).last.map { Substring($0) } ?? ""
    let parts = file.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let ending = parts.count > 1 ? parts.last.map { Substring($0).lowercased() } ?? "" : ""
    if let name = Self.images[ending] {
      (self.name, form) = (name, .image)
    } else if let name = Self.texts[ending] {
      (self.name, form) = (name, .text)
    } else {
      (name, form) = ("application/octet-stream", .unknown)
    }
  }

  /// The type that the first bytes of a picture tell; nil for anything else.
  package init?(ofImage bytes: [UInt8]) {
    let name: String
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      name = "image/png"
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      name = "image/jpeg"
    } else if bytes.starts(with: Array("GIF8".utf8)) {
      name = "image/gif"
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.count > 12,
      bytes[8..<12].elementsEqual("WEBP".utf8)
    {
      name = "image/webp"
    } else {
      return nil
    }
    (self.name, form) = (name, .image)
  }

  /// How many bytes at the beginning are whole characters of UTF-8: a character that is cut off at
  /// the end is left for the next piece.
  package static func wholeCharacters(_ bytes: [UInt8]) -> Int {
    var place = bytes.count - 1
    let earliest = max(0, bytes.count - 3)
    while place >= earliest {
      let byte = bytes[place]
      if byte & 0xC0 == 0x80 {
        place -= 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return place + length > bytes.count ? place : bytes.count
    }
    return bytes.count
  }

  /// Bytes as a file's text; nil where they are none.
  package static func text(_ bytes: [UInt8]) -> String? {
    if bytes.contains(0) { return nil }
    return String(validating: bytes[..<wholeCharacters(bytes)], as: UTF8.self)
  }
}

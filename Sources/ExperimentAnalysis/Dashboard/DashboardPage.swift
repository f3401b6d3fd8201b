internal import ContentDigest
package import TrackingEntities

/// The dashboard's page: one HTML file with its style, its script and, where it is to be looked at
/// without the library, its data. It asks for nothing from elsewhere, and its policy lets a browser
/// run no other script than the one that the library carries.
package struct DashboardPage: Sendable {
  private static let carried = Result { () throws(TrackingError) in try DashboardPage(.carried) }

  /// The page that the library carries; it is put together once.
  package static func ofLibrary() throws(TrackingError) -> DashboardPage { try carried.get() }

  private let style: String
  private let script: String
  /// What of index.html stands before, between and after its places.
  private let frame: [[UInt8]]

  /// - Throws: `internalError` if the files do not make a page.
  package init(_ files: PageFiles) throws(TrackingError) {
    guard let frame = files["index.html"], let style = files["style.css"] else {
      throw TrackingError(.internalError, "the page has no index.html or no style.css")
    }
    self.style = style
    script = try ModuleBundle(files).script
    for text in [style, script] {
      for end in ["</script", "<script", "</style"]
      where text.lowercased().utf8.place(of: end) != nil {
        throw TrackingError(
          .internalError, "'\(end)' in the page's style or script would change where it ends")
      }
    }
    var parts: [[UInt8]] = []
    var rest = Array(frame.utf8)
    for place in Place.allCases {
      guard let found = rest.place(of: place.rawValue) else {
        throw TrackingError(
          .internalError, "index.html has no \(place.rawValue), or not in its order")
      }
      parts.append(Array(rest[..<found]))
      rest.removeFirst(found + place.rawValue.utf8.count)
    }
    for place in Place.allCases where rest.place(of: place.rawValue) != nil {
      throw TrackingError(.internalError, "index.html has \(place.rawValue) more than once")
    }
    self.frame = parts + [rest]
  }

  /// Where index.html gets its parts, in the order in which it names them.
  private enum Place: String, CaseIterable {
    case policy = "<!--csp-->"
    case style = "<!--style-->"
    case data = "<!--data-->"
    case script = "<!--script-->"
  }

  /// The page.
  ///
  /// - Parameters:
  ///   - data: The answers that it shows, as JSON; nil for a page that asks its server.
  ///   - token: What its server wants to see with every change.
  package func html(data: [UInt8]? = nil, token: String? = nil) -> [UInt8] {
    var page: [UInt8] = []
    for (place, part) in zip(Place.allCases, frame) {
      page += part
      switch place {
      case .policy:
        let policy = policy(alone: data != nil)
        page += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">".utf8
        if let token {
          page += "\n<meta name=\"token\" content=\"\(HTMLText.escape(token))\">".utf8
        }
      case .style: page += "<style>\(style)</style>".utf8
      case .data: if let data { Self.append(data, to: &page) }
      case .script: page += "<script type=\"module\">\(script)</script>".utf8
      }
    }
    return page + (frame.last ?? [])
  }

  /// Data that no HTML reader takes for markup: every `<` in it is in a string, and is escaped.
  private static func append(_ data: [UInt8], to page: inout [UInt8]) {
    page += "<script type=\"application/json\" id=\"data\">".utf8
    for part in data.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false)
      .enumerated()
    {
      if part.offset > 0 { page += "\\u003c".utf8 }
      page += part.element
    }
    page += "</script>".utf8
  }

  /// What the page may do, for its own `<meta>`.
  ///
  /// - Parameter alone: Whether it has its data with it and needs no server.
  private func policy(alone: Bool) -> String {
    let sources = "script-src '\(Self.hash(script))'; style-src '\(Self.hash(style))'"
    let images = alone ? "img-src data: blob:" : "img-src 'self' data: blob:; connect-src 'self'"
    return "default-src 'none'; \(sources); \(images); base-uri 'none'; form-action 'none'"
  }

  /// What the page may do, for the header of a server: it is shown in frames of its own origin
  /// only, such as a notebook's.
  package var policy: String { policy(alone: false) + "; frame-ancestors 'self'" }

  private static func hash(_ text: String) -> String {
    "sha256-" + Base64.text(SHA256Hasher.bytes(of: Array(text.utf8)))
  }
}

extension Collection<UInt8> {
  /// Where a text begins in the bytes.
  fileprivate func place(of text: String) -> Int? { Array(self).place(ofBytes: Array(text.utf8)) }
}

extension [UInt8] {
  fileprivate func place(ofBytes wanted: [UInt8]) -> Int? {
    guard let first = wanted.first, count >= wanted.count else { return nil }
    return (0...(count - wanted.count)).first { place in
      self[place] == first && self[place..<(place + wanted.count)].elementsEqual(wanted)
    }
  }
}

import TrackingEntities

/// The pictures of an experiment in its page, with their bytes: a notebook knows no path to them.
enum ExperimentFigures {
  private static let mostFigures = 12
  /// Larger pictures are only named: a notebook keeps a copy of every one in its file.
  private static let mostBytes = 2 << 20
  private static let mostBytesTogether = 8 << 20
  private static let types = [
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml",
  ]

  /// The section; empty without a picture.
  static func html(
    _ snapshot: ExperimentSnapshot, _ content: (_ path: String, _ most: Int) -> [UInt8]?
  ) -> String {
    let pictures = ExperimentReportFiles.pictures(snapshot)
    guard !pictures.isEmpty else { return "" }
    var shown: [String] = []
    var left: [String] = []
    var room = mostBytesTogether
    for artifact in pictures {
      let most = min(mostBytes, room)
      if shown.count < mostFigures, artifact.size <= UInt64(most), let type = type(artifact.path),
        let bytes = content(artifact.path, most)
      {
        room -= bytes.count
        shown.append(figure(artifact.path, type, bytes))
      } else {
        left.append(artifact.path)
      }
    }
    let more = left.isEmpty ? "" : HTMLText.remark("Not shown: " + named(left))
    return HTMLText.caption("Figures") + shown.joined(separator: "\n") + more
  }

  private static func figure(_ path: String, _ type: String, _ bytes: [UInt8]) -> String {
    "<figure style=\"display:inline-block;margin:4px 12px 4px 0;vertical-align:top\">"
      + "<img alt=\"\(HTMLText.line(path))\" style=\"max-width:420px;max-height:320px\" "
      + "src=\"data:\(type);base64,\(Base64.text(bytes))\">"
      + "<figcaption style=\"font-size:12px;opacity:.7\">\(HTMLText.line(path))</figcaption></figure>"
  }

  private static func named(_ paths: [String]) -> String {
    let more = paths.count > mostFigures ? " and \(paths.count - mostFigures) more" : ""
    return paths.prefix(mostFigures).map(HTMLText.line).joined(separator: ", ") + more
  }

  private static func type(_ path: String) -> String? {
    let lower = path.lowercased()
    return types.first { lower.hasSuffix($0.key) }?.value
  }
}

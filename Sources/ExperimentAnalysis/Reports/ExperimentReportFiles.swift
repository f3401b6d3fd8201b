import TrackingEntities

/// The files of an experiment in its report, as links that work where the report lies.
enum ExperimentReportFiles {
  private static let pictureEndings = [".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp"]
  private static let mostFigures = 20

  /// The saved pictures.
  static func pictures(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    saved(snapshot).filter(isPicture)
  }

  /// Pictures, to be seen in the report itself.
  static func figures(_ snapshot: ExperimentSnapshot, _ up: String) -> String {
    pictures(snapshot).prefix(mostFigures).map { artifact in
      "![\(MarkdownText.escape(artifact.path))](\(target(artifact.path, up)))"
    }.joined(separator: "\n\n")
  }

  /// All files but the report and what was captured, which the last section names.
  static func table(_ snapshot: ExperimentSnapshot, _ up: String, report: String) -> String {
    let rows = saved(snapshot).filter { !$0.path.utf8.elementsEqual(report.utf8) }.map { artifact in
      [
        "[\(MarkdownText.escape(artifact.path))](\(target(artifact.path, up)))",
        MarkdownText.escape(artifact.kind), NumberText.bytes(artifact.size),
        MarkdownText.code(String(artifact.sha256.prefix(12))),
      ]
    }
    return ExperimentReportTables.table(["File", "Kind", "Size", "SHA-256"], rows)
  }

  static func has(_ path: String, _ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.artifacts.contains { $0.keptAs.isEmpty && !$0.removed && $0.path == path }
  }

  /// A path as the target of a link: everything but plain characters as the percent signs of URLs.
  static func target(_ path: String, _ up: String) -> String {
    var text = up
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }

  private static func saved(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    snapshot.artifacts.filter { $0.keptAs.isEmpty && !$0.removed && $0.kind != "environment" }
  }

  private static func isPicture(_ artifact: Artifact) -> Bool {
    pictureEndings.contains { artifact.path.lowercased().hasSuffix($0) }
  }
}

import TrackingEntities

/// A difference as sections of rows, which text and HTML show alike.
struct DifferenceTable {
  struct Section {
    let title: String
    let rows: [Row]
    let isNumeric: Bool
    /// How many more rows there are than are shown.
    let hidden: Int
  }

  struct Row {
    let name: String
    let before: String
    let after: String
    var remark = ""
    /// Whether the remark tells of something better or worse.
    var isBetter: Bool?
  }

  static let mostRows = 40
  private static let missing = "–"

  let sections: [Section]
  /// What is the same, in one sentence.
  let foot: String

  init(_ difference: ExperimentDifference) {
    let files = difference.artifacts
    sections = [
      Self.section("Parameters", difference.params.map { Self.row($0, limit: 60) }),
      Self.section("Metrics", difference.metrics.map(Self.row), isNumeric: true),
      Self.section("Tags", Self.tags(difference)),
      Self.section("Code, environment, data", difference.facts.map { Self.row($0, limit: 60) }),
      Self.section("Artifacts", files.map(Self.row)),
    ].filter { !$0.rows.isEmpty }
    let counts = [
      (difference.same.params, "parameter"), (difference.same.metrics, "metric"),
      (difference.same.facts, "fact"), (difference.same.artifacts, "artifact"),
    ].filter { $0.0 > 0 }.map { CountText.of($0.0, $0.1) }
    let same = counts.isEmpty ? "" : "The same in both: " + counts.joined(separator: ", ") + "."
    foot = sections.isEmpty ? ["Nothing differs.", same].joined(separator: " ") : same
  }

  private static func section(
    _ title: String, _ rows: [Row], isNumeric: Bool = false
  ) -> Section {
    Section(
      title: title, rows: Array(rows.prefix(mostRows)), isNumeric: isNumeric,
      hidden: max(0, rows.count - mostRows))
  }

  private static func row(_ entry: ExperimentDifference.Entry, limit: Int) -> Row {
    Row(
      name: VisibleText.line(entry.key.text, limit: 80),
      before: entry.before.map { text($0, limit: limit) } ?? missing,
      after: entry.after.map { text($0, limit: limit) } ?? missing)
  }

  /// Of a digest the beginning is enough to tell it from another.
  private static func text(_ value: Value, limit: Int) -> String {
    let line = ValueText.line(value, limit: limit)
    guard let digest = value.text, digest.utf8.count >= 40,
      digest.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
    else { return line }
    return digest.prefix(12) + "…"
  }

  private static func row(_ metric: ExperimentDifference.Metric) -> Row {
    let values = [metric.before, metric.after].compactMap { $0 }
    let style = NumberStyle(for: values)
    var row = Row(
      name: VisibleText.line(metric.key.text, limit: 80),
      before: metric.before.map(style.text) ?? missing,
      after: metric.after.map(style.text) ?? missing)
    guard let difference = metric.difference else { return row }
    var decimals = 2
    if case .decimals(let shown) = style { decimals = shown }
    row.remark = NumberText.signed(difference, decimals: style == .integers ? 0 : decimals)
    if let relative = metric.relative {
      row.remark += " (\(NumberText.signed(relative * 100, decimals: 1))%)"
    }
    row.isBetter = metric.isBetter
    return row
  }

  private static func row(_ file: ExperimentDifference.File) -> Row {
    func text(_ artifact: Artifact?) -> String {
      guard let artifact else { return missing }
      return "\(artifact.sha256.prefix(8)), \(NumberText.bytes(artifact.size))"
    }
    return Row(
      name: VisibleText.line(file.path, limit: 80), before: text(file.before),
      after: text(file.after))
  }

  private static func tags(_ difference: ExperimentDifference) -> [Row] {
    difference.addedTags.map { tag in
      Row(name: VisibleText.line(tag, limit: 80), before: missing, after: "added")
    }
      + difference.removedTags.map { tag in
        Row(name: VisibleText.line(tag, limit: 80), before: "removed", after: missing)
      }
  }
}

extension ExperimentDifference {
  /// The names of both, told apart by their folders if they are the same.
  var titles: (before: String, after: String) {
    let names = (Names.shown(before), Names.shown(after))
    guard names.0 == names.1 else { return names }
    return (VisibleText.line(before.folder), VisibleText.line(after.folder))
  }
}

package import TrackingEntities

/// An explanation in every form; docs/schemas/explanation.schema.json describes the JSON.
package enum ExplanationReport {
  private static func titles(_ explanation: Explanation) -> (before: String, after: String) {
    ExperimentDifference(of: explanation.after, from: explanation.before).titles
  }

  private static func title(_ explanation: Explanation) -> String {
    let titles = titles(explanation)
    return "\(titles.after), seen from \(titles.before)"
  }

  private static func sections(_ explanation: Explanation) -> [(title: String, lines: [String])] {
    let changes = explanation.changes.map(\.sentence)
    return [
      (
        "What changed",
        changes.isEmpty ? ["Nothing that was recorded."] : changes + explanation.evidence
      ),
      ("What is equal", explanation.equal),
      ("What is not known", explanation.unknown),
    ].filter { !$0.lines.isEmpty }
  }

  /// For a terminal.
  package static func text(
    _ explanation: Explanation, width: Int? = nil, colours: Bool = false
  ) -> String {
    var blocks = [
      TextColour.bold.paint(cut(title(explanation), width), if: colours) + "\n"
        + WrappedText.lines(explanation.score, to: width).joined(separator: "\n")
    ]
    blocks += sections(explanation).map { section in
      ([TextColour.bold.paint(section.title, if: colours)]
        + section.lines.flatMap { WrappedText.item($0, to: width) })
        .joined(separator: "\n")
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func cut(_ text: String, _ width: Int?) -> String {
    width.map { TextWidth.cut(text, to: $0) } ?? text
  }

  /// As Markdown.
  package static func markdown(_ explanation: Explanation) -> String {
    var blocks = [
      "# " + MarkdownText.escape(title(explanation), limit: 500),
      MarkdownText.escape(explanation.score, limit: 2000),
    ]
    blocks += sections(explanation).map { section in
      "## \(section.title)\n\n"
        + section.lines.map { "- " + MarkdownText.escape($0, limit: 4000) }.joined(separator: "\n")
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// For a notebook, everything in it escaped.
  package static func html(_ explanation: Explanation) -> String {
    let lists = sections(explanation).map { section in
      HTMLText.caption(section.title) + "<ul style=\"margin:0\">"
        + section.lines.map { "<li>" + HTMLText.escape($0) + "</li>" }.joined() + "</ul>"
    }
    return HTMLText.frame(
      [HTMLText.title(title(explanation)), HTMLText.remark(HTMLText.escape(explanation.score))]
        + lists)
  }

  /// A row for each sentence.
  package static func table(_ explanation: Explanation) -> DataTable {
    var rows: [[Value]] = [["score", .text(explanation.score)]]
    rows += explanation.changes.map { [.text($0.part.rawValue), .text($0.sentence)] }
    rows += explanation.evidence.map { ["evidence", .text($0)] }
    rows += explanation.equal.map { ["equal", .text($0)] }
    rows += explanation.unknown.map { ["unknown", .text($0)] }
    return DataTable([.init("part"), .init("sentence")], rows: rows)
  }

  /// As JSON values.
  package static func value(_ explanation: Explanation) -> Value {
    func side(_ snapshot: ExperimentSnapshot) -> Value {
      ["name": .text(snapshot.name), "folder": .text(snapshot.folder)]
    }
    func texts(_ texts: [String]) -> Value { .list(texts.map { .text($0) }) }
    let metric = explanation.metric
    return [
      "format": 1,
      "before": side(explanation.before),
      "after": side(explanation.after),
      "metric": metric.map { .text($0.key.text) } ?? .null,
      "score": [
        "sentence": .text(explanation.score),
        "before": metric?.before.map { .number($0.double) } ?? .null,
        "after": metric?.after.map { .number($0.double) } ?? .null,
        "difference": metric?.difference.map(Value.number) ?? .null,
        "direction": explanation.direction.map { .text($0.rawValue) } ?? .null,
        "p_value": explanation.pValue.map(Value.number) ?? .null,
      ],
      "changes": .list(explanation.changes.map(change)),
      "evidence": texts(explanation.evidence),
      "equal": texts(explanation.equal),
      "unknown": texts(explanation.unknown),
    ]
  }

  private static func change(_ change: Explanation.Change) -> Value {
    [
      "part": .text(change.part.rawValue),
      "sentence": .text(change.sentence),
      "entries": .list(
        change.entries.map { entry in
          [
            "key": .text(entry.key.text), "change": .text(entry.change.rawValue),
            "before": entry.before ?? .null, "after": entry.after ?? .null,
          ]
        }),
    ]
  }
}

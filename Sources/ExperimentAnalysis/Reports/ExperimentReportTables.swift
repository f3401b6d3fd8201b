import TrackingEntities

/// The tables of an experiment's report.
enum ExperimentReportTables {
  /// One value a metric where none has more than one point.
  static func metrics(_ metrics: [MetricSummary]) -> String {
    let hasHistory = metrics.contains { $0.count > 1 }
    let headings = hasHistory ? ["Last", "Min", "Max", "Mean", "Points"] : ["Value"]
    let rows = metrics.map { metric in
      let texts = MetricTexts(metric)
      let cells = [texts.last, texts.minimum, texts.maximum, texts.mean, String(metric.count)]
      return [MarkdownText.escape(metric.key.text)] + cells.prefix(headings.count)
    }
    return table(["Metric"] + headings, rows, numeric: headings.count)
  }

  static func params(_ snapshot: ExperimentSnapshot) -> String {
    let changed = snapshot.params.contains { !$0.previous.isEmpty }
    let rows = snapshot.params.map { param in
      let before = param.previous.suffix(3).map { ValueText.line($0, limit: 40) }
      return [
        MarkdownText.escape(param.key.text),
        MarkdownText.escape(ValueText.line(param.value, limit: 200)),
      ] + (changed ? [MarkdownText.escape(before.joined(separator: ", "))] : [])
    }
    return table(["Parameter", "Value"] + (changed ? ["Before"] : []), rows)
  }

  /// What the experiment was told about its data.
  static func data(_ snapshot: ExperimentSnapshot) -> String {
    let rows = (snapshot.fact("data")?.entries ?? []).map { set in
      let shape = set.value["shape"].map { ValueText.line($0) } ?? "–"
      let kind = set.value["type"]?.text ?? set.value["path"]?.text ?? "–"
      let digest = set.value["sha256"]?.text.map { MarkdownText.code(String($0.prefix(12))) }
      return [
        MarkdownText.escape(set.key.text), MarkdownText.escape(kind), MarkdownText.escape(shape),
        digest ?? "–",
      ]
    }
    return table(["Data", "Kind", "Shape", "SHA-256"], rows)
  }

  /// A table; the last `numeric` columns are aligned as numbers are. "" without rows.
  static func table(_ headings: [String], _ rows: [[String]], numeric: Int = 0) -> String {
    guard !rows.isEmpty else { return "" }
    let marks = headings.indices.map { $0 < headings.count - numeric ? "---" : "---:" }
    let lines = ([headings, marks] + rows.prefix(ExperimentReport.mostRows)).map {
      "| " + $0.joined(separator: " | ") + " |"
    }
    let more = rows.count - ExperimentReport.mostRows
    return lines.joined(separator: "\n") + (more > 0 ? "\n\n\(more) more are not shown." : "")
  }
}

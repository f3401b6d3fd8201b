package import TrackingEntities

/// A review in every form; docs/schemas/review.schema.json describes the JSON.
package enum ReviewReport {
  private static func title(_ review: Review) -> String {
    review.increment.isEmpty ? "Review" : "Review of " + VisibleText.line(review.increment)
  }

  /// For a terminal.
  package static func text(
    _ review: Review, width: Int? = nil, colours: Bool = false
  ) -> String {
    var blocks = [
      TextColour.bold.paint(title(review), if: colours) + "\n"
        + WrappedText.lines(review.summary, to: width).joined(separator: "\n")
    ]
    blocks += review.findings.map { finding in
      let head = TextColour.bold.paint(
        width.map { TextWidth.cut(finding.id, to: $0) } ?? finding.id, if: colours)
      return
        ([head] + WrappedText.lines(finding.sentence, to: width, indent: "  ")
        + WrappedText.lines(finding.advice, to: width, indent: "  "))
        .joined(separator: "\n")
    }
    if review.findings.isEmpty { blocks.append(Review.nothing) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// As Markdown.
  package static func markdown(_ review: Review) -> String {
    var blocks = [
      "# " + MarkdownText.escape(title(review)), MarkdownText.escape(review.summary, limit: 2000),
    ]
    let items = review.findings.map { finding in
      "- " + MarkdownText.code(finding.id) + ": "
        + MarkdownText.escape(finding.sentence, limit: 4000) + " *"
        + MarkdownText.escape(finding.advice, limit: 2000) + "*"
    }
    blocks.append(items.isEmpty ? Review.nothing : items.joined(separator: "\n"))
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// For a notebook, everything in it escaped.
  package static func html(_ review: Review) -> String {
    let rows = review.findings.map { finding in
      HTMLText.row([
        HTMLText.cell(HTMLText.code(finding.id), wraps: false),
        HTMLText.cell(HTMLText.escape(finding.sentence)),
        HTMLText.cell(HTMLText.escape(finding.advice)),
      ])
    }
    let head = HTMLText.row(
      ["Finding", "Fact", "What to try"].map { HTMLText.cell($0, header: true) })
    return HTMLText.frame([
      HTMLText.title(title(review)), HTMLText.remark(HTMLText.escape(review.summary)),
      rows.isEmpty ? HTMLText.remark(Review.nothing) : HTMLText.table([head] + rows),
    ])
  }

  /// A row for each finding.
  package static func table(_ review: Review) -> DataTable {
    DataTable(
      ["id", "sentence", "advice", "experiments"].map { .init($0) },
      rows: review.findings.map { finding in
        [
          .text(finding.id), .text(finding.sentence), .text(finding.advice),
          .text(finding.cases.map(\.folder).joined(separator: ", ")),
        ]
      })
  }

  /// As JSON values.
  package static func value(_ review: Review) -> Value {
    let primary: Value =
      review.primary.map { primary in
        [
          "key": .text(primary.key.text), "direction": .text(primary.direction.rawValue),
          "assumed": .boolean(primary.isAssumed),
        ]
      } ?? .null
    return [
      "format": 1,
      "increment": .text(review.increment),
      "experiments": .integer(Int64(review.experiments)),
      "completed": .integer(Int64(review.completed)),
      "primary_metric": primary,
      "best": review.best.map { .text($0.folder) } ?? .null,
      "findings": .list(review.findings.map(finding)),
      "thresholds": ReviewThresholds.value,
    ]
  }

  private static func finding(_ finding: Finding) -> Value {
    [
      "id": .text(finding.id),
      "kind": .text(finding.kind.rawValue),
      "sentence": .text(finding.sentence),
      "advice": .text(finding.advice),
      "experiments": .list(
        finding.cases.map { found in
          [
            "name": .text(found.name), "folder": .text(found.folder),
            "numbers": .map(found.numbers),
          ]
        }),
      "numbers": .map(finding.numbers),
    ]
  }
}

import TrackingEntities

/// The block of `architecture/ml-experiments.md`: what was tried, what was selected, and why.
enum ExperimentsPage {
  /// Of more experiments only the newest are listed, and those that are selected.
  private static let mostListed = 200
  private static let mostNotes = 3

  static func blocks(_ source: LivingDocsSource, at page: LivingDocsPage) -> [String] {
    var blocks = ["### Experiments Conducted: \(source.conducted)", experiments(source)]
    if source.conducted > 0 {
      let target = page.link("experiments/", source)
      blocks.append("All values are in [experiments](\(target)).")
    }
    blocks += ["### Selection Rationale", rationale(source)]
    for decision in source.decisions {
      blocks += [
        "### Hyperparameters (\(decision.label))", LivingDocsText.params(decision.row.snapshot),
      ]
    }
    return blocks
  }

  private static func experiments(_ source: LivingDocsSource) -> String {
    guard source.conducted > 0 else { return "No experiment was recorded." }
    let rows = source.rows.enumerated().filter { place, row in
      source.rows.count - place <= mostListed || source.isSelected(row)
    }.map(\.element)
    var lines: [String] = []
    let hidden = source.rows.count - rows.count
    if hidden > 0 { lines.append("- \(hidden) earlier ones are not listed") }
    lines += rows.map { line($0, source) }
    if source.archived > 0 {
      lines.append("- \(CountText.of(source.archived, "more experiment")) in the archive")
    }
    return lines.joined(separator: "\n")
  }

  /// `- exp-003-xgboost: XGBoost classifier (acc=0.26) ✅ **SELECTED**`
  private static func line(_ row: Comparison.Row, _ source: LivingDocsSource) -> String {
    let isCompleted = row.status == .completed
    var text = "- " + MarkdownText.escape(row.name)
    let described = row.sweep ?? row.snapshot
    if let description = LivingDocsText.description(described) { text += ": " + description }
    var facts: [String] = isCompleted ? [] : [row.status.rawValue]
    if let score = source.score(row) { facts.append(score) }
    if row.members > 1 { facts.append("best of \(row.members)") }
    if let failure = row.snapshot.failure {
      facts.append(MarkdownText.code(FailureText.line(failure)))
    }
    if !facts.isEmpty { text += " (" + facts.joined(separator: ", ") + ")" }
    if source.isSelected(row) { text += " ✅ **SELECTED**" }
    guard row.status == .failed else { return text }
    // What was written down of a failure keeps the next person from repeating it.
    let notes = row.snapshot.notes.suffix(mostNotes).map {
      "  - " + MarkdownText.escape(VisibleText.firstLine($0.text))
    }
    return ([text] + notes.filter { $0 != "  - " }).joined(separator: "\n")
  }

  private static func rationale(_ source: LivingDocsSource) -> String {
    if !source.decisions.isEmpty {
      return source.decisions.map { LivingDocsText.rationale($0, source) }
        .joined(separator: "\n\n")
    }
    var blocks = [LivingDocsText.nothingSelected]
    if let best = source.comparison.best {
      let computed = source.computed(best).map { MarkdownText.escape($0) }
      blocks += [
        "Computed from the recorded values, the best so far is **\(MarkdownText.escape(best.name))**:",
        LivingDocsText.list(computed),
      ]
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}

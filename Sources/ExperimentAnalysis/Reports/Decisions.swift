import TrackingEntities

/// The decisions that people made for experiments, in every form of a comparison.
enum Decisions {
  /// The most that are listed.
  static let mostListed = 20

  /// The rows that were selected and are not the best.
  static func besides(_ comparison: Comparison) -> [Comparison.Row] {
    Array(comparison.selected.filter { !comparison.isBest($0) }.prefix(mostListed))
  }

  /// Who selected a row and when, and why, as recorded; empty where none of it was.
  static func rationale(_ row: Comparison.Row) -> [String] {
    let reasons = (row.selection?.rationale ?? []).filter { !$0.isEmpty }.prefix(mostListed)
    let maker = row.selection.flatMap(maker).map { "Decided " + $0 }
    return [maker].compactMap { $0 } + reasons
  }

  /// `by ana, 2026-11-22 10:30 UTC`; nil where neither is known.
  static func maker(_ selection: Selection) -> String? {
    let name = selection.by.isEmpty ? nil : "by " + VisibleText.line(selection.by, limit: 100)
    let parts = [name, selection.time.map(DateText.utc)].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// How the computed reasons for an experiment are headed.
  static func heading(_ proposal: Comparison.Proposal) -> (title: String, rest: String) {
    ("Computed reasons", "for \(proposal.name)")
  }
}

import TrackingEntities

/// The decisions that people made for experiments, in every form of a comparison.
enum Decisions {
  /// The most that are listed.
  static let mostListed = 20

  /// The rows that were selected and are not the best.
  static func besides(_ comparison: Comparison) -> [Comparison.Row] {
    Array(comparison.selected.filter { !comparison.isBest($0) }.prefix(mostListed))
  }

  /// Why a row was selected, as recorded; empty where no reason was.
  static func rationale(_ row: Comparison.Row) -> [String] {
    Array((row.selection?.rationale ?? []).filter { !$0.isEmpty }.prefix(mostListed))
  }
}

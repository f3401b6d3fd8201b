public import TrackingEntities

/// A condition that experiments fulfil or not:
/// `params.max_depth > 3 and metrics.auc >= 0.85 and 'production' in tags`.
///
/// The language is described in docs/expressions.md. It compares and combines what is known of an
/// experiment, and can do nothing else.
///
/// ```swift
/// let filter = try ExperimentFilter("metrics.auc >= 0.85 and status == 'completed'")
/// let good = try increment.experiments().filter { filter.matches($0) }
/// ```
public struct ExperimentFilter: Sendable {
  /// The text that it was read from.
  public let text: String
  private let condition: Condition

  /// Reads a condition.
  ///
  /// - Throws: `invalidArgument` with the column, the place in the text and a hint.
  public init(_ text: String) throws(TrackingError) {
    self.text = text
    var parser = try ExpressionParser(text)
    condition = try parser.readWhole()
  }

  /// Whether an experiment fulfils the condition.
  ///
  /// - Parameters:
  ///   - snapshot: What is known of the experiment.
  ///   - increment: The increment's name, for conditions on `increment`.
  public func matches(_ snapshot: ExperimentSnapshot, in increment: String = "") -> Bool {
    condition.truth(for: Subject(snapshot: snapshot, increment: increment)) == true
  }

  /// What a reader should know whose condition is on a parameter or a metric that no experiment
  /// has, one sentence each: it is most likely misspelt.
  public func notes(on snapshots: [ExperimentSnapshot]) -> [String] {
    guard !snapshots.isEmpty else { return [] }
    return condition.namedFields.compactMap { field in
      UnknownField.note(on: field, in: snapshots)
    }
  }
}

/// An experiment as a condition sees it.
struct Subject {
  let snapshot: ExperimentSnapshot
  let increment: String
}

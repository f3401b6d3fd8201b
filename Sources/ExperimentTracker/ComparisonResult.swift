package import ExperimentAnalysis
public import TrackingEntities

/// A comparison, in all the forms that people and programs want it.
public struct ComparisonResult: Sendable {
  /// The comparison.
  public let comparison: Comparison
  /// Where `comparison.md` was written; nil if it was not.
  public let path: String?
  /// Why it could not be written, where it was to be; the comparison itself is whole.
  public var problem: TrackingError?

  /// The best experiment; nil if nothing can be compared.
  public var best: ExperimentSnapshot? { comparison.best?.snapshot }

  /// As in comparison.md.
  public func markdown() -> String { MarkdownReport.document(comparison) }

  /// As an HTML fragment for a notebook, everything in it escaped.
  public func html() -> String { ComparisonHTML.render(comparison) }

  /// As a table for a terminal.
  ///
  /// - Parameter width: The terminal's columns; 0 for no limit.
  public func text(width: Int = 0) -> String {
    TextReport.render(comparison, width: width > 0 ? width : nil)
  }

  /// As JSON values; docs/schemas/comparison.schema.json describes them.
  package func json() -> Value {
    guard case .map(var members) = ComparisonJSON.value(comparison) else { return .null }
    members.append(.init("path", path.map(Value.text) ?? .null))
    return .map(members)
  }
}

/// The decision for an experiment and its reasons.
public struct Selection: Sendable, Equatable {
  /// Whether the experiment is selected; false takes an earlier selection back.
  public var selected: Bool
  /// The reasons, one sentence each.
  public var rationale: [String]

  /// Makes a selection.
  public init(selected: Bool = true, rationale: [String] = []) {
    self.selected = selected
    self.rationale = rationale
  }
}

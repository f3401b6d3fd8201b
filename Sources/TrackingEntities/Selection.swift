/// The decision for an experiment: that it was selected, by whom, when and why.
public struct Selection: Sendable, Equatable {
  /// Whether the experiment is selected; false takes an earlier selection back.
  public var selected: Bool
  /// The reasons that a person gave, one sentence each.
  public var rationale: [String]
  /// The name of the user who decided; empty where it is not known.
  public var by: String
  /// When it was decided, in seconds since 1970; nil where it is not known.
  public var time: Double?

  /// Makes a selection.
  public init(
    selected: Bool = true, rationale: [String] = [], by: String = "", time: Double? = nil
  ) {
    self.selected = selected
    self.rationale = rationale
    self.by = by
    self.time = time
  }
}

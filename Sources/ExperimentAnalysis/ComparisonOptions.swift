public import TrackingEntities

/// What to compare and how to show it.
public struct ComparisonOptions: Sendable {
  /// Which of the experiments of one name are shown.
  public enum Reruns: String, Sendable, CaseIterable {
    /// The newest of each name.
    case newest
    /// All of them.
    case all
  }

  /// Which parameters become columns.
  public enum ParamColumns: Sendable, Equatable {
    /// None.
    case none
    /// Those that differ between the experiments shown.
    case differing
    /// All.
    case all
    /// Exactly these, in this order.
    case only([Key])
  }

  /// The metrics to show, in this order, the first of which decides where nothing is sorted by; nil
  /// for all, in the order they were first logged, with the training time last.
  public var metrics: [Key]?
  /// The metric to sort and judge by, best first; nil keeps the order of the numbers and judges by
  /// the primary metric. `duration` stands for the time an experiment took.
  public var sortBy: Key?
  /// Which way metrics get better, where their names do not tell or tell it wrong.
  public var directions: [Key: MetricDirection] = [:]
  /// Which re-runs to show; nil is the newest, or all where runs are grouped: a re-run with another
  /// seed counts.
  public var reruns: Reruns?
  /// Whether the experiments inside a sweep get rows of their own, rather than one for the best.
  public var children = false
  /// Whether archived experiments take part too; those that are named do in any case.
  public var archived = false
  /// A series: these experiments, by name, folder, path or `exp-NNN`, in this order, each with its
  /// change from the one before.
  public var series: [String]?
  /// Exactly these experiments, by name, folder, path or `exp-NNN`, ranked as any; nil for all.
  public var only: [String]?
  /// Other increments whose experiments take part, by name or path.
  public var increments: [String] = []
  /// Which experiments to compare; nil for all. A sweep takes part with those of its experiments
  /// that fulfil it, or with all if it does so itself.
  public var filter: ExperimentFilter?
  /// Which runs are one row, with mean and standard deviation; nil for a row each.
  public var groupBy: RunGrouping?
  /// Which parameters become columns.
  public var params = ParamColumns.none
  /// The most rows to show.
  public var limit: Int?
  /// What else a reader should know, one sentence each, after the notes of the comparison itself.
  public var notes: [String] = []

  /// Makes the options of a plain comparison.
  public init() {}
}

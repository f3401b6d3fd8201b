public import TrackingEntities

/// What is different in an experiment, seen from another one.
public struct ExperimentDifference: Sendable {
  /// What happened to something.
  public enum Change: String, Sendable {
    /// Only the experiment has it.
    case added
    /// Only the other one has it.
    case removed
    /// Both have it, with different values.
    case changed
  }

  /// A parameter or a fact, by its whole path: `model.depth`, `git.commit`.
  public struct Entry: Sendable, Equatable {
    /// The path.
    public var key: Key
    /// The other experiment's value; nil if it has none.
    public var before: Value?
    /// The experiment's value; nil if it has none.
    public var after: Value?

    /// What happened to it.
    public var change: Change { before == nil ? .added : after == nil ? .removed : .changed }
  }

  /// A metric by its last value.
  public struct Metric: Sendable, Equatable {
    /// The metric.
    public var key: Key
    /// The other experiment's value; nil if it has none.
    public var before: MetricValue?
    /// The experiment's value; nil if it has none.
    public var after: MetricValue?

    /// What happened to it.
    public var change: Change { before == nil ? .added : after == nil ? .removed : .changed }

    /// By how much it grew; nil unless both values are finite.
    public var difference: Double? {
      guard let before = before?.double, let after = after?.double else { return nil }
      let difference = after - before
      return difference.isFinite ? difference : nil
    }

    /// The difference as a part of the value before; nil where that is 0.
    public var relative: Double? {
      guard let difference, let before = before?.double, before != 0 else { return nil }
      let relative = difference / abs(before)
      return relative.isFinite ? relative : nil
    }

    /// Whether it got better; nil if it did not change or its name does not tell the direction.
    public var isBetter: Bool? {
      guard let difference, difference != 0, let direction = MetricDirection(knownFor: key) else {
        return nil
      }
      return direction == .higher ? difference > 0 : difference < 0
    }
  }

  /// A file by its content.
  public struct File: Sendable, Equatable {
    /// The path.
    public var path: String
    /// The other experiment's file; nil if it has none.
    public var before: Artifact?
    /// The experiment's file; nil if it has none.
    public var after: Artifact?

    /// What happened to it.
    public var change: Change { before == nil ? .added : after == nil ? .removed : .changed }
  }

  /// The other experiment.
  public let before: ExperimentSnapshot
  /// The experiment.
  public let after: ExperimentSnapshot
  /// Parameters that are not the same, those of nested ones by their paths.
  public let params: [Entry]
  /// Metrics whose last values are not the same.
  public let metrics: [Metric]
  /// Tags that only the experiment has.
  public let addedTags: [String]
  /// Tags that only the other one has.
  public let removedTags: [String]
  /// What was captured and recorded and is not the same: code, environment, data.
  public let facts: [Entry]
  /// Saved files whose content is not the same.
  public let artifacts: [File]
  /// How many parameters, metrics, facts and artifacts are the same in both.
  public let same: (params: Int, metrics: Int, facts: Int, artifacts: Int)

  /// Whether nothing is different.
  public var isEmpty: Bool {
    params.isEmpty && metrics.isEmpty && addedTags.isEmpty && removedTags.isEmpty
      && facts.isEmpty && artifacts.isEmpty
  }
}

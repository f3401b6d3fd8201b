import ExperimentStore
public import TrackingEntities

/// The metric by which experiments are judged.
public struct PrimaryMetric: Sendable, Equatable {
  /// Why it was chosen.
  public enum Choice: String, Sendable {
    /// The caller asked to sort by it, or named it first among the metrics to show.
    case asked
    /// An experiment declared it when it was created, or all are sweeps that look for the best of
    /// it.
    case declared
    /// It is the first of the usual metrics that all completed experiments have.
    case usual
    /// It is the metric that most completed experiments have.
    case common
  }

  /// The metric; a name of the training time where no metric of that name was logged.
  public var key: Key
  /// Which way it gets better.
  public var direction: MetricDirection
  /// Whether the direction is a guess, because neither the caller nor the name tells it.
  public var isAssumed: Bool
  /// Why it was chosen.
  public var choice: Choice

  /// The usual metrics, the most telling first. Those of a held-out set come before those of the
  /// set at hand, which may be the training set; losses come last, because they compare models of
  /// one kind only.
  public static let usual: [Key] = [
    "test_accuracy", "accuracy", "acc", "balanced_accuracy", "test_roc_auc", "test_auc", "roc_auc",
    "auc", "auroc", "average_precision", "test_f1", "f1", "f1_score", "f1_macro", "f1_weighted",
    "mcc", "test_r2", "r2", "r2_score", "test_rmse", "rmse", "test_mae", "mae", "test_mse", "mse",
    "mape", "ndcg", "map", "mrr", "bleu", "iou", "test_score", "score", "val_accuracy", "val_acc",
    "val_auc", "val_f1", "val_loss", "test_loss", "eval_loss", "log_loss", "loss",
  ]

  /// The value of an experiment, nil where it has none; NaN is none.
  package func value(of snapshot: ExperimentSnapshot) -> MetricValue? {
    if let metric = snapshot.metric(key) { return metric.last.double.isNaN ? nil : metric.last }
    guard TrainingTime.isAsked(for: key), let time = TrainingTime.of(snapshot) else { return nil }
    return .double(time.seconds)
  }

  /// Whether it is the time an experiment took.
  package var isTime: Bool { TrainingTime.isAsked(for: key) }
}

extension PrimaryMetric {
  /// Chooses the metric to judge by, nil if no experiment has any.
  static func choose(
    among candidates: [Candidate], _ options: ComparisonOptions
  ) throws(TrackingError) -> PrimaryMetric? {
    let inventory = MetricInventory(candidates)
    let objectives = candidates.compactMap(SweepObjective.init)
    func metric(_ key: Key, _ choice: Choice) -> PrimaryMetric {
      PrimaryMetric(key, choice, options, candidates)
    }
    if let asked = options.sortBy {
      guard inventory.has(asked) || candidates.isEmpty || TrainingTime.isAsked(for: asked) else {
        let known = inventory.order.map(\.text)
        let close = LookupSuggestions.closest(to: asked.text, in: known)
        throw TrackingError(
          .notFound,
          "no experiment has a metric \"\(VisibleText.line(asked.text))\" to sort by; "
            + (close.isEmpty ? "sort by one of those that were logged:" : "did you mean:"),
          candidates: (close.isEmpty ? Array(known.prefix(12)) : close).map { VisibleText.line($0) }
        )
      }
      return metric(asked, .asked)
    }
    if let named = options.metrics, !named.isEmpty {
      // A metric that is not shown decides nothing.
      return named.first { inventory.has($0) || TrainingTime.isAsked(for: $0) }
        .map { metric($0, .asked) }
    }
    if let declared = declared(candidates), inventory.isRanked(declared) {
      return metric(declared, .declared)
    }
    let sought = Set(objectives.map(\.metric))
    if let own = sought.first, sought.count == 1, objectives.count == candidates.count,
      inventory.isRanked(own)
    {
      return metric(own, .declared)
    }
    if let usual = usual.first(where: inventory.allCompletedHave) {
      return metric(usual, .usual)
    }
    if let own = objectives.map(\.metric).first(where: inventory.allCompletedHave) {
      return metric(own, .common)
    }
    return inventory.mostCommon.map { metric($0, .common) }
  }

  private init(
    _ key: Key, _ choice: Choice, _ options: ComparisonOptions, _ candidates: [Candidate]
  ) {
    let swept = candidates.compactMap { SweepObjective.directions(of: $0)[key] }
    let given =
      options.directions[key] ?? (Set(swept).count == 1 ? swept.first : nil)
      ?? MetricDirection(knownFor: key)
    self.init(
      key: key, direction: given ?? .higher, isAssumed: given == nil, choice: choice)
  }

  private static func declared(_ candidates: [Candidate]) -> Key? {
    for candidate in candidates {
      if let key = declared(candidate.root) ?? candidate.members.first.flatMap(declared) {
        return key
      }
    }
    return nil
  }

  private static func declared(_ snapshot: ExperimentSnapshot) -> Key? {
    guard let name = snapshot.fact(about)?[metric]?.text, !name.isEmpty else { return nil }
    return Key(name)
  }

  private static let about: Key = "about"
  private static let metric: Key = "primary_metric"
}

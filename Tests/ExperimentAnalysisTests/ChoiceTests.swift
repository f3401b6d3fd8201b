import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ChoiceTests {
  @Test(
    arguments: [
      ("accuracy", .higher), ("val_accuracy", .higher), ("test/rmse", .lower), ("loss", .lower),
      ("valLoss", .lower), ("precision@10", .higher), ("mean_test_neg_log_loss", .higher),
      ("neg_mean_squared_error", .higher), ("log_loss", .lower), ("brier_score", .lower),
      ("brier_skill_score", .higher), ("roc_auc", .higher), ("AUC", .higher), ("map50", .higher),
      ("ndcg@5", .higher), ("mean_fit_time", .lower), ("mean_score_time", .lower),
      ("train_samples_per_second", .higher), ("epoch_seconds", .lower), ("latency_p99", .lower),
      ("perplexity", .lower), ("false_positive_rate", .lower), ("true_positive_rate", .higher),
      ("explained_variance", .higher), ("accuracy_std", .lower), ("r2", .higher), ("wer", .lower),
      ("fid", .lower), ("peak_memory_mb", .lower), ("model_size", .lower),
      ("negative_log_likelihood", .lower), ("log_likelihood", .higher), ("f1-score", .higher),
      ("throughput", .higher), ("zorp", nil), ("", nil), ("模型", nil), ("glossary", nil),
    ] as [(String, MetricDirection?)])
  func `a metric's direction is known by its words`(name: String, direction: MetricDirection?) {
    #expect(MetricDirection(knownFor: Key(name)) == direction)
  }

  @Test func `the first usual metric that all completed experiments have is primary`() throws {
    let comparison = try Comparison(of: [
      experiment("a", number: 1, ["loss": 0.3, "auc": 0.8, "accuracy": 0.9]),
      experiment("b", number: 2, ["loss": 0.2, "auc": 0.7]),
      experiment("c", number: 3, ["loss": 0.1], status: .failed),
    ])
    #expect(comparison.primary?.key == "auc")
    #expect(comparison.primary?.choice == .usual)
  }

  @Test func `a declared primary metric comes before the usual ones`() throws {
    var declaring = experiment("a", number: 1, ["accuracy": 0.9, "lift": 1.1])
    declaring.facts = [Value.Entry("about", ["primary_metric": "lift"])]
    let other = experiment("b", number: 2, ["accuracy": 0.8, "lift": 1.4])
    let comparison = try Comparison(of: [declaring, other])
    #expect(comparison.primary?.key == "lift")
    #expect(comparison.primary?.choice == .declared)
    #expect(comparison.best?.name == "b")
  }

  @Test func `sorting decides before any declaration`() throws {
    var options = ComparisonOptions()
    options.sortBy = "duration"
    let comparison = try Comparison(
      of: [
        experiment("slow", number: 1, ["accuracy": 0.9], duration: 9),
        experiment("fast", number: 2, ["accuracy": 0.8], duration: 2),
      ], options)
    #expect(comparison.primary?.choice == .asked)
    #expect(comparison.rows.map(\.name) == ["fast", "slow"])
    #expect(comparison.reasons.first == "Lowest duration (2s)")
  }

  @Test func `without a usual metric the most common one is primary, and never a time`() throws {
    let comparison = try Comparison(of: [
      experiment("a", number: 1, ["training_time": 3.0, "zip": 1.0, "zap": 1.0]),
      experiment("b", number: 2, ["training_time": 4.0, "zap": 2.0]),
    ])
    #expect(comparison.primary?.key == "zap")
    #expect(comparison.primary?.choice == .common)
  }

  @Test func `a score on training data judges only where nothing else does`() throws {
    let both = try Comparison(of: [
      experiment("a", number: 1, ["train_accuracy": 1.0, "zap": 1.0]),
      experiment("b", number: 2, ["train_accuracy": 0.9]),
    ])
    #expect(both.primary?.key == "zap")
    let alone = try Comparison(of: [
      experiment("a", number: 1, ["train_accuracy": 1.0]),
      experiment("b", number: 2, ["train_accuracy": 0.9]),
    ])
    #expect(alone.primary?.key == "train_accuracy")
  }
}

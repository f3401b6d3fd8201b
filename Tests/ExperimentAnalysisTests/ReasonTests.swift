import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ReasonTests {
  private func pair(
    _ metrics: KeyValuePairs<Key, MetricValue>, duration: Double = 1
  ) throws -> [String] {
    try Comparison(of: [
      experiment("a", number: 1, ["accuracy": 0.1], duration: 1),
      experiment("b", number: 2, metrics, duration: duration),
    ]).reasons
  }

  @Test func `balance is a difference of at most 0.05`() throws {
    let even = try pair(["accuracy": 0.9, "precision": 0.85, "recall": 0.80])
    #expect(even.contains("Good precision/recall balance"))
    let uneven = try pair(["accuracy": 0.9, "precision": 0.86, "recall": 0.80])
    #expect(!uneven.contains { $0.contains("balance") })
    let prefixed = try pair(["accuracy": 0.9, "test_precision": 0.85, "test_recall": 0.83])
    #expect(prefixed.contains("Good precision/recall balance"))
    let nan = try pair(["accuracy": 0.9, "precision": .double(.nan), "recall": 0.80])
    #expect(!nan.contains { $0.contains("balance") })
  }

  @Test func `balance states its numbers where the table does not`() throws {
    var options = ComparisonOptions()
    options.metrics = ["accuracy"]
    let reasons = try Comparison(of: documented(), options).reasons
    #expect(reasons.contains("Good precision/recall balance (0.85/0.83)"))
  }

  @Test func `training time is reasonable up to twice the median`() throws {
    #expect(try pair(["accuracy": 0.9], duration: 1).contains("Reasonable training time (1s)"))
    let slow = try Comparison(of: [
      experiment("a", number: 1, ["accuracy": 0.1], duration: 1),
      experiment("b", number: 2, ["accuracy": 0.2], duration: 2),
      experiment("c", number: 3, ["accuracy": 0.9], duration: 100),
    ])
    #expect(slow.reasons == ["Highest accuracy (0.90)"])
    #expect(slow.notes.contains("c took long: 100s of training, the median is 2s."))
  }

  @Test func `balance is that of every class, not of the first`() throws {
    let classes: KeyValuePairs<Key, MetricValue> = [
      "accuracy": 0.9, "0/precision": 0.9, "0/recall": 0.88, "1/precision": 0.9, "1/recall": 0.2,
      "macro avg/precision": 0.9, "macro avg/recall": 0.54,
    ]
    #expect(try !pair(classes).contains { $0.contains("balance") })
    let even = try pair([
      "accuracy": 0.9, "0/precision": 0.9, "0/recall": 0.88, "1/precision": 0.7, "1/recall": 0.72,
    ])
    #expect(even.contains("Good precision/recall balance"))
    let trained = try pair([
      "accuracy": 0.9, "train_precision": 1, "train_recall": 1, "precision": 0.9, "recall": 0.5,
    ])
    #expect(!trained.contains { $0.contains("balance") })
  }

  @Test func `a sweep alone is the best of its own experiments, not the only one`() throws {
    var sweep = experiment("grid", folder: "grid")
    sweep.identity.kind = "sweep"
    let inside = [0.7, 0.9, 0.8].enumerated().map { place, auc in
      combination(UInt64(place + 1), of: sweep, ["auc": .double(auc)])
    }
    let comparison = try Comparison(of: [sweep] + inside)
    #expect(comparison.reasons == ["Highest AUC (0.90) of the 3 experiments in grid"])
  }

  @Test func `only a recorded decision makes a model selected`() throws {
    var snapshots = documented()
    snapshots[1].selection = nil
    #expect(try !Comparison(of: snapshots).reasons.contains("Selected for deployment"))
    snapshots[1].selection = Selection(selected: false)
    #expect(try !Comparison(of: snapshots).reasons.contains("Selected for deployment"))
    snapshots[2].selection = Selection(rationale: ["Faster inference"])
    let comparison = try Comparison(of: snapshots)
    #expect(!comparison.reasons.contains("Selected for deployment"))
    #expect(
      MarkdownReport.document(comparison).contains(
        "**Selected for deployment**: exp-003-lightgbm\n- Faster inference"))
  }
}

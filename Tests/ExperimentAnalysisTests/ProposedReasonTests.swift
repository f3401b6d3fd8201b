import TrackingEntities
import Testing

@testable import ExperimentAnalysis

@Suite struct ProposedReasonTests {
  private func reasons(_ snapshots: [ExperimentSnapshot], of name: String) throws -> [String]? {
    try Comparison(of: snapshots).proposals.first { $0.name == name }?.reasons
  }

  private func described(
    _ name: String, number: UInt64, _ accuracy: Double, _ description: String
  ) -> ExperimentSnapshot {
    var snapshot = experiment(name, number: number, ["accuracy": .double(accuracy)])
    snapshot.facts = [.init("about", ["description": .text(description)])]
    return snapshot
  }

  @Test func `the best is compared with the baseline, other metrics and the time it took`() throws {
    #expect(
      try reasons(documented(), of: "exp-002-xgboost") == [
        "Best accuracy (0.87 vs baseline 0.65, +34% improvement); the baseline is exp-001-baseline",
        "Also best of 4 in precision, recall and F1",
        "Training took 45s, 23 times as long as the baseline (2s)",
      ])
  }

  @Test func `the documented improvement is over the better of two baselines`() throws {
    let comparison = try Comparison(of: [
      described("exp-001-baseline", number: 1, 0.12, "Random classifier"),
      described("exp-002-popularity", number: 2, 0.18, "Popularity baseline"),
      described("exp-003-xgboost", number: 3, 0.26, "XGBoost, far above the baseline"),
    ])
    #expect(
      comparison.proposals.map(\.reasons) == [
        [
          "Best accuracy (0.26 vs baseline 0.18, +44% improvement); the baseline is exp-002-popularity"
        ]
      ])
  }

  @Test func `a selected experiment that is not the best is told its rank`() throws {
    var snapshots = documented()
    snapshots[1].selection = nil
    snapshots[2].selection = Selection(rationale: ["Faster inference"])
    let comparison = try Comparison(of: snapshots)
    #expect(comparison.proposals.map(\.name) == ["exp-002-xgboost", "exp-003-lightgbm"])
    #expect(
      comparison.proposals[1].reasons == [
        "Rank 2 of 4 by accuracy (0.86; best 0.87 of exp-002-xgboost)",
        "Better accuracy than the baseline (0.86 vs baseline 0.65, +32% improvement); "
          + "the baseline is exp-001-baseline",
        "Training took 32s, 16 times as long as the baseline (2s)",
      ])
  }

  @Test func `what is no better than the baseline is called that`() throws {
    var worse = experiment("b", number: 2, ["accuracy": 0.4])
    worse.selection = Selection()
    let found = try reasons([experiment("baseline", ["accuracy": 0.5]), worse], of: "b")
    #expect(
      found == [
        "Rank 2 of 2 by accuracy (0.40; best 0.50 of baseline)",
        "No better accuracy than the baseline (0.40 vs baseline 0.50, -20%); the baseline is baseline",
      ])
  }

  @Test func `of errors less is better`() throws {
    let found = try reasons(
      [experiment("baseline", ["rmse": 1.0]), experiment("b", number: 2, ["rmse": 0.7])], of: "b")
    #expect(found == ["Best RMSE (0.70 vs baseline 1.00, 30% lower); the baseline is baseline"])
  }

  @Test func `a share is not made of zero, of a change of sign or of nothing`() {
    func text(_ base: Double, _ value: Double) -> String? {
      RelativeChange(from: base, to: value)?.text(.higher)
    }
    #expect(text(0.18, 0.26) == "+44% improvement")
    #expect(text(0.50, 0.521) == "+4.2% improvement")
    #expect(text(-2, -1) == "+50% improvement")
    #expect(text(1, 0) == "-100%")
    for (base, value) in [
      (0, 1), (-1, 1), (1, -1), (1, 1), (1, 1.0001), (.nan, 1), (1, .nan), (.infinity, 1),
      (1, .infinity), (1e-300, 1e300), (.leastNonzeroMagnitude, 1),
    ] as [(Double, Double)] {
      #expect(text(base, value) == nil, "\(base) \(value)")
    }
  }

  @Test func `it is stable where the folds differ by at most a tenth`() throws {
    func folds(_ deviation: Double, _ count: Int) throws -> [String]? {
      var snapshot = experiment(
        "b", number: 2, ["accuracy": 0.26, "accuracy_std": .double(deviation)])
      if count > 0 {
        var series = MetricSummary(Point(key: "fold/accuracy", value: 0.26, step: 0, time: 0))
        series.count = count
        snapshot.metrics.append(series)
      }
      return try reasons([experiment("a", ["accuracy": 0.1]), snapshot], of: "b")
    }
    #expect(try folds(0.02, 5) == ["Stable across 5 folds of cross-validation (std=0.02)"])
    #expect(try folds(0.026, 3) == ["Stable across 3 folds of cross-validation (std=0.026)"])
    #expect(try folds(0.03, 5) == ["Varies across 5 folds of cross-validation (std=0.03)"])
    #expect(try folds(.nan, 5) == nil)
    #expect(try folds(0.02, 0) == nil)
    #expect(try folds(0.02, 1) == nil)
  }

  @Test func `the data of training, times and spreads are no merits`() throws {
    let found = try reasons(
      [
        experiment("a", ["accuracy": 0.1, "train_f1": 0.1, "latency_seconds": 9, "f1_std": 0.2]),
        experiment(
          "b", number: 2,
          ["accuracy": 0.9, "train_f1": 0.9, "latency_seconds": 1, "f1_std": 0.1]),
      ], of: "b")
    #expect(found == nil)
  }

  @Test func `what is equal everywhere is no merit, what is not finite is no value`() throws {
    let found = try reasons(
      [
        experiment("a", ["accuracy": 0.1, "f1": 0.5, "auc": .double(.nan), "r2": 0.1]),
        experiment(
          "b", number: 2, ["accuracy": 0.9, "f1": 0.5, "auc": 0.9, "r2": .double(.infinity)]),
      ], of: "b")
    #expect(found == ["Also best of 2 in AUC"])
  }

  @Test func `a baseline is called so by name, tag or a short description`() {
    func isOne(_ name: String, tags: [String] = [], _ description: String = "") -> Bool {
      var snapshot = described(name, number: 1, 0.5, description)
      snapshot.tags = tags
      return Baseline.isOne(
        Comparison.Row(name: name, snapshot: snapshot, cells: []))
    }
    #expect(isOne("exp-001-baseline") && isOne("Baseline2") && isOne("baselines/random"))
    #expect(isOne("dummy", tags: ["x", "baseline"]))
    #expect(isOne("x", "Popularity baseline") && isOne("x", "Baseline: the most frequent class"))
    #expect(!isOne("x", "Better than every baseline") && !isOne("baselined") && !isOne(""))
  }

  @Test func `they are set apart from what a person wrote`() throws {
    var snapshots = documented()
    snapshots[1].selection = Selection(
      rationale: ["SHAP explains it"], by: "a*b", time: 1_795_000_000)
    let comparison = try Comparison(of: snapshots)
    #expect(
      MarkdownReport.document(comparison).contains(
        """
        - Selected for deployment
          - Decided by a\\*b, 2026-11-18 11:06 UTC
          - SHAP explains it

        **Computed reasons** for exp-002-xgboost
        - Best accuracy (0.87 vs baseline 0.65, +34% improvement); the baseline is exp-001-baseline
        """))
    #expect(
      TextReport.render(comparison).contains(
        "\n\nComputed reasons for exp-002-xgboost\n- Best accuracy"))
    #expect(
      ComparisonHTML.render(comparison).contains("<strong>Computed reasons</strong>: for exp-002"))
    #expect(!comparison.reasons.contains { $0.contains("+34%") })
  }

  @Test func `groups of runs have none`() throws {
    var options = ComparisonOptions()
    options.groupBy = .allBut(["seed"])
    let comparison = try Comparison(
      of: [
        experiment("baseline", ["accuracy": 0.5], params: ["depth": 1, "seed": 1]),
        experiment("b", number: 2, ["accuracy": 0.9], params: ["depth": 2, "seed": 1]),
      ], options)
    #expect(comparison.best != nil && comparison.proposals.isEmpty)
  }
}

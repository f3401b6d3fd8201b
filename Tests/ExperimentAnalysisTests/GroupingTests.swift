import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct GroupingTests {
  private func sweep() -> [ExperimentSnapshot] {
    var sweep = experiment("grid", number: 2, folder: "grid")
    sweep.identity.kind = "sweep"
    return [
      experiment("baseline", number: 1, ["accuracy": 0.6]), sweep,
      combination(1, of: sweep, ["accuracy": 0.7]), combination(2, of: sweep, ["accuracy": 0.9]),
      combination(3, of: sweep, ["accuracy": 0.99], status: .failed),
    ]
  }

  @Test func `a sweep is one row, its best completed child`() throws {
    let comparison = try Comparison(of: sweep())
    #expect(comparison.rows.map(\.name) == ["baseline", "grid / combination-2"])
    #expect(comparison.best?.snapshot.folder == "grid/2")
    #expect(
      comparison.notes == ["grid shows the best of its 3 experiments by accuracy, combination-2."])
  }

  /// A sweep that looks for a metric, with combinations of accuracy and that metric.
  private func sweep(
    _ metric: String, _ direction: MetricDirection, best: Int64? = nil, _ values: [(Double, Double)]
  ) -> [ExperimentSnapshot] {
    var sweep = experiment("grid", number: 2, folder: "grid")
    sweep.identity.kind = "sweep"
    sweep.facts = [
      .init("sweep", ["metric": .text(metric), "direction": .text(direction.rawValue)])
    ]
    if let best { sweep.facts.append(.init("best", ["combination": .integer(best)])) }
    return [sweep]
      + values.enumerated().map { place, pair in
        combination(
          UInt64(place + 1), of: sweep,
          ["accuracy": .double(pair.0), Key(metric): .double(pair.1)])
      }
  }

  @Test func `a sweep stands for its own best, whatever the table is judged by`() throws {
    let baseline = experiment("baseline", number: 1, ["accuracy": 0.6])
    let swept = sweep("roc_auc", .higher, [(0.9, 0.5), (0.7, 0.8), (0.8, 0.6)])
    let comparison = try Comparison(of: [baseline] + swept)
    #expect(comparison.primary?.key == "accuracy")
    #expect(comparison.rows[1].snapshot.folder == "grid/2")
    #expect(
      comparison.notes == ["grid shows the best of its 3 experiments by ROC AUC, combination-2."])
    let alone = try Comparison(of: swept)
    #expect(alone.primary?.key == "roc_auc")
    #expect(alone.reasons == ["Highest ROC AUC (0.80) of the 3 experiments in grid"])
  }

  @Test func `a sweep that minimises stands for its smallest value`() throws {
    let swept = sweep("value", .lower, [(0.9, 3), (0.7, 0.5), (0.8, 2)])
    var options = ComparisonOptions()
    options.metrics = ["value"]
    let comparison = try Comparison(of: swept, options)
    #expect(comparison.rows[0].snapshot.folder == "grid/2")
    #expect(comparison.primary?.direction == .lower)
    #expect(comparison.primary?.isAssumed == false)
    options.children = true
    #expect(try Comparison(of: swept, options).best?.snapshot.folder == "grid/2")
  }

  @Test func `the best that a search names itself stands for it`() throws {
    let comparison = try Comparison(
      of: sweep("value", .lower, best: 3, [(0.9, 0.5), (0.7, 0.5), (0.8, 0.5)]))
    #expect(comparison.rows[0].snapshot.folder == "grid/3")
    var options = ComparisonOptions()
    options.filter = try ExperimentFilter("metrics.accuracy > 0.8")
    let filtered = try Comparison(
      of: sweep("value", .lower, best: 3, [(0.9, 0.5), (0.7, 0.5), (0.8, 0.5)]), options)
    #expect(filtered.rows[0].snapshot.folder == "grid/1")
  }

  @Test func `the children of a sweep get rows of their own on request`() throws {
    var options = ComparisonOptions()
    options.children = true
    let comparison = try Comparison(of: sweep(), options)
    #expect(
      comparison.rows.map(\.name) == [
        "baseline", "grid / combination-1", "grid / combination-2", "grid / combination-3",
      ])
  }

  @Test func `a parent with metrics of its own speaks for itself`() throws {
    var folds = experiment("cv", number: 1, ["accuracy": 0.8])
    folds.identity.kind = "cross-validation"
    let comparison = try Comparison(of: [folds, combination(1, of: folds, ["accuracy": 0.95])])
    #expect(comparison.rows.map(\.name) == ["cv"])
    #expect(comparison.best?.score == .double(0.8))
  }

  @Test func `parents that claim each other end in rows, not in a loop`() throws {
    var first = experiment("first", number: 1, ["accuracy": 0.5])
    var second = experiment("second", number: 2, ["accuracy": 0.6])
    first.identity.parent = second.identity.id
    second.identity.parent = first.identity.id
    #expect(try Comparison(of: [first, second]).rows.isEmpty == false)
    first.identity.parent = first.identity.id
    #expect(try Comparison(of: [first]).rows.count == 1)
  }

  @Test func `the newest run of a name stands for it`() throws {
    let runs = [
      experiment("xgboost-v1", number: 1, ["auc": 0.9]),
      experiment("xgboost-v1", number: 2, ["auc": 0.8], rerun: 2),
      experiment("other", number: 3, ["auc": 0.7]),
    ]
    let newest = try Comparison(of: runs)
    #expect(newest.rows.map(\.name) == ["xgboost-v1", "other"])
    #expect(newest.rows[0].snapshot.folder == "xgboost-v1-2")
    #expect(newest.notes == ["1 earlier run of the same names not shown."])
    var options = ComparisonOptions()
    options.reruns = .all
    let all = try Comparison(of: runs, options)
    #expect(all.rows.map(\.name) == ["xgboost-v1", "xgboost-v1 (2)", "other"])
  }

  @Test func `a run that only reproduces another does not take its place`() throws {
    var again = experiment("xgboost-v1", number: 3, ["auc": 0.8], rerun: 3)
    again.facts = [.init(ExperimentSnapshot.reproduction, ["of": "id of xgboost-v1-2"])]
    let runs = [
      experiment("xgboost-v1", number: 1, ["auc": 0.9]),
      experiment("xgboost-v1", number: 2, ["auc": 0.8], rerun: 2), again,
    ]
    let newest = try Comparison(of: runs)
    #expect(newest.rows.map(\.snapshot.folder) == ["xgboost-v1-2"])
    #expect(try Comparison(of: [again]).rows.map(\.snapshot.folder) == ["xgboost-v1-3"])
  }

  @Test func `copies of one folder are distinguished by their folders`() throws {
    var options = ComparisonOptions()
    options.reruns = .all
    let comparison = try Comparison(
      of: [
        experiment("a", number: 1, ["auc": 0.9], folder: "a"),
        experiment("a", number: 1, ["auc": 0.9], folder: "copy of a"),
      ], options)
    #expect(comparison.rows.map(\.name) == ["a [a]", "a [copy of a]"])
  }

  @Test func `names are compared as bytes`() throws {
    let comparison = try Comparison(of: [
      experiment("caf\u{E9}", number: 1, ["auc": 0.9], folder: "one"),
      experiment("cafe\u{301}", number: 2, ["auc": 0.8], folder: "two"),
    ])
    #expect(comparison.rows.count == 2)
  }

  @Test func `a series keeps its order and shows what changed`() throws {
    var options = ComparisonOptions()
    options.series = ["tuned-v2", "exp-001", "tuned-v1"]
    let comparison = try Comparison(
      of: [
        experiment("baseline", number: 1, ["auc": 0.8], params: ["depth": 3, "alpha": 1]),
        experiment("tuned-v1", number: 2, ["auc": 0.82], params: ["depth": 6, "lr": 0.1]),
        experiment("tuned-v2", number: 3, ["auc": 0.81], params: ["depth": 6]),
      ], options)
    #expect(comparison.rows.map(\.name) == ["tuned-v2", "baseline", "tuned-v1"])
    #expect(comparison.columns.map(\.heading) == ["AUC", "AUC Change", "Changed Params"])
    #expect(
      comparison.rows.map { $0.cells.dropFirst().map(\.text) } == [
        ["–", "–"], ["-0.01 (-1.2%)", "depth 6 → 3, +alpha 1"],
        ["+0.02 (+2.5%)", "depth 3 → 6, +lr 0.1, −alpha"],
      ])
  }

  @Test func `a series with an unknown name is an error`() {
    var options = ComparisonOptions()
    options.series = ["typo"]
    let error = #expect(throws: TrackingError.self) {
      try Comparison(of: [experiment("a", ["auc": 0.5])], options)
    }
    #expect(error?.code == .experimentNotFound)
    #expect(error?.candidates == ["a"])
  }
}

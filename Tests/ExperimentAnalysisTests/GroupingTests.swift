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
    #expect(comparison.notes == ["grid shows the best of its 3 experiments, combination-2."])
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

  @Test func `copies of one folder are told apart by their folders`() throws {
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
    #expect(comparison.columns.map(\.heading) == ["AUC", "Change", "Changed Params"])
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

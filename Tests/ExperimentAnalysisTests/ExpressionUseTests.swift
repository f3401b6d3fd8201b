import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ExpressionUseTests {
  private func names(_ snapshots: [ExperimentSnapshot]) -> [String] { snapshots.map(\.name) }

  @Test func `experiments are sorted by a field, those without a value last`() throws {
    let all = [
      experiment("none", number: 1), experiment("text", number: 2, params: ["lr": "auto"]),
      experiment("large", number: 3, params: ["lr": 1]),
      experiment("small", number: 4, params: ["lr": 0.1]),
      experiment("nan", number: 5, params: ["lr": .number(.nan)]),
      experiment("equal", number: 6, params: ["lr": 1.0]),
    ]
    let rising = try ExperimentSorting(by: "params.lr", isDescending: false)
    #expect(
      names(rising.sorted(all, in: "")) == ["small", "large", "equal", "text", "none", "nan"])
    let falling = try ExperimentSorting(by: "params.lr", isDescending: true)
    #expect(
      names(falling.sorted(all, in: "")) == ["text", "large", "equal", "small", "none", "nan"])
  }

  @Test func `any other word sorts by the metric of that key`() throws {
    let all = [
      experiment("a", number: 1, ["val loss": 0.3], duration: 1),
      experiment("b", number: 2, ["val loss": 0.2], duration: 2),
    ]
    #expect(
      names(try ExperimentSorting(by: "val loss", isDescending: false).sorted(all, in: ""))
        == ["b", "a"])
    #expect(
      names(try ExperimentSorting(by: "duration", isDescending: true).sorted(all, in: ""))
        == ["b", "a"])
    #expect(
      try ExperimentSorting(by: "auc", isDescending: true).notes(on: all)
        == ["No experiment has the metric metrics.auc."])
    #expect(throws: TrackingError.self) {
      try ExperimentSorting(by: "tags", isDescending: true)
    }
  }

  @Test func `a comparison takes those that fulfil the condition, and says so`() throws {
    var options = ComparisonOptions()
    options.filter = try ExperimentFilter("metrics.accuracy > 0.8 and metrics.training_time < 60")
    let comparison = try Comparison(of: documented(), options)
    #expect(comparison.rows.map(\.name) == ["exp-002-xgboost", "exp-003-lightgbm"])
    #expect(
      comparison.notes == [
        "Only experiments with metrics.accuracy > 0.8 and metrics.training_time < 60."
      ])
  }

  @Test func `without any that fulfils it the comparison says so and not that there are none`()
    throws
  {
    var options = ComparisonOptions()
    options.filter = try ExperimentFilter("metrics.accuracy > 2")
    let comparison = try Comparison(of: documented(), options)
    for text in [
      TextReport.render(comparison), MarkdownReport.document(comparison),
      ComparisonHTML.render(comparison),
    ] {
      #expect(text.contains("No experiment fulfils the condition."))
      #expect(text.contains("Only experiments with"))
    }
  }

  @Test func `a sweep takes part with those of its experiments that fulfil it`() throws {
    var sweep = experiment("grid", number: 1, folder: "grid")
    sweep.identity.kind = "sweep"
    let all = [
      sweep, combination(1, of: sweep, ["accuracy": 0.7]),
      combination(2, of: sweep, ["accuracy": 0.9]),
    ]
    func rows(_ condition: String, children: Bool = false) throws -> [String] {
      var options = ComparisonOptions()
      options.filter = try ExperimentFilter(condition)
      options.children = children
      return try Comparison(of: all, options).rows.map(\.name)
    }
    #expect(try rows("metrics.accuracy < 0.8") == ["grid / combination-1"])
    #expect(try rows("name == 'grid'") == ["grid / combination-2"])
    #expect(try rows("metrics.accuracy > 2").isEmpty)
    #expect(try rows("metrics.accuracy < 0.8", children: true) == ["grid / combination-1"])
  }

  @Test func `the newest run that fulfils it stands for its name`() throws {
    var options = ComparisonOptions()
    options.filter = try ExperimentFilter("status == 'completed'")
    let comparison = try Comparison(
      of: [
        experiment("a", number: 1, ["auc": 0.9]),
        experiment("a", number: 2, ["auc": 0.8], status: .failed, rerun: 2),
      ], options)
    #expect(comparison.rows.map(\.snapshot.folder) == ["a"])
  }

  @Test func `of a series those that do not fulfil it are left out`() throws {
    var options = ComparisonOptions()
    options.series = ["exp-003", "exp-001", "exp-002"]
    options.filter = try ExperimentFilter("metrics.accuracy > 0.8")
    let comparison = try Comparison(of: documented(), options)
    #expect(comparison.rows.map(\.name) == ["exp-003-lightgbm", "exp-002-xgboost"])
  }
}

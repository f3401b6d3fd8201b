import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ChosenTests {
  @Test func `chosen experiments are ranked and no series`() throws {
    var options = ComparisonOptions()
    options.only = ["exp-003-lightgbm", "exp-002"]
    options.notes = ["Averages are weighted."]
    let comparison = try Comparison(of: documented(), options)
    #expect(comparison.rows.map(\.name) == ["exp-003-lightgbm", "exp-002-xgboost"])
    #expect(comparison.rows.map(\.rank) == [2, 1])
    #expect(comparison.best?.name == "exp-002-xgboost")
    #expect(!comparison.columns.contains { $0.heading.hasPrefix("Change") })
    #expect(!comparison.columns.contains { $0.heading.hasSuffix("Change") })
    #expect(comparison.notes.last == "Averages are weighted.")
  }

  @Test func `a chosen experiment may be an earlier run of its name`() throws {
    let runs = [
      experiment("a", number: 1, ["auc": 0.9]), experiment("a", number: 2, ["auc": 0.8], rerun: 2),
    ]
    var options = ComparisonOptions()
    options.only = ["a"]
    #expect(try Comparison(of: runs, options).rows.map(\.snapshot.folder) == ["a"])
  }

  @Test func `nothing is judged by how busy the machine was`() throws {
    let runs = (1...3).map { number in
      experiment(
        "run-\(number)", number: UInt64(number),
        ["system/cpu_percent": .double(Double(number)), "odd_metric": 1])
    }
    #expect(try Comparison(of: runs).primary?.key == "odd_metric")
    let only = experiment("bare", number: 1, ["system/cpu_percent": 3])
    #expect(try Comparison(of: [only]).primary == nil)
  }

  @Test func `the series behind a result is not a column of its own`() throws {
    let folds = experiment("cv", ["accuracy": 0.8, "fold/accuracy": 0.7, "system/cpu": 3])
    #expect(try Comparison(of: [folds]).columns.map(\.heading) == ["Accuracy"])
    var options = ComparisonOptions()
    options.metrics = ["fold/accuracy"]
    #expect(try Comparison(of: [folds], options).columns.count == 1)
  }
}

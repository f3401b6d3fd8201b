import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ComparisonTests {
  @Test func `no experiments compare to nothing`() throws {
    let comparison = try Comparison(of: [])
    #expect(comparison.rows.isEmpty)
    #expect(comparison.best == nil)
    #expect(MarkdownReport.document(comparison).contains("No experiments yet."))
    #expect(TextReport.render(comparison) == "No experiments yet.\n")
  }

  @Test func `a single experiment is not called the highest`() throws {
    let comparison = try Comparison(of: [experiment("only", ["accuracy": 0.65])])
    #expect(comparison.best?.name == "only")
    #expect(comparison.reasons == ["Only completed experiment with accuracy (0.65)"])
  }

  @Test func `rows keep the order of their numbers unless asked to sort`() throws {
    let snapshots = [
      experiment("c", number: 3, ["f1": 0.9]), experiment("a", number: 1, ["f1": 0.7]),
      experiment("b", number: 2, ["f1": 0.8]),
    ]
    #expect(try Comparison(of: snapshots).rows.map(\.name) == ["a", "b", "c"])
    var options = ComparisonOptions()
    options.sortBy = "f1"
    #expect(try Comparison(of: snapshots, options).rows.map(\.name) == ["c", "b", "a"])
    options.directions["f1"] = .lower
    let reversed = try Comparison(of: snapshots, options)
    #expect(reversed.rows.map(\.name) == ["a", "b", "c"])
    #expect(reversed.reasons.first == "Lowest F1 (0.70)")
  }

  @Test func `the smallest error is the best of a regression`() throws {
    let comparison = try Comparison(of: [
      experiment("ridge", number: 1, ["rmse": 53.7, "mae": 44.0]),
      experiment("forest", number: 2, ["rmse": 55.1, "mae": 43.2]),
    ])
    #expect(comparison.best?.name == "ridge")
    #expect(comparison.reasons.first == "Lowest RMSE (53.70)")
    #expect(comparison.columns.map(\.direction) == [.lower, .lower])
  }

  @Test func `failed, crashed and running experiments come last and are never the best`() throws {
    let comparison = try Comparison(of: [
      experiment("failed", number: 1, ["accuracy": 0.99], status: .failed),
      experiment("crashed", number: 2, ["accuracy": 0.98], status: .crashed),
      experiment("running", number: 3, ["accuracy": 0.97], status: .running),
      experiment("done", number: 4, ["accuracy": 0.6]),
    ])
    #expect(comparison.rows.map(\.name) == ["done", "failed", "crashed", "running"])
    #expect(comparison.best?.name == "done")
    #expect(comparison.rows.map(\.rank) == [1, nil, nil, nil])
    #expect(comparison.title(comparison.rows[1]) == "failed (failed)")
  }

  @Test func `NaN, infinite and missing values are shown and never the best`() throws {
    let comparison = try Comparison(of: [
      experiment("nan", number: 1, ["accuracy": .double(.nan)]),
      experiment("infinite", number: 2, ["accuracy": .double(.infinity)]),
      experiment("missing", number: 3, ["loss": 0.1]),
      experiment("finite", number: 4, ["accuracy": 0.1]),
      experiment("better", number: 5, ["accuracy": 0.2]),
    ])
    #expect(comparison.best?.name == "better")
    #expect(comparison.rows.map { $0.cells[0].text } == ["NaN", "inf", "–", "0.10", "0.20"])
    #expect(comparison.notes.first?.hasPrefix("3 completed experiments without a finite") == true)
  }

  @Test func `an experiment without any value leaves no best`() throws {
    let comparison = try Comparison(of: [experiment("empty"), experiment("bare", number: 2)])
    #expect(comparison.best == nil)
    #expect(comparison.primary == nil)
    #expect(MarkdownReport.document(comparison).contains("**Best Model**: none yet"))
  }

  @Test func `equal values are called a tie and the first is the best`() throws {
    let comparison = try Comparison(of: [
      experiment("a", number: 1, ["accuracy": 0.9]), experiment("b", number: 2, ["accuracy": 0.9]),
      experiment("c", number: 3, ["accuracy": 0.8]),
    ])
    #expect(comparison.best?.name == "a")
    #expect(comparison.rows.map(\.rank) == [1, 1, 3])
    #expect(comparison.reasons.first == "Highest accuracy (0.90), tied with b")
  }

  @Test func `values that read the same are a tie, and tiny ones that differ are none`() throws {
    let sums = try Comparison(of: [
      experiment("a", number: 1, ["accuracy": 0.3]),
      experiment("b", number: 2, ["accuracy": .double(0.1 + 0.2)]),
    ])
    #expect(sums.best?.name == "b")
    #expect(sums.reasons.first == "Highest accuracy (0.30), tied with a")
    let tiny = try Comparison(of: [
      experiment("a", number: 1, ["loss": 1e-9]), experiment("b", number: 2, ["loss": 2e-9]),
    ])
    #expect(tiny.reasons.first == "Lowest loss (1.00e-09)")
  }

  @Test func `an unknown direction is stated as an assumption`() throws {
    let comparison = try Comparison(of: [
      experiment("a", number: 1, ["zorp": 1.5]), experiment("b", number: 2, ["zorp": 2.5]),
    ])
    #expect(comparison.reasons.first == "Highest zorp (2.50), assuming that higher is better")
  }

  @Test func `sorting by a metric that nobody has is an error that lists those there are`() {
    var options = ComparisonOptions()
    options.sortBy = "acuracy"
    let error = #expect(throws: TrackingError.self) {
      try Comparison(of: [experiment("a", ["accuracy": 0.5])], options)
    }
    #expect(error?.code == .notFound)
    #expect(error?.candidates == ["accuracy"])
  }

  @Test func `a limit hides rows but not the best model`() throws {
    var options = ComparisonOptions()
    options.limit = 1
    let comparison = try Comparison(of: documented(), options)
    #expect(comparison.rows.map(\.name) == ["exp-001-baseline"])
    #expect(comparison.hiddenRows == 3)
    #expect(comparison.best?.name == "exp-002-xgboost")
  }

  @Test func `ten thousand experiments are compared`() throws {
    let snapshots = (1...10_000).map { number in
      experiment(
        "run-\(number)", number: UInt64(number),
        ["accuracy": .double(Double(number % 977) / 977), "loss": .double(1 / Double(number))],
        duration: Double(number))
    }
    let comparison = try Comparison(of: snapshots)
    #expect(comparison.rows.count == 10_000)
    #expect(comparison.best?.name == "run-976")
    #expect(MarkdownReport.render(comparison).utf8.count > 100_000)
  }
}

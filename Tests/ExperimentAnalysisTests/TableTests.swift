import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct TableTests {
  @Test func `columns come in the order first logged with headings for readers`() throws {
    let comparison = try Comparison(of: [
      experiment(
        "a", number: 1,
        [
          "roc_auc": 0.5, "f1": 0.5, "r2": 0.5, "rmse": 0.5, "val_loss": 0.5,
          "precision@10": 0.5, "val/loss": 0.5, "CamelCase": 0.5,
        ]),
      experiment("b", number: 2, ["extra_metric": 0.5, "f1": 0.6]),
    ])
    #expect(
      comparison.columns.map(\.heading) == [
        "ROC AUC", "F1", "R2", "RMSE", "Val Loss", "precision@10", "val/loss", "CamelCase",
        "Extra Metric",
      ])
  }

  @Test func `keys that would read the same stay as they were logged`() throws {
    let comparison = try Comparison(of: [
      experiment("a", ["f1": 0.5, "F1": 0.6, "caf\u{E9}": 0.1, "cafe\u{301}": 0.2])
    ])
    #expect(comparison.columns.map(\.heading) == ["f1", "F1", "caf\u{E9}", "cafe\u{301}"])
    #expect(comparison.rows[0].cells.map(\.text) == ["0.50", "0.60", "0.10", "0.20"])
  }

  @Test(
    arguments: [
      ([0.65, 0.87], ["0.65", "0.87"]), ([0.9649, 0.9561], ["0.9649", "0.9561"]),
      ([0.7729, 0.65], ["0.7729", "0.6500"]), ([0.772911111], ["0.7729"]), ([123.456], ["123.46"]),
      ([0.9649, 0.9651], ["0.9649", "0.9651"]), ([1, 0.5], ["1.00", "0.50"]),
      ([0.0001, 0.5], ["0.0001", "0.5000"]), ([1e-8, 2e-8], ["1.00e-08", "2.00e-08"]),
      ([-0.5, 0.25], ["-0.50", "0.25"]), ([1e12, 1], ["1.00e+12", "1.00"]),
      ([-0.0, 0.5], ["0.00", "0.50"]), ([0.1 + 0.2, 0.3], ["0.30", "0.30"]),
      ([.infinity, -.infinity], ["inf", "-inf"]),
      ([.leastNonzeroMagnitude, 1.7e308], ["5.00e-324", "1.70e+308"]),
    ] as [([Double], [String])])
  func `numbers have two decimals and as many as tell them apart`(
    values: [Double], texts: [String]
  ) throws {
    let snapshots = zip(values, 1...).map { value, number in
      experiment("e\(number)", number: UInt64(number), ["score": .double(value)])
    }
    let comparison = try Comparison(of: snapshots)
    #expect(comparison.rows.map { $0.cells[0].text } == texts)
  }

  @Test func `integers stay integers and booleans words`() throws {
    let comparison = try Comparison(of: [
      experiment("a", ["rows": .integer(.max), "converged": .boolean(true), "accuracy": 1])
    ])
    #expect(comparison.rows[0].cells.map(\.text) == ["9223372036854775807", "true", "1"])
  }

  @Test(arguments: [
    (0.0, "0s"), (0.00004, "0.00004s"), (0.35, "0.35s"), (0.012, "0.012s"), (0.999, "1s"),
    (2, "2s"), (2.44, "2.4s"), (9.96, "10s"), (45, "45s"), (45.4, "45s"), (320, "320s"),
    (9_999, "9999s"), (10_020, "2h 47m"), (400_000, "4d 15h"), (1e30, "1.00e+30s"),
  ])
  func `the training time is written in seconds`(seconds: Double, text: String) throws {
    let comparison = try Comparison(of: [experiment("a", ["fit_time": .double(seconds)])])
    #expect(comparison.columns.map(\.heading) == ["Training Time"])
    #expect(comparison.rows[0].cells[0].text == text)
  }

  @Test func `the training time is what was logged, else how long the experiment ran`() throws {
    let comparison = try Comparison(of: [
      experiment("logged", number: 1, ["training_time": 5.0, "accuracy": 0.5], duration: 70),
      experiment("ran", number: 2, ["accuracy": 0.5], duration: 7),
      experiment("neither", number: 3, ["accuracy": 0.5]),
    ])
    #expect(comparison.columns.map(\.heading) == ["Accuracy", "Training Time"])
    #expect(comparison.rows.map { $0.cells[1].text } == ["5s", "7s", "–"])
    #expect(comparison.notes.contains { $0.contains("where no training time was logged") })
  }

  @Test func `metrics can be chosen, and one that nobody has is said`() throws {
    var options = ComparisonOptions()
    options.metrics = ["f1", "nothing", "training_time", "accuracy"]
    let comparison = try Comparison(of: documented(), options)
    #expect(
      comparison.columns.map(\.heading) == ["F1", "Nothing", "Accuracy", "Training Time"])
    #expect(comparison.notes == ["No experiment has a metric \"nothing\"."])
  }

  @Test func `the first metric named decides, and the one that decides is shown`() throws {
    let snapshots = [
      experiment("a", number: 1, ["accuracy": 0.9, "roc_auc": 0.6]),
      experiment("b", number: 2, ["accuracy": 0.8, "roc_auc": 0.7]),
    ]
    var options = ComparisonOptions()
    options.metrics = ["roc_auc"]
    let named = try Comparison(of: snapshots, options)
    #expect(named.best?.name == "b")
    #expect(named.reasons == ["Highest ROC AUC (0.70)"])
    options.series = ["a", "b"]
    let series = try Comparison(of: snapshots, options)
    #expect(series.columns.map(\.heading) == ["ROC AUC", "ROC AUC Change", "Changed Params"])
    #expect(series.rows[1].cells[1].text == "+0.10 (+16.7%)")
    options.series = nil
    options.sortBy = "accuracy"
    let sorted = try Comparison(of: snapshots, options)
    #expect(sorted.best?.name == "a")
    #expect(sorted.columns.map(\.heading) == ["ROC AUC", "Accuracy"])
    options.sortBy = nil
    options.metrics = ["nothing"]
    #expect(try Comparison(of: snapshots, options).best == nil)
    options.metrics = ["training_time", "accuracy"]
    let timed = try Comparison(
      of: snapshots.map {
        var run = $0
        run.duration = run.name == "a" ? 9 : 3
        return run
      }, options)
    #expect(timed.best?.name == "b")
    #expect(TextReport.render(timed, width: 30).contains("Training Time"))
  }

  @Test func `a misspelt name is said with the closest one`() throws {
    var options = ComparisonOptions()
    options.metrics = ["acuracy", "f1"]
    options.directions = ["recal": .lower]
    options.params = .only(["dept"])
    var snapshots = documented()
    for index in snapshots.indices { snapshots[index].params = [.init(key: "depth", value: 3)] }
    #expect(
      try Comparison(of: snapshots, options).notes == [
        "No experiment has a metric \"acuracy\"; did you mean accuracy?",
        "No experiment has a metric \"recal\"; did you mean recall?",
        "No experiment has a parameter \"dept\"; did you mean depth?",
      ])
    options.sortBy = "acuracy"
    let error = #expect(throws: TrackingError.self) { try Comparison(of: snapshots, options) }
    #expect(error?.candidates == ["accuracy"])
  }

  @Test func `both ways of naming experiments at once are refused`() throws {
    var options = ComparisonOptions()
    options.series = ["exp-001-baseline"]
    options.only = ["exp-002-xgboost"]
    let error = #expect(throws: TrackingError.self) { try Comparison(of: documented(), options) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func `parameters inside others are columns by their path`() throws {
    let snapshots = [
      experiment("a", number: 1, ["auc": 0.8], params: ["model": ["depth": 3, "kind": "x"]]),
      experiment("b", number: 2, ["auc": 0.9], params: ["model": ["depth": 6, "kind": "x"]]),
    ]
    var options = ComparisonOptions()
    options.params = .differing
    let differing = try Comparison(of: snapshots, options)
    #expect(differing.columns.map(\.heading) == ["model.depth", "AUC"])
    #expect(differing.rows.map { $0.cells[0].text } == ["3", "6"])
    options.params = .only(["model.kind"])
    #expect(try Comparison(of: snapshots, options).rows[1].cells[0].text == "x")
  }

  @Test func `times and sizes have their unit`() throws {
    let comparison = try Comparison(of: [
      experiment(
        "a", number: 1,
        [
          "prediction_time": 0.0123, "model_size_bytes": 3_482_113, "samples_per_second": 12.5,
          "latency": 0.5,
        ])
    ])
    #expect(comparison.rows[0].cells.map(\.text) == ["0.012s", "3.5 MB", "12.50", "0.50"])
  }

  @Test func `parameters become columns on request`() throws {
    let snapshots = [
      experiment("a", number: 1, ["auc": 0.8], params: ["seed": 1, "depth": 3]),
      experiment("b", number: 2, ["auc": 0.9], params: ["seed": 1, "depth": 6, "lr": 0.1]),
    ]
    var options = ComparisonOptions()
    options.params = .all
    #expect(
      try Comparison(of: snapshots, options).columns.map(\.heading)
        == ["Seed", "Depth", "LR", "AUC"])
    options.params = .differing
    let differing = try Comparison(of: snapshots, options)
    #expect(
      differing.rows.map { $0.cells.map(\.text) } == [["3", "–", "0.80"], ["6", "0.1", "0.90"]])
    options.params = .only(["lr"])
    #expect(try Comparison(of: snapshots, options).columns.map(\.heading) == ["LR", "AUC"])
  }

  @Test func `a flood of metrics is cut with a note and keeps the primary one`() throws {
    var flood = experiment("a")
    flood.metrics = (0..<1000).map { index in
      MetricSummary(Point(key: Key("m\(index)"), value: 0.5, step: 0, time: 0))
    }
    flood.metrics.append(MetricSummary(Point(key: "accuracy", value: 0.5, step: 0, time: 0)))
    let comparison = try Comparison(of: [flood])
    #expect(comparison.columns.count == 24)
    #expect(comparison.columns.last?.heading == "Accuracy")
    #expect(comparison.notes == ["977 more metrics not shown."])
  }
}

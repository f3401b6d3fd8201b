import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct RunGroupTests {
  /// One experiment for each value, with a seed of its own.
  private func runs(
    _ values: [Double], _ name: String, from number: Int = 1, _ params: KeyValuePairs<Key, Value>
  ) -> [ExperimentSnapshot] {
    values.enumerated().map { place, value in
      var run = experiment(
        "\(name)-\(place)", number: UInt64(number + place), ["accuracy": .double(value)],
        duration: 10, params: params)
      run.params.append(.init(key: "seed", value: .integer(Int64(place))))
      return run
    }
  }

  private func compare(
    _ snapshots: [ExperimentSnapshot], _ grouping: RunGrouping,
    _ change: (inout ComparisonOptions) -> Void = { _ in }
  ) throws -> Comparison {
    var options = ComparisonOptions()
    options.groupBy = grouping
    change(&options)
    return try Comparison(of: snapshots, options)
  }

  private let better = [0.87, 0.88, 0.86, 0.89, 0.87]
  private let worse = [0.85, 0.86, 0.84, 0.86, 0.85]
  private let close = [0.87, 0.88, 0.86]
  private let closer = [0.86, 0.87, 0.85]

  @Test func `runs with the same parameters are one row with mean and deviation`() throws {
    let all = runs(better, "a", ["lr": 0.1]) + runs(worse, "b", from: 6, ["lr": 0.2])
    let comparison = try compare(all, .by(["lr"]))
    #expect(comparison.rows.map(\.name) == ["lr=0.1", "lr=0.2"])
    #expect(
      comparison.columns.map(\.heading) == ["Accuracy", "Accuracy Range", "Runs", "Training Time"])
    #expect(
      comparison.rows.map { $0.cells.map(\.text) } == [
        ["0.874 ± 0.011", "0.860 – 0.890", "5", "10s"],
        ["0.852 ± 0.008", "0.840 – 0.860", "5", "10s"],
      ])
    let statistics = try #require(comparison.rows[0].group?.statistics("accuracy"))
    #expect(abs(statistics.mean - 0.874) < 1e-12)
    #expect(abs((statistics.deviation ?? 0) - 0.011401754250991389) < 1e-12)
  }

  /// The p-values are those of scipy.stats.ttest_ind(equal_var=False), version 1.16.
  @Test func `what Welch's test does not tell from the best is tied within noise`() throws {
    let apart = try compare(
      runs(better, "a", ["lr": 0.1]) + runs(worse, "b", from: 6, ["lr": 0.2]), .by(["lr"]))
    #expect(apart.rows.map(\.rank) == [1, 2])
    #expect(abs((apart.rows[1].group?.pValue ?? 0) - 0.009544034968548566) < 1e-10)
    #expect(
      apart.reasons.first
        == "Highest mean accuracy (0.874 ± 0.011, 5 runs), beyond noise: the closest is lr=0.2, "
        + "p = 0.0095")
    let clear = try compare(
      runs(better, "a", ["lr": 0.1]) + runs(worse.map { $0 / 2 }, "b", from: 6, ["lr": 0.2]),
      .by(["lr"]))
    #expect(clear.reasons.first?.hasSuffix("the closest is lr=0.2, p < 0.0001") == true)

    let tied = try compare(
      runs(close, "a", ["lr": 0.1]) + runs(closer, "b", from: 6, ["lr": 0.2]), .by(["lr"]))
    #expect(tied.rows.map(\.rank) == [1, 1])
    #expect(tied.rows.map { $0.group?.isTied } == [false, true])
    #expect(abs((tied.rows[1].group?.pValue ?? 0) - 0.28786413472669053) < 1e-10)
    #expect(
      tied.reasons.first
        == "Highest mean accuracy (0.870 ± 0.010, 3 runs), tied within noise with lr=0.2")
    #expect(tied.best?.name == "lr=0.1")
    #expect(tied.notes.contains { $0.contains("Welch's t-test at 5 %") })
  }

  @Test(
    arguments: [
      ([1, 2, 3, 4], [1.1, 2.2, 2.9, 4.05, 9], 0.41040112272105317),
      ([10, 10.1], [11, 11.3], 0.06266198733337414),
    ] as [([Double], [Double], Double)])
  func `p-values of unequal spreads and few runs`(
    left: [Double], right: [Double], expected: Double
  ) throws {
    let comparison = try compare(
      runs(left, "a", ["lr": 1]) + runs(right, "b", from: 9, ["lr": 2]), .by(["lr"]))
    let pValue = comparison.rows.compactMap { $0.group?.pValue }.first ?? 0
    #expect(abs(pValue - expected) < 1e-10)
  }

  @Test func `of a single run nothing is claimed`() throws {
    let comparison = try compare(
      runs([0.9], "a", ["lr": 0.1]) + runs(worse, "b", from: 6, ["lr": 0.2]), .by(["lr"]))
    #expect(comparison.rows[0].cells[0].text == "0.9000")
    #expect(comparison.rows[0].cells[1].text == "–")
    #expect(comparison.rows.map(\.rank) == [1, 2])
    #expect(
      comparison.reasons.first
        == "Highest mean accuracy (0.9000, 1 run); a single run does not show whether by more "
        + "than noise")
    #expect(
      comparison.notes.contains(
        "1 of 2 groups has a single completed run, whose noise is unknown."))
  }

  @Test func `runs without any noise differ if their means do`() throws {
    let comparison = try compare(
      runs([0.9, 0.9], "a", ["lr": 0.1]) + runs([0.8, 0.8], "b", from: 3, ["lr": 0.2])
        + runs([0.9, 0.9], "c", from: 5, ["lr": 0.3]), .by(["lr"]))
    #expect(comparison.rows.map(\.rank) == [1, 3, 1])
    #expect(comparison.rows.map { $0.group?.pValue } == [nil, 0, 1])
  }

  @Test func `all but the seed`() throws {
    let all =
      runs(close, "a", ["lr": 0.1, "model": ["depth": 3], "fixed": 1])
      + runs(closer, "b", from: 4, ["lr": 0.1, "model": ["depth": 6], "fixed": 1])
    let comparison = try compare(all, .allBut(["seed"]))
    #expect(comparison.rows.map(\.name) == ["model.depth=3", "model.depth=6"])
    #expect(
      comparison.notes.contains(
        "A row is all runs that differ in nothing but seed: mean ± standard deviation of the "
          + "completed ones."))
    #expect(
      try compare(runs(close, "a", ["lr": 0.1]), .allBut(["seed"])).rows[0].name == "all runs")
  }

  @Test func `re-runs of a name are its runs`() throws {
    let all = [0.8, 0.82, 0.81].enumerated().map { place, value in
      experiment(
        "xgb", number: UInt64(place + 1), ["accuracy": .double(value)], rerun: UInt64(place + 1),
        params: ["seed": .integer(Int64(place)), "model": "xgb"])
    }
    let other = experiment(
      "lgbm", number: 9, ["accuracy": 0.7], params: ["seed": 0, "model": "lgbm"])
    let comparison = try compare(all + [other], .allBut(["seed"]))
    #expect(comparison.rows.map(\.name) == ["xgb", "lgbm"])
    #expect(comparison.rows[0].group?.members.count == 3)
  }

  @Test func `numbers group by value, and a missing parameter is a value of its own`() throws {
    let all = [
      experiment("a", number: 1, ["accuracy": 0.8], params: ["depth": 6]),
      experiment("b", number: 2, ["accuracy": 0.9], params: ["depth": 6.0]),
      experiment("c", number: 3, ["accuracy": 0.7], params: ["other": 1]),
      experiment("d", number: 4, ["accuracy": 0.6], params: ["depth": "6"]),
    ]
    let comparison = try compare(all, .by(["depth"]))
    #expect(comparison.rows.map { $0.group?.members.count } == [2, 1, 1])
    #expect(comparison.rows[1].name == "no parameters")
    #expect(Set(comparison.rows.map(\.name)).count == 3)
  }

  @Test func `runs that did not complete are reported and not counted`() throws {
    var all = runs(better, "a", ["lr": 0.1])
    all[4].status = .failed
    all[3].metrics = []
    let comparison = try compare(all, .by(["lr"]))
    #expect(comparison.rows[0].cells.map(\.text)[2] == "3 of 5")
    #expect(comparison.rows[0].group?.statistics("accuracy")?.count == 3)
    for index in all.indices { all[index].status = .failed }
    let failed = try compare(all, .by(["lr"]))
    #expect(failed.rows[0].status == .failed && failed.best == nil)
  }

  @Test func `a configuration that diverges is never the best by its survivors`() throws {
    let nan = Double.nan
    let all =
      runs([nan, nan, 0.95, nan], "a", ["lr": 1]) + runs(better, "b", from: 5, ["lr": 0.1])
    for sortBy in [nil, "accuracy" as Key] {
      let comparison = try compare(all, .by(["lr"])) { $0.sortBy = sortBy }
      let row = try #require(comparison.rows.first { $0.name == "lr=1" })
      #expect(row.cells.map(\.text).contains("1 of 4"))
      #expect(row.rank == nil && row.score == nil)
      #expect(comparison.best?.name == "lr=0.1")
      #expect(
        comparison.notes.contains(
          "Not ranked, because not every run has a finite value of accuracy: lr=1 (1 of 4)."))
      if sortBy != nil { #expect(comparison.rows.last?.name == "lr=1") }
    }
    let alone = try compare(Array(all.prefix(4)), .by(["lr"]))
    #expect(alone.best == nil)
  }

  @Test func `a run that failed with NaN has diverged, one that failed without has not`() throws {
    var all = runs(better, "a", ["lr": 0.1]) + runs(worse, "b", from: 6, ["lr": 0.2])
    all[0].status = .failed
    #expect(try compare(all, .by(["lr"])).best?.name == "lr=0.1")
    all[0].metrics = [
      MetricSummary(Point(key: "accuracy", value: .double(.nan), step: 0, time: 0))
    ]
    #expect(try compare(all, .by(["lr"])).best?.name == "lr=0.2")
  }

  @Test func `sweeps are grouped only by what is inside`() throws {
    var sweep = experiment("grid", number: 1, folder: "grid")
    sweep.identity.kind = "sweep"
    var first = combination(1, of: sweep, ["accuracy": 0.7])
    var second = combination(2, of: sweep, ["accuracy": 0.9])
    first.params = [.init(key: "lr", value: 0.1)]
    second.params = [.init(key: "lr", value: 0.1)]
    let plain = experiment("x", number: 2, ["accuracy": 0.8], params: ["lr": 0.1])
    let without = try compare([sweep, first, second, plain], .by(["lr"]))
    #expect(without.rows.map { $0.group?.members.count } == [1])
    #expect(without.notes.contains { $0.hasPrefix("1 sweep is not shown") })
    let with = try compare([sweep, first, second, plain], .by(["lr"])) { $0.children = true }
    #expect(with.rows.map { $0.group?.members.count } == [3])
  }

  @Test func `names are read as other languages give them`() throws {
    #expect(try RunGrouping(names: ["lr", "model.depth"]) == .by(["lr", "model.depth"]))
    #expect(try RunGrouping(names: ["-seed", "-fold"]) == .allBut(["seed", "fold"]))
    #expect(throws: TrackingError.self) { try RunGrouping(names: ["lr", "-seed"]) }
    #expect(throws: TrackingError.self) { try RunGrouping(names: []) }
    let error = #expect(throws: TrackingError.self) {
      try compare(runs(close, "a", ["lr": 0.1]), .allBut(["sed"]))
    }
    #expect(error?.code == .notFound && error?.candidates == ["seed"])
    #expect(throws: TrackingError.self) {
      try compare(runs(close, "a", ["lr": 0.1]), .by(["lr"])) { $0.series = ["a-0"] }
    }
  }

  @Test func `lower is better for a loss, and infinities count for nothing`() throws {
    let all = [
      experiment("a", number: 1, ["loss": 0.2], params: ["lr": 1]),
      experiment("b", number: 2, ["loss": .double(.infinity)], params: ["lr": 1]),
      experiment("c", number: 3, ["loss": 0.1], params: ["lr": 2]),
    ]
    let comparison = try compare(all, .by(["lr"])) { $0.sortBy = "loss" }
    #expect(comparison.rows.map(\.name) == ["lr=2", "lr=1"])
    #expect(comparison.rows[1].group?.statistics("loss")?.count == 1)
  }

  @Test func `as Markdown, as text and as data`() throws {
    let all =
      runs(close, "a", ["lr": 0.1, "depth": 3])
      + runs(closer, "b", from: 4, ["lr": 0.1, "depth": 6])
      + runs([0.5], "c", from: 7, ["lr": 0.3, "depth": 6])
    let comparison = try compare(all, .by(["lr", "depth"]))
    #expect(isGolden(MarkdownReport.document(comparison), "groups.md"))
    #expect(TextReport.render(comparison).hasPrefix("Group"))
    #expect(ComparisonHTML.render(comparison).contains(">Group<"))
    let row = ComparisonJSON.value(comparison)["rows"]?.elements[1]
    #expect(row?["group"]?["metrics"]?["accuracy"]?["n"] == 3)
    #expect(row?["group"]?["tied"] == true)
    #expect(row?["params"] == ["lr": 0.1, "depth": 6])
    #expect(row?["folder"] == "b-1")
    #expect(ComparisonJSON.value(comparison)["best"]?["folder"] == "a-1")
  }
}

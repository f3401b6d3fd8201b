import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct ReviewTests {
  private func findings(
    _ snapshots: [ExperimentSnapshot],
    _ history: (ExperimentSnapshot, Key) -> ReviewedHistory? = { _, _ in nil }
  ) throws -> [Finding] {
    try Review(of: snapshots, in: "0042-topic", history: history).findings
  }

  private func sentence(_ id: String, in findings: [Finding]) -> String? {
    findings.first { $0.id == id }?.sentence
  }

  private func depths(_ scores: [Double], _ values: [Value]) -> [ExperimentSnapshot] {
    zip(zip(scores, values), 1...).map { pair, number in
      experiment(
        "run-\(number)", number: UInt64(number), ["accuracy": .double(pair.0)],
        params: ["max_depth": pair.1])
    }
  }

  // MARK: The end of what was searched

  @Test func `the best value at the end of what was tried is told with its range`() throws {
    let found = try findings(depths([0.80, 0.84, 0.86, 0.87], [3, 5, 7, 9]))
    let edge = try #require(found.first { $0.kind == .edge })
    #expect(edge.id == "edge/max_depth")
    #expect(
      edge.sentence
        == "The best accuracy (0.87, run-4) has max_depth = 9, the largest of the 4 values tried "
        + "(3 to 9); the best with another value has 0.86 at 7.")
    #expect(edge.advice == "Try max_depth above 9.")
    #expect(edge.cases.map(\.folder) == ["run-4"])
    #expect(edge.numbers.first { $0.key == "other_score" }?.value == .number(0.86))
  }

  @Test func `no end is told where nothing was searched or nothing lies beyond`() throws {
    func edges(_ scores: [Double], _ values: [Value]) throws -> [String] {
      try findings(depths(scores, values)).filter { $0.kind == .edge }.map(\.id)
    }
    #expect(try edges([0.8, 0.9], [3, 9]) == [])
    #expect(try edges([0.8, 0.9, 0.85], [3, 5, 9]) == [])
    #expect(try edges([0.9, 0.9, 0.9], [3, 5, 9]) == [])
    #expect(try edges([0.9, 0.8, 0.7], [0, 0.2, 0.5]) == [])
    #expect(try edges([0.7, 0.8, 0.9], [0.2, 0.5, 1.0]) == [])
    #expect(try edges([0.9, 0.8, 0.7], ["a", "b", "c"]) == [])
    #expect(try edges([0.9, 0.8, 0.7], [0.1, 0.2, 0.5]) == ["edge/max_depth"])
    var seeds = depths([0.7, 0.8, 0.9], [1, 2, 3])
    for index in seeds.indices { seeds[index].params[0].key = "random_seed" }
    #expect(try findings(seeds).filter { $0.kind == .edge } == [])
  }

  @Test func `the end of a parameter without effect is told of few runs only`() throws {
    func edges(_ runs: Int, effect: Double) throws -> [String] {
      let scores = (0..<runs).map { run -> Double in
        let noise = Double(run * 7 % 10) / 100 + Double(run) / 10_000
        return 0.5 + noise + (run % 3 == 2 ? effect : 0)
      }
      return try findings(depths(scores, (0..<runs).map { .integer(Int64($0 % 3 + 1)) }))
        .filter { $0.kind == .edge }.map(\.id)
    }
    #expect(try edges(60, effect: 0.1) == ["edge/max_depth"])
    #expect(try edges(60, effect: 0) == [])
    #expect(try edges(18, effect: 0) == ["edge/max_depth"])
  }

  @Test func `a sweep is searched for itself`() throws {
    var sweep = experiment("grid")
    sweep.identity.kind = "sweep"
    let children = (1...3).map { place in
      var child = combination(
        UInt64(place), of: sweep, ["loss": .double(1 / Double(place))])
      child.params = [.init(key: "lr", value: .number(Double(place) / 10))]
      return child
    }
    let found = try findings([sweep] + children)
    #expect(
      sentence("edge/grid/lr", in: found)
        == "The best loss of grid (0.333, combination-3) has lr = 0.3, the largest of the 3 values "
        + "tried (0.1 to 0.3); the best with another value has 0.500 at 0.2.")
  }

  // MARK: Noise

  private func seeded(_ model: String, _ values: [Double], from: UInt64) -> [ExperimentSnapshot] {
    values.enumerated().map { place, value in
      experiment(
        "\(model)-\(place)", number: from + UInt64(place), ["accuracy": .double(value)],
        params: ["model": .text(model), "seed": .integer(Int64(place))])
    }
  }

  @Test func `the best that differ by less than their seeds are tied`() throws {
    let tied = try findings(
      seeded("a", [0.80, 0.84, 0.88], from: 1) + seeded("b", [0.79, 0.85, 0.87], from: 4))
    #expect(
      sentence("tie/accuracy", in: tied)
        == "The best by mean accuracy are tied within the noise of their seeds: "
        + "model=a (0.840 ± 0.040, 3 runs); model=b (0.837 ± 0.042, 3 runs).")
    let apart = try findings(
      seeded("a", [0.90, 0.901, 0.902], from: 1) + seeded("b", [0.79, 0.80, 0.80], from: 4))
    #expect(apart.filter { $0.kind == .tie || $0.kind == .noiseUnknown } == [])
  }

  @Test func `the best that differ by less than their folds are tied`() throws {
    func run(_ name: String, _ number: UInt64, _ mean: Double, _ std: Double) -> ExperimentSnapshot
    {
      var run = experiment(
        name, number: number, ["accuracy": .double(mean), "accuracy_std": .double(std)])
      var folds = MetricSummary(Point(key: "fold/accuracy", value: .double(mean), step: 0, time: 0))
      for step in 1..<5 { folds.add(.double(mean), step: Int64(step), time: 0) }
      run.metrics.append(folds)
      return run
    }
    let tied = try findings([run("a", 1, 0.87, 0.02), run("b", 2, 0.86, 0.02)])
    #expect(
      sentence("tie/accuracy", in: tied)
        == "The best by accuracy are tied within the noise of 5 folds: a (0.870 ± 0.022); "
        + "b (0.860 ± 0.022).")
    let apart = try findings([run("a", 1, 0.95, 0.01), run("b", 2, 0.86, 0.01)])
    #expect(apart.filter { $0.kind == .tie } == [])
  }

  @Test func `of single runs the noise is not known`() throws {
    let found = try findings(depths([0.86, 0.87], [3, 3]))
    #expect(
      sentence("noise-unknown/accuracy", in: found)
        == "run-2 (0.87) is ahead of run-1 (0.86) by accuracy, each run once and without folds: "
        + "whether that is more than noise is not known.")
    #expect(try findings(depths([0.86], [3])) == [])
  }

  // MARK: Training and other data

  @Test func `a gap is told by pairs of metrics however they are named`() throws {
    let keras = experiment("keras", number: 1, ["accuracy": 0.99, "val_accuracy": 0.80])
    let mine = experiment("mine", number: 2, ["train/loss": 0.1, "val/loss": 0.5, "score": 0.5])
    let cv = experiment("cv", number: 3, ["f1": 0.70, "train_f1": 0.95])
    let fine = experiment("fine", number: 4, ["accuracy": 0.85, "val_accuracy": 0.84])
    let other = experiment("other", number: 5, ["accuracy": 0.99, "test_accuracy": 0.5])
    let scored = [keras, fine, other].map { snapshot in
      var snapshot = snapshot
      snapshot.metrics.append(
        MetricSummary(Point(key: "score", value: .double(0.5), step: 0, time: 0)))
      return snapshot
    }
    var last = cv
    last.metrics.append(
      MetricSummary(Point(key: "score", value: .double(0.5), step: 0, time: 0)))
    let found = try findings([scored[0], mine, last, scored[1], scored[2]])
    #expect(
      found.filter { $0.kind == .gap }.map(\.sentence) == [
        "accuracy is better than val_accuracy by 10.0% or more in 1 of 2 experiments: "
          + "keras (0.99 and 0.80).",
        "train/loss is better than val/loss by 25.0% or more in 1 of 1 experiment: "
          + "mine (0.10 and 0.50).",
        "train_f1 is better than f1 by 10.0% or more in 1 of 1 experiment: cv (0.95 and 0.70).",
      ])
  }

  // MARK: Curves

  private func curve(
    _ key: Key, _ values: [Double]
  ) -> (ExperimentSnapshot, (ExperimentSnapshot, Key) -> ReviewedHistory?) {
    var summary = MetricSummary(Point(key: key, value: .double(values[0]), step: 0, time: 0))
    for (step, value) in values.enumerated().dropFirst() {
      summary.add(.double(value), step: Int64(step), time: 0)
    }
    var run = experiment("run")
    run.metrics = [summary]
    return (
      run,
      { _, asked in
        asked == key ? ReviewedHistory(steps: values.indices.map(Int64.init), values: values) : nil
      }
    )
  }

  @Test func `a loss that rises again is told with its best step`() throws {
    let values = (0..<100).map { step in abs(Double(step) - 60) / 100 + 0.2 }
    let (run, history) = curve("val_loss", values)
    let found = try findings([run], history)
    #expect(
      found.map(\.sentence) == [
        "val_loss rose again after its lowest value in run (0.20 at step 60, 0.59 at step 99)."
      ])
    #expect(found.first?.cases.first?.numbers.first { $0.key == "best_step" }?.value == 60)
  }

  @Test func `an accuracy that falls again is told as well`() throws {
    let (run, history) = curve(
      "val_accuracy", (0..<100).map { 0.9 - abs(Double($0) - 50) / 100 })
    #expect(
      try findings([run], history).map(\.sentence) == [
        "val_accuracy fell again after its highest value in run (0.90 at step 50, 0.41 at step 99)."
      ])
  }

  @Test func `a loss that still falls at the end is not finished`() throws {
    let (run, history) = curve("loss", (0..<100).map { 1 - Double($0) / 100 })
    #expect(
      try findings([run], history).map(\.sentence) == [
        "loss was still falling at the end: so much of the whole gain came in the last tenth of "
          + "run (11.1%)."
      ])
  }

  @Test func `a loss that does not move any more has its plateau`() throws {
    let (run, history) = curve("loss", (0..<100).map { max(0.1, 1 - Double($0) / 20) })
    #expect(
      try findings([run], history).map(\.id) == ["plateau/loss"])
  }

  @Test func `one noisy point is no shape`() throws {
    var values = (0..<100).map { 1 / Double($0 + 1) }
    values[99] = 0.02
    let (run, history) = curve("loss", values)
    #expect(try findings([run], history) == [])
    let (few, short) = curve("loss", (0..<19).map { 1 - Double($0) / 100 })
    #expect(try findings([few], short) == [])
  }

  @Test func `a metric that became NaN is told of every experiment`() throws {
    let (broken, _) = curve("loss", [1, 0.5, .nan, .nan])
    var failed = broken
    failed.folder = "other"
    failed.identity.name = "other"
    failed.status = .failed
    let (infinite, _) = curve("kl", [1, .infinity, 2])
    let found = try findings([broken, failed]).filter { $0.kind == .notFinite }
    #expect(
      found.map(\.sentence) == [
        "loss is not finite in 2 experiments: run (NaN in 2 of 4, also the last); "
          + "other (NaN in 2 of 4, also the last)."
      ])
    #expect(
      try findings([infinite]).filter { $0.kind == .notFinite }.map(\.sentence) == [
        "kl is not finite in 1 experiment: run (infinite)."
      ])
  }

  // MARK: Metrics and failures

  @Test func `metrics that some never logged are told together`() throws {
    var runs = depths([0.8, 0.8, 0.8], [3, 3, 3])
    for index in 0..<2 {
      for key in ["f1", "recall"] as [Key] {
        runs[index].metrics.append(
          MetricSummary(Point(key: key, value: 0.5, step: 0, time: 0)))
      }
    }
    let found = try findings(runs).filter { $0.kind == .missingMetric }
    #expect(
      found.map(\.sentence) == [
        "f1 and recall were not logged by 1 of 3 completed experiments: run-3."
      ])
  }

  @Test func `spreads and times that one tool records are missed nowhere`() throws {
    var runs = depths([0.8, 0.8, 0.8], [3, 3, 3])
    for index in 0..<2 {
      for key in ["accuracy_std", "fit_time", "score_time"] as [Key] {
        runs[index].metrics.append(
          MetricSummary(Point(key: key, value: 0.5, step: 0, time: 0)))
      }
    }
    #expect(try findings(runs).filter { $0.kind == .missingMetric } == [])
  }

  @Test func `the best of a sweep has the sweep's name before its own`() throws {
    var sweep = experiment("grid")
    sweep.identity.kind = "sweep"
    let children = (1...2).map { place in
      combination(UInt64(place), of: sweep, ["accuracy": .double(0.9 + Double(place) / 100)])
    }
    let review = try Review(
      of: [sweep] + children + [experiment("x", number: 2, ["accuracy": 0.5])])
    #expect(review.summary.hasSuffix("the best is grid / combination-2."))
    #expect(
      review.findings.map(\.sentence) == [
        "grid / combination-2 (0.92) is ahead of x (0.50) by accuracy, each run once and without "
          + "folds: whether that is more than noise is not known."
      ])
  }

  private func batches(
    _ failed: [Value], _ completed: [Value],
    _ error: Failure = .init(type: "MemoryError", message: "")
  ) -> [ExperimentSnapshot] {
    zip(failed + completed, 1...).map { value, number in
      var run = experiment(
        "run-\(number)", number: UInt64(number), ["accuracy": 0.8],
        status: number <= failed.count ? .failed : .completed, params: ["batch": value])
      if number <= failed.count { run.failure = error }
      return run
    }
  }

  @Test func `what all failed ones have and no completed one has is told`() throws {
    func told(_ failed: [Value], _ completed: [Value]) throws -> String? {
      sentence("failures/experiments", in: try findings(batches(failed, completed)))
    }
    #expect(
      try told([512, 1024], [64, 128])
        == "2 of 4 experiments failed: run-1 and run-2. All: MemoryError. All of them and no "
        + "completed one have batch ≥ 512.")
    #expect(
      try told(["a", "a"], ["b", "c"])
        == "2 of 4 experiments failed: run-1 and run-2. All: MemoryError. All of them and no "
        + "completed one have batch = a.")
    #expect(try told([64, 1024], [128, 256])?.hasSuffix("from those that completed.") == true)
    var partly = batches([512, 1024], [64, 128, 256])
    partly[4].params = []
    #expect(
      sentence("failures/experiments", in: try findings(partly))?.hasSuffix(
        "All of them and no completed one have batch ≥ 512.") == true)
    #expect(try told([64], [128, 256]) == "1 of 3 experiments failed: run-1. MemoryError.")
  }

  @Test func `nothing is said of nothing`() throws {
    let review = try Review(of: [], in: "0042-topic")
    #expect(review.findings == [])
    #expect(review.summary == "0 experiments, 0 completed.")
    #expect(
      ReviewReport.text(review)
        == "Review of 0042-topic\n0 experiments, 0 completed.\n\nNothing stands out.\n")
  }

  // MARK: Forms

  @Test func `what users wrote is shown and never obeyed`() throws {
    var runs = depths([0.7, 0.8, 0.9], [1, 2, 3])
    runs[2].identity.name = "<script>\u{1B}[31m`*x*`"
    runs[2].params[0].key = "a|<b>\n"
    for index in 0..<2 { runs[index].params[0].key = "a|<b>\n" }
    let review = try Review(of: runs, in: "0042-topic")
    let markdown = ReviewReport.markdown(review)
    #expect(markdown.contains("\\<script\\>") && !markdown.contains(" <script>"))
    #expect(!ReviewReport.html(review).contains("<script>"))
    #expect(!ReviewReport.text(review).contains("\u{1B}"))
    #expect(review.findings.first { $0.kind == .edge }?.id == "edge/a|<b>\\n")
  }

  @Test func `the text fits the terminal`() throws {
    let review = try Review(of: depths([0.80, 0.84, 0.86], [3, 5, 7]), in: "0042-topic")
    for width in [40, 80] {
      let lines = ReviewReport.text(review, width: width).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width })
    }
  }

  @Test func `the same metric can be judged the other way`() throws {
    let runs = depths([0.7, 0.8, 0.9], [1, 2, 3])
    let review = try Review(of: runs, by: "accuracy", .lower)
    #expect(review.best?.folder == "run-1")
    #expect(throws: TrackingError.self) { try Review(of: runs, by: "nothing") }
  }
}

import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct ExplanationTests {
  private func run(
    _ name: String, _ number: UInt64, accuracy: Double, lr: Double, depth: Int64 = 6
  ) -> ExperimentSnapshot {
    var run = experiment(
      name, number: number, ["accuracy": .double(accuracy)],
      params: ["lr": .number(lr), "depth": .integer(depth), "seed": 1])
    run.facts = [
      Value.Entry("git", ["commit": .text(String(repeating: "a", count: 40)), "dirty": false]),
      Value.Entry("environment", ["imported": ["numpy": "2.3.0"], "os": "Linux"]),
      Value.Entry("data", ["train": ["sha256": "11"]]),
      Value.Entry("command", ["arguments": ["train.py"]]),
    ]
    return run
  }

  private func changes(_ why: Explanation) -> [String] { why.changes.map(\.sentence) }

  @Test func `the score, what changed and what is equal are told`() throws {
    let why = try Explanation(
      of: run("b", 2, accuracy: 0.88, lr: 0.01), from: run("a", 1, accuracy: 0.80, lr: 0.1))
    #expect(why.score == "accuracy: a has 0.80, b has 0.88 (+0.08, +10.0%, better).")
    #expect(changes(why) == ["1 parameter changed: lr from 0.1 to 0.01."])
    #expect(
      why.equal == [
        "2 parameters: depth = 6 and seed = 1.", "The data: train.",
        "The commit aaaaaaaaaaaa.", "The versions of the language and of what was imported.",
        "The command line.", "The machine.",
      ])
    #expect(why.unknown == [])
  }

  @Test func `the most likely reason comes first, the seed last`() throws {
    var after = run("b", 2, accuracy: 0.88, lr: 0.01)
    after.params[2].value = 2
    after.params.append(.init(key: "dropout", value: 0.5))
    after.params.append(.init(key: "data_version", value: "v2"))
    after.facts = [
      Value.Entry("git", ["commit": .text(String(repeating: "b", count: 40)), "dirty": true]),
      Value.Entry("environment", ["imported": ["numpy": "2.4.0"], "os": "macOS"]),
      Value.Entry("data", ["train": ["sha256": "22"]]),
      Value.Entry("command", ["arguments": ["train.py", "--fast"]]),
      Value.Entry("about", ["description": "another", "git_commit": "bbb"]),
      Value.Entry("models", ["model": ["type": "X"]]),
    ]
    let why = try Explanation(of: after, from: run("a", 1, accuracy: 0.80, lr: 0.1))
    #expect(
      changes(why) == [
        "The data changed, so that the scores may not be comparable: data_version (v2) is new; "
          + "train.sha256 from 11 to 22.",
        "2 parameters changed: lr from 0.1 to 0.01; dropout (0.5) is new.",
        "The code changed: commit from aaaaaaaaaaaa to bbbbbbbbbbbb; dirty from false to true; "
          + "about.git_commit (bbb) is new.",
        "1 version or setting of the environment changed: numpy from 2.3.0 to 2.4.0.",
        "The command line changed: arguments from [train.py] to [train.py, --fast].",
        "The machine changed: os from Linux to macOS.", "The seed changed: seed from 1 to 2.",
      ])
    #expect(why.equal == ["1 parameter: depth = 6."])
  }

  @Test func `where only the seed differs it is noise`() throws {
    var after = run("b", 2, accuracy: 0.88, lr: 0.1)
    after.params[2].value = 2
    let why = try Explanation(of: after, from: run("a", 1, accuracy: 0.80, lr: 0.1))
    #expect(
      why.score
        == "accuracy: a has 0.80, b has 0.88 (+0.08, +10.0%, better). Nothing but the seed differs, "
        + "so that this is noise.")
  }

  @Test func `what was not recorded is not called equal`() throws {
    let (a, b) = (experiment("a", number: 1), experiment("b", number: 2))
    let why = try Explanation(of: b, from: a)
    #expect(why.score == "Neither has a metric.")
    #expect(why.equal == [])
    #expect(
      why.unknown == [
        "The data was recorded for neither.", "The code was recorded for neither.",
        "The environment was recorded for neither.",
      ])
    let half = try Explanation(of: run("c", 3, accuracy: 1, lr: 1), from: a)
    #expect(half.unknown.first == "The data was recorded for one of them only.")
    #expect(ExplanationReport.text(why).contains("- Nothing that was recorded.\n"))
  }

  @Test func `other experiments show what one parameter does`() throws {
    let before = run("a", 1, accuracy: 0.80, lr: 0.1, depth: 6)
    let after = run("b", 2, accuracy: 0.88, lr: 0.01, depth: 9)
    let others = [
      before, after, run("c", 3, accuracy: 0.86, lr: 0.01, depth: 6),
      run("d", 4, accuracy: 0.81, lr: 0.1, depth: 9), run("e", 5, accuracy: 0.5, lr: 5, depth: 6),
    ]
    let why = try Explanation(of: after, from: before, among: others)
    #expect(
      why.evidence == [
        "d differs from b in the parameter lr alone (0.1) and has accuracy 0.81 instead of 0.88.",
        "c differs from a in the parameter lr alone (0.01) and has accuracy 0.86 instead of 0.80.",
        "c differs from b in the parameter depth alone (6) and has accuracy 0.86 instead of 0.88.",
        "d differs from a in the parameter depth alone (9) and has accuracy 0.81 instead of 0.80.",
      ])
  }

  @Test func `folds tell noise from a difference`() throws {
    func folded(_ name: String, _ number: UInt64, _ mean: Double, _ std: Double)
      -> ExperimentSnapshot
    {
      var run = experiment(
        name, number: number, ["accuracy": .double(mean), "accuracy_std": .double(std)])
      var folds = MetricSummary(Point(key: "fold/accuracy", value: .double(mean), step: 0, time: 0))
      for step in 1..<5 { folds.add(.double(mean), step: Int64(step), time: 0) }
      run.metrics.append(folds)
      return run
    }
    let tied = try Explanation(of: folded("b", 2, 0.88, 0.02), from: folded("a", 1, 0.86, 0.02))
    #expect(tied.score.hasSuffix(" That is within the noise of their folds (p = 0.20)."))
    let apart = try Explanation(of: folded("b", 2, 0.95, 0.01), from: folded("a", 1, 0.86, 0.01))
    #expect(apart.score.hasSuffix(" That is more than the noise of their folds."))
  }

  @Test func `the text fits, and what users wrote is never obeyed`() throws {
    var after = run("<b>\u{1B}[1m", 2, accuracy: 0.88, lr: 0.01)
    after.params[0].key = "<script>*x*"
    let why = try Explanation(of: after, from: run("a", 1, accuracy: 0.80, lr: 0.1))
    let text = ExplanationReport.text(why, width: 50)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 50 })
    #expect(!text.contains("\u{1B}"))
    #expect(ExplanationReport.markdown(why).contains("\\<script\\>\\*x\\*"))
    #expect(!ExplanationReport.html(why).contains("<script>"))
  }
}

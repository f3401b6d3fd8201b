import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct LivingDocsTests {
  private func source(_ snapshots: [ExperimentSnapshot]) throws -> LivingDocsSource {
    try LivingDocsSource(
      title: "Recommendation Model", number: "0042", increment: "0042-recommendation-model",
      at: "increments/0042-recommendation-model", snapshots)
  }

  private func described(
    _ name: String, number: UInt64, _ accuracy: Double, _ description: String
  ) -> ExperimentSnapshot {
    var snapshot = experiment(name, number: number, ["acc": .double(accuracy)])
    snapshot.facts = [.init("about", ["description": .text(description)])]
    return snapshot
  }

  /// The experiments that the documentation shows.
  private func example() -> [ExperimentSnapshot] {
    var chosen = described("exp-003-xgboost", number: 3, 0.26, "XGBoost classifier")
    chosen.metrics.append(
      MetricSummary(Point(key: "acc_std", value: 0.02, step: 0, time: 0)))
    var folds = MetricSummary(Point(key: "fold/acc", value: 0.26, step: 0, time: 0))
    folds.count = 5
    chosen.metrics.append(folds)
    chosen.params = [
      .init(key: "n_estimators", value: 200), .init(key: "max_depth", value: 6),
      .init(key: "learning_rate", value: 0.1), .init(key: "data_version", value: "v2024-01"),
    ]
    chosen.selection = Selection(
      rationale: ["Fast inference (<50ms)", "Good explainability (SHAP values)"], by: "ana",
      time: 1_795_000_000)
    chosen.tags = ["production"]
    chosen.artifacts = [
      Artifact(
        path: "model.pkl", size: 1234, sha256: "ab12", kind: "model", version: 1,
        details: ["python_type": "xgboost.XGBClassifier"])
    ]
    chosen.facts += [
      .init("git", ["commit": "a3b8c9d", "branch": "main", "dirty": false]),
      .init("command", ["arguments": .list(["python", "train.py"])]),
    ]
    var failed = experiment("exp-004-net", number: 4, status: .failed)
    failed.failure = Failure(type: "MemoryError", message: "out of memory")
    failed.notes = [.init(time: 0, text: "Reason: too large a batch\nmore")]
    return [
      described("exp-001-baseline", number: 1, 0.12, "Random classifier"),
      described("exp-002-popularity", number: 2, 0.18, "Popularity baseline"), chosen, failed,
    ]
  }

  @Test(arguments: LivingDocsPage.allCases)
  func `a page is as the documentation shows it`(page: LivingDocsPage) throws {
    let body = try page.body(source(example()))
    #expect(isGolden(body + "\n", "living-\(page.rawValue).md"))
  }

  @Test func `of nothing selected the pages say so and invent nothing`() throws {
    var snapshots = example()
    snapshots[2].selection = nil
    let source = try source(snapshots)
    for page in LivingDocsPage.allCases {
      let body = page.body(source)
      #expect(body.contains("No experiment is selected."))
      #expect(!body.contains("SELECTED") && !body.contains("### Hyperparameters"))
    }
    #expect(LivingDocsPage.models.body(source).split(separator: "\n").count == 3)
    #expect(
      LivingDocsPage.experiments.body(source).contains(
        "Computed from the recorded values, the best so far is **exp-003-xgboost**:"))
    let empty = try self.source([])
    #expect(
      LivingDocsPage.experiments.body(empty).contains(
        "### Experiments Conducted: 0\n\nNo experiment was recorded.\n\n### Selection Rationale"))
  }

  @Test func `free text is shown and never obeyed`() throws {
    let hostile = "<script>alert(1)</script>\n\n# Ignore [all](javascript:x) `rules` --> | $x$"
    var snapshot = described(hostile, number: 1, 0.5, hostile)
    snapshot.selection = Selection(rationale: [hostile, "", " "], by: hostile, time: 0)
    snapshot.tags = [hostile]
    snapshot.notes = [.init(time: 0, text: hostile)]
    snapshot.params = [.init(key: Key(hostile), value: .text(hostile))]
    snapshot.metrics.append(
      MetricSummary(Point(key: Key(hostile), value: 0.5, step: 0, time: 0)))
    snapshot.artifacts = [
      Artifact(
        path: hostile, size: 1, sha256: "`", kind: "model", version: 1,
        details: ["python_type": .text(hostile)])
    ]
    snapshot.facts += [
      .init("git", ["commit": .text(hostile), "branch": .text(hostile)]),
      .init("command", ["arguments": .list([.text(hostile)])]),
      .init("data", .map([.init(Key(hostile), ["type": .text(hostile)])])),
    ]
    var failed = snapshot
    failed.status = .failed
    failed.failure = Failure(type: hostile, message: hostile)
    failed.folder = "other"
    failed.identity.id = "other"
    let source = try LivingDocsSource(
      title: hostile, number: "0042", increment: hostile, at: "increments/" + hostile,
      [snapshot, failed])
    for page in LivingDocsPage.allCases {
      let body = page.body(source)
      for line in body.split(separator: "\n").dropFirst() {
        let outsideCode = Self.withoutCode(String(line))
        #expect(!Self.hasBare("<", outsideCode), "\(line)")
        // The target of a link is ours and encoded; a bracket of the text is escaped.
        for target in outsideCode.replacing("\\]", with: "").split(separator: "](").dropFirst() {
          #expect(target.hasPrefix("../") || target.hasPrefix("ml-"), "\(line)")
        }
        #expect(!line.hasPrefix("# "), "\(line)")
      }
      let blocks = try MarkedBlocks([], file: "f").replacing("0042-x", with: body, head: "")
      #expect(try MarkedBlocks(blocks, file: "f").contains("0042-x"))
    }
  }

  /// A line without its spans of code.
  private static func withoutCode(_ line: String) -> String {
    var rest = Array(line)
    var text = ""
    while let first = rest.first {
      if first == "\\" {
        text += String(rest.prefix(2))
        rest.removeFirst(min(2, rest.count))
        continue
      }
      guard first == "`" else {
        text.append(rest.removeFirst())
        continue
      }
      let fence = rest.prefix { $0 == "`" }.count
      rest.removeFirst(fence)
      while !rest.isEmpty {
        let run = rest.prefix { $0 == "`" }.count
        if run > 0 { rest.removeFirst(run) } else { rest.removeFirst() }
        if run == fence { break }
      }
    }
    return text
  }

  private static func hasBare(_ character: Character, _ text: String) -> Bool {
    var isEscaped = false
    for next in text {
      if next == character && !isEscaped { return true }
      isEscaped = next == "\\" && !isEscaped
    }
    return false
  }

  @Test func `what is selected inside a sweep, or in the archive, is shown`() throws {
    var sweep = experiment("grid", number: 1)
    sweep.identity.kind = "sweep"
    sweep.facts = [.init("command", ["arguments": .list(["python", "grid.py"])])]
    var worse = combination(1, of: sweep, ["acc": 0.2])
    worse.params = [.init(key: "depth", value: 3)]
    worse.selection = Selection(rationale: ["small"])
    var old = experiment("old", number: 2, ["acc": 0.1], folder: "_archive/old")
    old.selection = Selection()
    let other = experiment("other", number: 3, ["acc": 0.1], folder: "_archive/other")
    let source = try source([sweep, worse, combination(2, of: sweep, ["acc": 0.3]), old, other])
    #expect(source.selectedNames == ["grid / combination-1", "old"])
    let page = LivingDocsPage.experiments.body(source)
    #expect(page.contains("### Experiments Conducted: 3\n"))
    #expect(page.contains("- grid / combination-2 (acc=0.30, best of 2)\n"))
    #expect(page.contains("- old (acc=0.10) ✅ **SELECTED**\n"))
    #expect(page.contains("- 1 more experiment in the archive\n"))
    #expect(page.contains("### Hyperparameters (exp-001.1)\n\n- depth: 3\n"))
    #expect(LivingDocsPage.training.body(source).contains("run `python grid.py`"))
  }

  @Test func `the same experiments give the same bytes, in any order`() throws {
    let snapshots = example()
    for page in LivingDocsPage.allCases {
      let body = try page.body(source(snapshots))
      #expect(try page.body(source(snapshots.reversed())) == body)
    }
  }

  @Test func `of very many experiments the newest and the selected are listed`() throws {
    var snapshots = (1...300).map {
      experiment("run-\($0)", number: UInt64($0), ["acc": .double(Double($0) / 1000)])
    }
    snapshots[4].selection = Selection()
    let page = LivingDocsPage.experiments.body(try source(snapshots))
    #expect(page.contains("### Experiments Conducted: 300\n\n- 99 earlier ones are not listed\n"))
    #expect(page.contains("\n- run-5 (acc=0.005) ✅ **SELECTED**\n- run-101 (acc=0.101)\n"))
  }
}

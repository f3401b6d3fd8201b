import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ExperimentReportTests {
  @Test func `the report of an experiment is the golden one`() {
    #expect(isGolden(ExperimentReport.document(sample(), increment: "0042-topic"), "report.md"))
  }

  @Test func `what is not known has no heading`() {
    let text = ExperimentReport.document(experiment("bare", number: 1), increment: "0001-x")
    #expect(!text.contains("## "))
    #expect(text.hasPrefix("# bare\n\n**"))
  }

  @Test(arguments: [(1, "1 record could not"), (2, "2 records could not")])
  func `records that could not be stored are counted`(dropped: UInt64, text: String) {
    var snapshot = experiment("bare", number: 1)
    snapshot.dropped = dropped
    #expect(ExperimentReport.document(snapshot, increment: "0001-x").contains(text))
    #expect(ExperimentHTML.render(snapshot).contains(text))
  }

  @Test func `links lead from where the report lies, and nothing in a name is markup`() {
    var snapshot = experiment("a|b", number: 1, params: ["<b>": "x|y"])
    snapshot.artifacts = [
      Artifact(path: "plots/a b).png", size: 1, sha256: "00", kind: "figure", details: .map([]))
    ]
    let text = ExperimentReport.document(snapshot, increment: "0042-topic", at: "docs/report.md")
    #expect(text.contains("](../plots/a%20b%29.png)"))
    #expect(text.contains("# a\\|b"))
    #expect(text.contains("| \\<b\\> | x\\|y |"))
  }

  private func sample() -> ExperimentSnapshot {
    var snapshot = experiment(
      "xgboost-v1", number: 3, ["auc": 0.87, "system/cpu_percent": 93.5, "fold/auc": 0.5],
      params: ["max_depth": 6, "rate": .number(0.1), "layers": [64, 32]])
    snapshot.tags = ["baseline", "with `ticks`"]
    snapshot.notes = [
      .init(time: 1_764_000_000, text: "converged quickly\n\n# no heading | no cell")
    ]
    snapshot.selection = Selection(rationale: ["best auc", "fast"])
    snapshot.facts = [
      .init("about", ["description": "Gradient boosting", "data_version": "v3"]),
      .init(
        "git",
        ["commit": "a1979d75b95f95cbbd401cfa6d46275ec5dc02b9", "branch": "main", "dirty": true]),
      .init("command", ["arguments": ["python", "train.py", "--name=it's"]]),
      .init(
        "environment",
        [
          "python": "3.11.7", "os": "Debian 12", "cpu": ["model": "EPYC", "usable": 2],
          "memory": 25_276_502_016, "host": "vm",
        ]),
      .init(
        "data",
        ["train": ["type": "numpy.ndarray", "shape": [100, 4], "sha256": "5a312281df4bd8df"]]),
    ]
    snapshot.artifacts = [
      artifact("model.pkl", "model"), artifact("plots/roc curve.png", "figure"),
      artifact("report.md", "report"), artifact("environment/uncommitted.patch", "environment"),
      artifact("environment/code/train.py", "environment"),
      artifact("environment/requirements.txt", "environment"),
    ]
    snapshot.failure = Failure(
      type: "ValueError", message: "bad | value", traceback: "Traceback:\n  line 1\nValueError")
    return snapshot
  }

  private func artifact(_ path: String, _ kind: String) -> Artifact {
    Artifact(
      path: path, size: 2048, sha256: "5f524c50746bb272d7f4fda02b6f1e", kind: kind,
      details: .map([]))
  }
}

import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct DifferenceTests {
  private func versions() -> (before: ExperimentSnapshot, after: ExperimentSnapshot) {
    var before = experiment(
      "v1", number: 1, ["auc": 0.81, "loss": 0.5, "rows": 100, "old": 1.0, "zorp": 1.0],
      params: ["depth": 3, "lr": 0.1, "model": ["act": "relu", "size": 8], "alpha": 1, "n": 6])
    before.tags = ["draft", "eu"]
    before.facts = [
      Value.Entry("git", ["commit": "aaa", "dirty": false]),
      Value.Entry("environment", ["imported": ["numpy": "2.3.0", "pandas": "3.0"]]),
      Value.Entry("data", ["train": ["sha256": "11", "shape": [100, 5]]]),
    ]
    before.artifacts = [
      Artifact(path: "model.pkl", size: 2048, sha256: "aaaaaaaaaaaa"),
      Artifact(path: "same.txt", size: 1, sha256: "cc"),
      Artifact(path: "gone.txt", size: 1, sha256: "dd"),
    ]
    var after = experiment(
      "v2", number: 2, ["auc": 0.87, "loss": 0.4, "rows": 100, "new": .double(.nan), "zorp": 2.0],
      params: [
        "depth": 6, "lr": 0.1, "model": ["act": "gelu", "size": 8], "subsample": 0.8, "n": 6.0,
      ])
    after.tags = ["eu", "production"]
    after.facts = [
      Value.Entry("git", ["commit": "bbb", "dirty": false]),
      Value.Entry("environment", ["imported": ["numpy": "2.4.6", "pandas": "3.0"]]),
      Value.Entry(
        "data",
        ["train": ["sha256": "22b02b10f5f4997e5bf8c93343e6f2aa8bc81ffa", "shape": [100, 5]]]),
    ]
    after.artifacts = [
      Artifact(path: "model.pkl", size: 4096, sha256: "bbbbbbbbbbbb", version: 2),
      Artifact(path: "model.pkl", size: 1, sha256: "old", keptAs: ".versions/model.pkl"),
      Artifact(path: "same.txt", size: 1, sha256: "cc"),
      Artifact(path: "taken.txt", size: 1, sha256: "ee", removed: true),
    ]
    return (before, after)
  }

  private func difference() -> ExperimentDifference {
    let (before, after) = versions()
    return ExperimentDifference(of: after, from: before)
  }

  @Test func `parameters are named by their whole path`() {
    let params = difference().params
    #expect(params.map(\.key) == ["depth", "model.act", "subsample", "alpha"])
    #expect(params.map(\.change) == [.changed, .changed, .added, .removed])
    #expect(params[0].before == 3 && params[0].after == 6)
    #expect(difference().same.params == 3)
  }

  @Test func `metrics have differences, and are judged where their names tell the direction`() {
    let metrics = difference().metrics
    #expect(metrics.map(\.key) == ["auc", "loss", "new", "zorp", "old"])
    #expect(metrics.map(\.isBetter) == [true, true, nil, nil, nil])
    #expect(abs((metrics[0].difference ?? 0) - 0.06) < 1e-12)
    #expect(abs((metrics[1].relative ?? 0) + 0.2) < 1e-12)
    #expect(metrics[2].difference == nil && metrics[2].change == .added)
    #expect(metrics[3].relative == 1)
  }

  @Test func `tags, facts and files by their content`() {
    let difference = difference()
    #expect(difference.addedTags == ["production"] && difference.removedTags == ["draft"])
    #expect(
      difference.facts.map(\.key) == [
        "git.commit", "environment.imported.numpy", "data.train.sha256",
      ])
    #expect(difference.artifacts.map(\.path) == ["model.pkl", "gone.txt"])
    #expect(difference.artifacts.map(\.change) == [.changed, .removed])
    #expect(difference.same.artifacts == 1)
  }

  @Test func `an experiment does not differ from itself`() {
    let (before, _) = versions()
    let difference = ExperimentDifference(of: before, from: before)
    #expect(difference.isEmpty)
    #expect(
      DifferenceText.render(difference).hasSuffix(
        "Nothing differs. The same in both: 6 parameters, 5 metrics, 6 facts, 3 artifacts.\n"))
  }

  @Test func `as text`() {
    #expect(isGolden(DifferenceText.render(difference()), "difference.txt"))
  }

  @Test func `as text that fits the terminal`() {
    let lines = DifferenceText.render(difference(), width: 36).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 45 || $0.hasPrefix("The same") })
    #expect(lines.contains { $0.contains("…") })
  }

  @Test func `as HTML, everything escaped`() {
    var (before, after) = versions()
    before.identity.name = "<b>"
    after.params[0].key = "<script>"
    let html = DifferenceHTML.render(ExperimentDifference(of: after, from: before))
    #expect(html.contains("&lt;b&gt;") && html.contains("&lt;script&gt;"))
    #expect(!html.contains("<script>") && !html.contains("<b>"))
  }

  @Test func `as data`() {
    let value = DifferenceJSON.value(difference())
    #expect(value["before"]?["name"] == "v1")
    #expect(value["params"]?.elements.first?["after"] == 6)
    #expect(value["metrics"]?.elements.first?["better"] == true)
    #expect(value["tags"]?["added"] == ["production"])
    #expect(value["artifacts"]?.elements.last?["after"] == .null)
    #expect(value["same"]?["facts"] == 3)
  }
}

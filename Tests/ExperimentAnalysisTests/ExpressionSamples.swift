import ExperimentAnalysis
import TrackingEntities

/// An experiment in which every field of the expression language has a value.
func subject() -> ExperimentSnapshot {
  var snapshot = experiment(
    "xgb-tuned", number: 3,
    ["auc": 0.87, "val/loss": .double(.nan), "rows": .integer(9_007_199_254_740_993)],
    duration: 90,
    params: [
      "max_depth": 6, "lr": 0.1, "booster": "dart", "early": true, "odd name": "x",
      "model": ["depth": 3, "act.fn": "relu", "layers": [64, 32]], "a.b": 1, "none": .null,
      "big": .bigInteger("99999999999999999999"),
    ])
  snapshot.metrics[0].add(.double(0.91), step: 1, time: 1_795_000_200)
  snapshot.metrics[0].add(.double(0.89), step: 2, time: 1_795_000_300)
  snapshot.tags = ["production", "it's"]
  snapshot.identity.created = 1_793_577_600  // 2026-11-02
  snapshot.facts = [
    Value.Entry("git", ["commit": "a1b2c3d4", "branch": "main", "dirty": false]),
    Value.Entry("environment", ["imported": ["numpy": "2.4.6"]]),
    Value.Entry("sweep", ["size": 9]),
  ]
  snapshot.artifacts = [Artifact(path: "model.pkl", size: 1, sha256: "00")]
  return snapshot
}

/// Whether the sample fulfils a condition.
func holds(_ condition: String) throws -> Bool {
  try ExperimentFilter(condition).matches(subject(), in: "0042-topic")
}

/// The error of a condition that cannot be read.
func complaint(_ condition: String) -> String {
  do {
    _ = try ExperimentFilter(condition)
    return "no error"
  } catch {
    return error.description
  }
}

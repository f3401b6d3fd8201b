import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct JSONTests {
  @Test func `a comparison has rows, columns, the best and the reasons`() throws {
    let value = ComparisonJSON.value(try Comparison(of: documented()))
    #expect(value["columns"]?.elements.first?["heading"] == "Accuracy")
    #expect(value["columns"]?.elements.first?["direction"] == "higher")
    #expect(value["columns"]?.elements.last?["kind"] == "training_time")
    #expect(value["columns"]?.elements.last?["key"] == .null)
    let row = value["rows"]?.elements[1]
    #expect(row?["name"] == "exp-002-xgboost")
    #expect(row?["number"] == 2)
    #expect(row?["rank"] == 1)
    #expect(row?["best"] == true)
    #expect(row?["values"]?["training_time"] == 45.0)
    #expect(row?["cells"]?.elements.first == "0.87")
    #expect(value["best"]?["folder"] == "exp-002-xgboost")
    #expect(value["reasons"]?.elements.count == 4)
    #expect(value["primary_metric"]?["key"] == "accuracy")
    #expect(value["selected"] == ["exp-002-xgboost"])
  }

  @Test func `a comparison of nothing has every key too`() throws {
    let empty = ComparisonJSON.value(try Comparison(of: []))
    let full = ComparisonJSON.value(try Comparison(of: documented()))
    #expect(empty.entries.map(\.key) == full.entries.map(\.key))
    #expect(empty["best"] == .null)
  }

  @Test func `a number that is not finite is distinguished from the text that shows it`() {
    let snapshot = experiment(
      "a", number: 1,
      params: [
        "rate": .number(.nan), "word": "NaN", "layers": [1, ["x": .number(.infinity)]], "ok": 0.5,
      ])
    let value = SnapshotJSON.value(snapshot)
    #expect(value["params_not_finite"] == [["rate"], ["layers", 1, "x"]])
    #expect(SnapshotJSON.value(experiment("a", number: 1))["params_not_finite"] == nil)
  }

  @Test func `an experiment is complete and exact`() {
    var snapshot = experiment(
      "a", number: 7, ["loss": .double(.nan), "rows": .integer(.max)], params: ["depth": 6])
    snapshot.params[0].previous = [3]
    snapshot.failure = Failure(type: "ValueError", message: "no", traceback: "Traceback")
    snapshot.selection = Selection(rationale: ["best"])
    snapshot.dropped = .max
    let value = SnapshotJSON.value(snapshot)
    #expect(value["label"] == "exp-007")
    #expect(value["params"]?["depth"] == 6)
    #expect(value["params_previous"]?["depth"] == [3])
    #expect(value["metrics"]?["rows"]?["last"] == .integer(.max))
    #expect(value["metrics"]?["loss"]?["last"]?.double?.isNaN == true)
    #expect(value["failure"]?["traceback"] == "Traceback")
    #expect(value["selection"]?["rationale"] == ["best"])
    #expect(value["dropped"] == .bigInteger("18446744073709551615"))
    #expect(value["parent"] == .null)
    #expect(value["ended"] == .null)
  }

  @Test func `a child has a label only with its parent's number`() {
    let child = combination(12, of: experiment("grid", number: 3), ["auc": 0.5])
    #expect(SnapshotJSON.value(child)["label"] == .null)
    #expect(SnapshotJSON.value(child, parentNumber: 3)["label"] == "exp-003.12")
  }
}

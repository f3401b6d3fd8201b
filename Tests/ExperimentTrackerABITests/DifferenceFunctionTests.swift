import CExperimentTracker
import Testing

@Suite struct DifferenceFunctionTests {
  @Test func `a difference comes as JSON, as text and as HTML`() throws {
    let door = try Door()
    var other: OpaquePointer?
    #expect(et_experiment_start(door.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_experiment_log_metric(door.experiment, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.8, 0) == ET_OK)

    let json = text { et_experiment_diff(door.experiment, other, nil, $0) } ?? ""
    #expect(json.contains(#""before": {"name": "y""#) && json.contains(#""after": {"name": "x""#))
    #expect(json.contains(#""key": "auc", "change": "changed", "before": 0.8, "after": 0.9"#))
    let table =
      text { et_experiment_diff(door.experiment, other, #"{"as": "text", "width": 60}"#, $0) } ?? ""
    #expect(table.hasPrefix("x, compared with y\n") && table.contains("+0.10 (+12.5%) better"))
    let html = text { et_experiment_diff(door.experiment, other, #"{"as": "html"}"#, $0) } ?? ""
    #expect(html.contains("<table") && html.contains("better"))
  }

  @Test func `another form is refused`() throws {
    let door = try Door()
    #expect(
      text { et_experiment_diff(door.experiment, door.experiment, #"{"as": "xml"}"#, $0) } == nil)
    #expect(lastError().contains("'as' of a difference must be"))
  }
}

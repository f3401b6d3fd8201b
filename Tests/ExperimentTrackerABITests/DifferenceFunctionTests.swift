import CExperimentTracker
import Testing

@Suite struct DifferenceFunctionTests {
  @Test func `a difference comes as JSON, as text and as HTML`() throws {
    let fixture = try Fixture()
    var other: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.8, 0) == ET_OK)

    let json = text { et_experiment_diff(fixture.experiment, other, nil, $0) } ?? ""
    #expect(json.contains(#""before": {"name": "y""#) && json.contains(#""after": {"name": "x""#))
    #expect(json.contains(#""key": "auc", "change": "changed", "before": 0.8, "after": 0.9"#))
    let table =
      text { et_experiment_diff(fixture.experiment, other, #"{"as": "text", "width": 60}"#, $0) }
      ?? ""
    #expect(table.hasPrefix("x, compared with y\n") && table.contains("+0.10 (+12.5%) better"))
    let html = text { et_experiment_diff(fixture.experiment, other, #"{"as": "html"}"#, $0) } ?? ""
    #expect(html.contains("<table") && html.contains("better"))
  }

  @Test func `the code is compared where it is asked for`() throws {
    let fixture = try Fixture()
    let one = fixture.experiment
    let plain = text { et_experiment_diff(one, one, nil, $0) } ?? ""
    #expect(!plain.contains(#""code""#))
    let options = #"{"code": true, "paths": ["src"], "stat": true}"#
    let json = text { et_experiment_diff(one, one, options, $0) } ?? ""
    #expect(
      json.contains(#""code": {"basis": "none", "files": [], "patch": null, "redactions": 0"#))
    let table = text { et_experiment_diff(one, one, #"{"as": "text", "code": true}"#, $0) } ?? ""
    #expect(table.contains("Code: not compared.\n\nNo code was recorded of 'x'.\n"))
    #expect(text { et_experiment_diff(one, one, #"{"paths": "src"}"#, $0) } == nil)
    #expect(lastError().contains("'paths' of a difference must be a list of texts"))
  }

  @Test func `another form is refused`() throws {
    let fixture = try Fixture()
    #expect(
      text { et_experiment_diff(fixture.experiment, fixture.experiment, #"{"as": "xml"}"#, $0) }
        == nil)
    #expect(lastError().contains("'as' of a difference must be"))
  }
}

import CExperimentTracker
import Testing

@Suite struct DashboardFunctionTests {
  @Test func `a dashboard answers, and makes the page`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "loss", 0.5, 3) == ET_OK)
    var dashboard: OpaquePointer?
    #expect(et_dashboard_open(fixture.increment, nil, &dashboard) == ET_OK)
    defer { et_dashboard_free(dashboard) }
    let table = text { et_dashboard_ask(dashboard, #"{"ask": "experiments"}"#, $0) } ?? ""
    #expect(table.contains(#"{"key": "metrics.loss", "last": [0.5]"#))
    let wrong = text { et_dashboard_ask(dashboard, "{", $0) } ?? ""
    #expect(wrong.contains(#""error": {"code": "InvalidArgument""#))
    let page = text { et_dashboard_html(dashboard, #"{"token": "secret"}"#, $0) } ?? ""
    #expect(page.contains(#"<meta name="token" content="secret">"#))
    let file = text { et_dashboard_html(dashboard, #"{"embed": true}"#, $0) } ?? ""
    #expect(file.contains(#"id="data">{"embedded": true"#))
    #expect(!file.contains("secret"))
  }

  @Test func `options that are wrong are refused`() throws {
    let fixture = try Fixture()
    var dashboard: OpaquePointer?
    #expect(et_dashboard_open(fixture.increment, #"{"edit": 1}"#, &dashboard) == ET_EINVALID)
    #expect(dashboard == nil)
    #expect(lastError().contains("'edit' of a dashboard must be true or false"))
    #expect(et_dashboard_open(fixture.increment, #"{"port": 1}"#, &dashboard) == ET_EINVALID)
    #expect(et_dashboard_open(nil, #"{"directory": "/"}"#, &dashboard) == ET_ENOINCREMENT)
    #expect(et_dashboard_open(fixture.increment, #"{"edit": true}"#, &dashboard) == ET_OK)
    #expect(text { et_dashboard_html(dashboard, #"{"data": 1}"#, $0) } == nil)
    #expect(lastError().contains("has no option 'data'"))
    #expect(et_dashboard_ask(dashboard, nil, nil) == ET_EINVALID)
    et_dashboard_free(dashboard)
    et_dashboard_free(nil)
  }
}

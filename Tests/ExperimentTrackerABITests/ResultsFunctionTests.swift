import CExperimentTracker
import Testing

@Suite struct ResultsFunctionTests {
  @Test func `results of the caller are drawn, everything in them escaped`() {
    let json = #"""
      {"title": "cv", "facts": ["5 folds"], "columns": [{"heading": "Score"},
       {"heading": "Mean", "form": "number"}], "rows": [["<b>", 0.5], ["f1", NaN]], "best": 0,
       "curve": [1, null, 2.5], "remarks": ["as told"], "shares": [["depth", 0.25]]}
      """#
    let html = text { et_results_html(json, $0) } ?? ""
    for part in [">cv<", ">5 folds<", ">&lt;b&gt;<", ">0.50<", ">NaN<", ">as told<", "25.0%"] {
      #expect(html.contains(part))
    }
    #expect(html.contains("M0.0 33.0M220.0 3.0"))
    #expect(!html.contains("<b>"))
  }

  @Test(arguments: [
    (#"{"colums": []}"#, "has no option 'colums'"), (#"{"title": 1}"#, "'title'"),
    (#"{"columns": [{"heading": "a", "form": "bold"}]}"#, "text, number, seconds, status"),
    (#"{"columns": ["a"]}"#, "'columns'"),
    (#"{"columns": [{"heading": "a"}], "rows": [[]]}"#, "'rows'"),
    (#"{"shares": [["a"]]}"#, "'shares'"), ("[]", "must be a JSON object"),
  ])
  func `what is not such an object is refused`(json: String, reason: String) {
    #expect(text { et_results_html(json, $0) } == nil)
    #expect(lastError().contains(reason))
  }

  @Test(arguments: [
    ("[]", "{}"), (#"[{"a": 1}]"#, "{}"), (#"[{"a": NaN}, {"a": NaN}]"#, "{}"),
    (#"[{"a": 1}, {"a": 1.0}]"#, "{}"),
    (#"[{"a": 1, "b": "x"}, {"a": true, "b": "x"}]"#, #"{"a": [0, 1]}"#),
    (
      #"[{"b": 2, "m": {"d": 3}}, {}, {"m": {"d": 3.0}}]"#,
      #"{"b": [0, null, null], "m": [0, null, 0]}"#
    ),
  ])
  func `the parameters that differ, and which value each row has`(rows: String, found: String) {
    #expect(text { et_params_differing(rows, $0) } == found)
  }

  @Test(arguments: ["{}", "[1]", "[[]]"])
  func `rows that are no array of objects are refused`(rows: String) {
    #expect(text { et_params_differing(rows, $0) } == nil)
    #expect(lastError() == "the rows must be a JSON array of objects")
  }

  @Test(arguments: [
    ("https://user:secret@example.com/a.whl?token=1#x", "https://example.com/a.whl"),
    ("https://example.com/a.whl", "https://example.com/a.whl"),
    ("ssh://git@example.com/team/project.git", "ssh://git@example.com/team/project.git"),
    ("file:///home/me/project", "project"), ("/home/me/project", "project"), ("", ""),
  ])
  func `a URL loses what must not be written down`(url: String, redacted: String) {
    #expect(text { et_url_redact(url, $0) } == redacted)
  }
}

import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ResultsTests {
  @Test func `values are written as their column says, and the best row stands out`() {
    var results = ResultsTable()
    results.title = "grid"
    results.facts = ["3 <combinations>"]
    results.columns = [
      .init(heading: "Name", form: .text), .init(heading: "auc", form: .number),
      .init(heading: "Time", form: .seconds), .init(heading: "Status", form: .status),
    ]
    results.rows = [
      ["a", 0.5, 0.25, "failed"], ["b<", 0.9371, 320.4, "completed"],
      ["c", .number(.nan), .null, .null],
    ]
    results.best = 1
    let html = ResultsHTML.render(results)
    #expect(
      html.contains(">grid</strong> &nbsp;<span style=\"opacity:.7\">3 &lt;combinations&gt;<"))
    for text in ["0.5000", "0.9371", "NaN", "0.25s", "320s", "b&lt;"] {
      #expect(html.contains(">\(text)</td>"))
    }
    #expect(html.contains("background:#cf222e\">failed</span>"))
    #expect(html.split(separator: "rgba(46,160,67,.16)").count == 2)
  }

  @Test func `a row that is too short and a form without values are empty cells`() {
    var results = ResultsTable()
    results.columns = [.init(heading: "a", form: .number), .init(heading: "b", form: .seconds)]
    results.rows = [["none"], [.null, "soon"]]
    let html = ResultsHTML.render(results)
    #expect(html.contains(">none</td>"))
    #expect(html.split(separator: "></td>").count == 4)
  }

  @Test func `nothing is an empty frame`() {
    #expect(ResultsHTML.render(ResultsTable()).hasSuffix("padding:2px 0\">\n\n</div>"))
  }

  @Test func `shares are bars between nothing and all`() {
    var results = ResultsTable()
    results.shares = [("max_depth", 0.7123), ("a&b", 2), ("none", .nan)]
    let html = ResultsHTML.render(results)
    for text in ["width:113px", "</span>71.2%<", ">a&amp;b<", "width:160px", "width:0px"] {
      #expect(html.contains(text))
    }
  }

  @Test func `a curve has gaps and stays in its box`() {
    let drawn = ResultsHTML.curve([1, 2, .nan, 3], width: 30, height: 10)
    #expect(drawn.contains(#"d="M0.0 7.0L10.0 5.0M30.0 3.0""#))
    #expect(ResultsHTML.curve([.nan]).isEmpty)
    #expect(ResultsHTML.curve([5]).contains(#"d="M0.0 18.0h0.1""#))
    let wide = ResultsHTML.curve([-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    #expect(wide.contains(#"d="M0.0 33.0L220.0 3.0""#))
  }
}

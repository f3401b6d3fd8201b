import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct GitHubIssueTests {
  private let folder = ".specweave/increments/0042-topic/experiments"

  private func issue(
    _ snapshots: [ExperimentSnapshot], _ title: String = "Retrain model with Q1 2024 data"
  ) throws -> GitHubIssue {
    try GitHubIssue(
      title: title, Comparison(of: snapshots), increment: "0042-topic", folder: folder)
  }

  @Test func `an issue has the best experiments and how to run the selected one again`() throws {
    var snapshots = documented()
    snapshots[1].params = [.init(key: "n_estimators", value: 200)]
    snapshots[1].selection = Selection(rationale: ["Fast inference"])
    snapshots[1].facts = [
      Value.Entry("git", ["commit": "a3b8c9d", "branch": "main"]),
      Value.Entry("command", ["arguments": ["python", "train.py", "--trees=200"]]),
      Value.Entry("about", ["data_version": "v2024-01"]),
    ]
    #expect(isGolden(try issue(snapshots).markdown, "issue.md"))
  }

  @Test func `links are relative to the repository, in every name`() throws {
    var snapshots = documented()
    snapshots[1].folder = "a b(c)"
    #expect(
      try issue(snapshots).body.contains("](../tree/HEAD/\(folder)/a%20b%28c%29)"))
  }

  @Test func `nothing that users wrote is markup, and nobody is notified`() throws {
    var snapshots = documented()
    snapshots[1].identity.name = "<b>*x*|@team"
    snapshots[1].params = [.init(key: "@all", value: "see @ada | `rm` [x](y)")]
    let text = try issue(snapshots, "Ask @bob <script>").markdown
    #expect(text.hasPrefix("# Ask @<!-- -->bob \\<script\\>\n"))
    #expect(text.contains("\\<b\\>\\*x\\*\\|@<!-- -->team"))
    #expect(text.contains("see @<!-- -->ada \\| \\`rm\\` \\[x\\](y)"))
  }

  @Test func `where nothing is known that is said`() throws {
    #expect(try issue([]).body.contains("No experiments yet."))
    #expect(
      try issue([experiment("x", status: .failed)]).body.contains(
        "No completed experiment has a metric to judge by."))
    #expect(
      try issue([experiment("x", ["auc": 0.5])]).body.contains(
        "Its code, command and environment were not recorded."))
  }

  @Test func `a title is one line and not empty`() throws {
    #expect(try issue([], "a\nb").title == "a\\nb")
    for title in ["", " \n", String(repeating: "x", count: 257)] {
      #expect(throws: TrackingError.self) { try issue([], title) }
    }
  }

  @Test func `a body is never longer than GitHub takes`() throws {
    var snapshots = documented()
    snapshots[1].params = (0..<500).map {
      .init(key: Key("param-\($0)"), value: .text(String(repeating: "<*|>", count: 50)))
    }
    let body = try issue(snapshots).body
    #expect(body.utf16.count <= 65_536)
    #expect(body.contains("more not shown."))
  }
}

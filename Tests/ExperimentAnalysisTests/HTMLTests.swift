import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct HTMLTests {
  /// An experiment with everything that a notebook shows.
  private func full() -> ExperimentSnapshot {
    var snapshot = documented()[1]
    snapshot.duration = 47.3
    snapshot.tags = ["production-candidate", "feature-eng-v2"]
    snapshot.params = [
      .init(key: "n_estimators", value: 200, previous: [100]),
      .init(key: "learning_rate", value: 0.1), .init(key: "objective", value: "binary:logistic"),
      .init(key: "grid", value: ["depth": [3, 6, 9], "verbose": .null]),
    ]
    snapshot.metrics[4].add(47.25, step: 1, time: 1_795_000_150)
    snapshot.notes = [.init(time: 1_795_000_200, text: "Two lines\nof <b>notes</b>")]
    snapshot.artifacts = [
      Artifact(
        path: "model.pkl", size: 3_482_113, sha256: String(repeating: "ab12", count: 16),
        kind: "model")
    ]
    snapshot.facts = [
      Value.Entry(
        "git", ["commit": "a3b8c9d0123456789", "branch": "inc/0042-recs", "dirty": true])
    ]
    snapshot.problems = ["events.out.tfevents.1: damaged at 512"]
    return snapshot
  }

  @Test func `a comparison marks the best row`() throws {
    let html = ComparisonHTML.render(try Comparison(of: everything()))
    #expect(isGolden(html, "everything.html"))
    #expect(html.split(separator: "★").count == 2)
  }

  @Test func `an experiment shows all that is known of it`() {
    #expect(isGolden(ExperimentHTML.render(full()), "experiment.html"))
  }

  @Test func `an experiment shows its description, its decision and its figures`() {
    var snapshot = full()
    snapshot.facts.append(.init("about", ["description": "Gradient <boosting>", "author": "Ada"]))
    snapshot.selection = Selection(rationale: ["fast enough"])
    snapshot.artifacts = ["curve.png", "huge.png", "gone.svg"].map { path in
      Artifact(
        path: path, size: path == "huge.png" ? 1 << 40 : 5, sha256: "00", kind: "figure")
    }
    let html = ExperimentHTML.render(snapshot) { path, _ in
      path == "gone.svg" ? nil : Array("hello".utf8)
    }
    #expect(html.contains("Gradient &lt;boosting&gt;"))
    #expect(html.contains("Author:</span> Ada"))
    #expect(html.contains("Selected for deployment"))
    #expect(html.contains("<li>fast enough</li>"))
    #expect(html.contains("src=\"data:image/png;base64,aGVsbG8=\""))
    #expect(html.split(separator: "<img").count == 2)
    #expect(html.contains("Not shown: huge.png, gone.svg"))
  }

  @Test func `a decision is in the table, whether or not it is the best`() throws {
    var snapshots = documented()
    snapshots[1].selection = nil
    snapshots[2].selection = Selection(rationale: ["Faster inference"])
    let other = try Comparison(of: snapshots)
    for shown in [ComparisonHTML.render(other), TextReport.render(other)] {
      #expect(shown.contains("Selected for deployment"))
      #expect(shown.contains("exp-003-lightgbm"))
      #expect(shown.contains("Faster inference"))
    }
    #expect(ComparisonHTML.render(other).contains(">selected</span>"))
    snapshots[2].selection = nil
    snapshots[1].selection = Selection(rationale: ["Best of all"])
    let best = try Comparison(of: snapshots)
    #expect(TextReport.render(best).contains("- Selected for deployment\n  - Best of all"))
    #expect(ComparisonHTML.render(best).contains("<li>Best of all</li>"))
  }

  @Test func `nothing that a user writes becomes an element`() throws {
    let evil = "<img src=x onerror=\"alert('1')\">&amp;"
    var snapshot = experiment(
      evil, [Key(evil): 0.5], params: [Key(evil): .text(evil)], folder: evil)
    snapshot.tags = [evil]
    snapshot.notes = [.init(time: .nan, text: evil)]
    snapshot.failure = Failure(type: evil, message: evil)
    snapshot.problems = [evil]
    snapshot.artifacts = [Artifact(path: evil, size: 1, sha256: evil, kind: evil)]
    snapshot.facts = [Value.Entry("git", ["commit": .text(evil), "branch": .text(evil)])]
    var options = ComparisonOptions()
    options.params = .all
    for html in [
      ExperimentHTML.render(snapshot),
      ComparisonHTML.render(try Comparison(of: [snapshot], options)),
    ] {
      #expect(!html.contains("<img"))
      #expect(html.contains("&lt;img"))
      #expect(!html.contains("onerror=\""))
    }
  }

  @Test func `long comparisons show thirty rows, the best among them`() throws {
    let snapshots = (1...100).map {
      experiment("run-\($0)", number: UInt64($0), ["auc": .double(Double($0) / 100)])
    }
    let html = ComparisonHTML.render(try Comparison(of: snapshots))
    #expect(html.split(separator: "<tr").count == 32)
    #expect(html.contains("70 more rows not shown."))
    #expect(html.contains("run-100 <span title=\"best\">★"))
  }

  @Test func `metrics without a history show one value`() {
    let html = ExperimentHTML.render(experiment("a", ["auc": 0.5]))
    #expect(html.contains(">Value</th>"))
    #expect(!html.contains(">Mean</th>"))
  }

  @Test func `times are shown in UTC`() {
    var snapshot = experiment("a")
    for (seconds, text) in [
      (0, "1970-01-01 00:00 UTC"), (1_795_000_000, "2026-11-18 11:06 UTC"),
      (-1, "1969-12-31 23:59 UTC"), (951_782_400, "2000-02-29 00:00 UTC"), (.infinity, "inf"),
    ] as [(Double, String)] {
      snapshot.identity.created = seconds
      #expect(ExperimentHTML.render(snapshot).contains(text))
    }
  }
}

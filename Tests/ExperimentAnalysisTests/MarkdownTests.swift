import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct MarkdownTests {
  private static let hostile = [
    "a|b", "`code`", "``", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))", "![](http://beacon.example/x.png)", "# heading", "=1+1", "-->",
    "*bold* _it_ __b__ ~~s~~", "\\|", "\\\\|", "&lt;b&gt; &#124; &amp;", "1. list", "- item", "+ x",
    "a\u{202E}b", "zero\u{200B}width", "esc\u{1B}[31m", "two\nlines", "tab\tbed", "$x^2$",
    "http://example.com", "www.example.com", "模型 é 🚀", " lead", "trail ", "      deep",
    "12345) list", "", "x|", "|", "\\",
  ]

  @Test func `the documented experiments give the documented report`() throws {
    let document = MarkdownReport.document(try Comparison(of: documented()))
    #expect(isGolden(document, "documented.md"))
    let table = """
      | Experiment | Accuracy | Precision | Recall | F1 | Training Time |
      |---|---|---|---|---|---|
      | exp-001-baseline | 0.65 | 0.60 | 0.55 | 0.57 | 2s |
      | exp-002-xgboost | 0.87 | 0.85 | 0.83 | 0.84 | 45s |
      | exp-003-lightgbm | 0.86 | 0.84 | 0.82 | 0.83 | 32s |
      | exp-004-neural-net | 0.85 | 0.83 | 0.81 | 0.82 | 320s |

      **Best Model**: exp-002-xgboost
      - Highest accuracy (0.87)
      - Good precision/recall balance
      - Reasonable training time (45s)
      - Selected for deployment
      """
    #expect(document.contains(table))
  }

  @Test func `everything that a report can hold is in the golden report`() throws {
    let document = MarkdownReport.document(try Comparison(of: everything()))
    #expect(isGolden(document, "everything.md"))
  }

  @Test(arguments: hostile)
  func `no name breaks the table or becomes markup`(name: String) throws {
    var failed = experiment(name, number: 2, [Key(name): 0.4], status: .failed, folder: "failed")
    failed.failure = Failure(type: name, message: name)
    var best = experiment(name, number: 1, [Key(name): 0.5], folder: "best")
    best.selection = Selection(rationale: [name])
    best.params = [.init(key: Key(name), value: .text(name))]
    var options = ComparisonOptions()
    options.reruns = .all
    options.params = .all
    let lines = MarkdownReport.document(try Comparison(of: [best, failed], options))
      .split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("|") }
    #expect(rows.count == 4)
    #expect(Set(rows.map { cells(in: $0) }) == [3])
    #expect(lines.allSatisfy { !$0.allSatisfy { "-= ".contains($0) } })
    for line in lines where !line.contains("`") {
      #expect(!hasUnescaped("<", in: line))
      #expect(!hasUnescaped("[", in: line))
    }
    for scalar in lines.joined().unicodeScalars {
      #expect(scalar.properties.generalCategory != .control)
      #expect(scalar.properties.generalCategory != .format)
    }
  }

  @Test func `a report of nothing but hostile names is pinned`() throws {
    let snapshots = zip(Self.hostile, 1...).map { name, number in
      var snapshot = experiment(
        name, number: UInt64(number), ["accuracy": 0.5],
        status: number % 2 == 0 ? .failed : .completed, params: ["text": .text(name)],
        folder: "folder-\(number)")
      snapshot.failure = Failure(type: "Error", message: name)
      snapshot.selection = Selection(rationale: [name])
      return snapshot
    }
    var options = ComparisonOptions()
    options.params = .all
    #expect(isGolden(MarkdownReport.document(try Comparison(of: snapshots, options)), "hostile.md"))
  }

  @Test func `the same experiments give the same bytes`() throws {
    let first = MarkdownReport.render(try Comparison(of: documented()))
    let second = MarkdownReport.render(try Comparison(of: documented().reversed()))
    #expect(first == second)
  }

  @Test func `an edit is noticed, converted line ends are not`() throws {
    let text = MarkdownReport.render(try Comparison(of: documented()))
    #expect(text.hasPrefix("<!-- specweave-ml: comparison sha="))
    #expect(GuardedReport.isUnedited(text))
    let windows = text.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    #expect(GuardedReport.isUnedited(windows))
    #expect(!GuardedReport.isUnedited(text + "my remark\n"))
    #expect(!GuardedReport.isUnedited("# My own comparison\n"))
    #expect(!GuardedReport.isUnedited(""))
  }

  private func cells(in row: Substring) -> Int {
    var pipes = 0
    var isEscaped = false
    for byte in row.utf8 {
      if byte == UInt8(ascii: "|") && !isEscaped { pipes += 1 }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return pipes - 1
  }

  private func hasUnescaped(_ character: Unicode.Scalar, in line: Substring) -> Bool {
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if scalar == character && !isEscaped { return true }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return false
  }
}

/// A sweep, a re-run, a failure, a crash, ties and decisions in one increment.
func everything() -> [ExperimentSnapshot] {
  var sweep = experiment("grid-search-xgb", number: 2)
  sweep.identity.kind = "sweep"
  var failed = experiment(
    "neural-net-attempt", number: 4, ["accuracy": 0.31], status: .failed, duration: 12.2)
  failed.failure = Failure(
    type: "MemoryError", message: "CUDA out of memory: `tried` 2 GiB | free 1 GiB\nsecond line")
  var chosen = experiment(
    "light_gbm [v1]", number: 5, ["accuracy": 0.91, "precision@10": 0.5], duration: 0.35)
  chosen.selection = Selection(rationale: ["Same accuracy, *ten* times faster"])
  return [
    experiment("baseline", number: 1, ["accuracy": 0.6, "val/loss": 0.9], duration: 0.012),
    sweep,
    combination(1, of: sweep, ["accuracy": 0.89]),
    combination(2, of: sweep, ["accuracy": 0.91, "val/loss": 0.2]),
    experiment("baseline", number: 3, ["accuracy": 0.61], duration: 0.014, rerun: 2),
    failed, chosen,
    experiment("gone", number: 6, status: .crashed),
    experiment("diverged", number: 7, ["accuracy": .double(.nan)], duration: 3),
  ]
}

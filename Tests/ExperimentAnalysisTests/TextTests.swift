import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct TextTests {
  @Test func `a comparison is an aligned table`() throws {
    let text = TextReport.render(try Comparison(of: documented()))
    #expect(isGolden(text, "documented.txt"))
  }

  @Test func `wide characters keep the columns aligned`() throws {
    let comparison = try Comparison(of: [
      experiment("模型一号", number: 1, ["auc": 0.5]),
      experiment("plain-name", number: 2, ["auc": 0.6]),
    ])
    let lines = TextReport.render(comparison).split(separator: "\n")
    #expect(lines[2] == "模型一号      0.50")
    #expect(lines[3] == "plain-name *  0.60")
  }

  @Test func `a narrow terminal cuts names and leaves columns out, never the primary one`() throws {
    let text = TextReport.render(try Comparison(of: documented()), width: 40)
    let table = text.split(separator: "\n").prefix(6)
    #expect(table.allSatisfy { $0.count <= 40 })
    #expect(table[0].contains("Accuracy"))
    #expect(text.contains("more columns)"))
  }

  @Test func `control characters never reach the terminal`() throws {
    let comparison = try Comparison(of: [
      experiment("a\u{1B}]52;c;x\u{07}", ["k\u{9B}31m": 0.5], folder: "a")
    ])
    let text = TextReport.render(comparison)
    #expect(text.contains("a\\u{1B}]52;c;x\\u{7}"))
    #expect(
      text.unicodeScalars.allSatisfy {
        $0 == "\n" || $0.properties.generalCategory != .control
      })
  }

  @Test func `metrics stand before parameters where columns are left out`() throws {
    var options = ComparisonOptions()
    options.params = .all
    let text = TextReport.render(try Comparison(of: documented(), options), width: 60)
    let heading = text.split(separator: "\n")[0].split(separator: "  ").map {
      $0.filter { $0 != " " }
    }
    #expect(heading.contains("Accuracy"))
    #expect(text.contains("more column"))
  }

  @Test func `a name that is cut keeps the mark of the best and the status`() throws {
    var failed = experiment("a name that is far too long for it", number: 2, ["auc": 0.6])
    failed.status = .failed
    let comparison = try Comparison(of: [
      experiment("another name that is far too long", number: 1, ["auc": 0.5]), failed,
    ])
    let lines = TextReport.render(comparison, width: 32).split(separator: "\n")
    #expect(lines[2].hasPrefix("another name that is fa… *  "))
    #expect(lines[3].hasPrefix("a name that is f… (failed)  "))
  }

  @Test func `colours are for the best and the heading`() throws {
    let text = TextReport.render(try Comparison(of: documented()), colours: true)
    let best = text.split(separator: "\n").filter { $0.hasPrefix("\u{1B}[32m") }
    #expect(best.count == 1 && best[0].hasSuffix("\u{1B}[0m"))
    #expect(text.hasPrefix("\u{1B}[1m"))
  }
}

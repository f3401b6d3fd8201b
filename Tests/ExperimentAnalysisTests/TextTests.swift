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
}

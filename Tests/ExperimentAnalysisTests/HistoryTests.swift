import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct HistoryTests {
  private func places(_ values: [Double], _ most: Int) -> [Int] {
    PointSelection.places(of: values.count, most: most) { values[$0] }
  }

  @Test func `all points are kept where they are few enough`() {
    #expect(places([], 5) == [])
    #expect(places([1, 2, 3], 5) == [0, 1, 2])
    #expect(places(Array(repeating: 1, count: 20), .max) == Array(0..<20))
  }

  @Test func `both ends and every extreme are kept, never more than asked for`() {
    for spike in 1..<999 {
      for value in [1e9, -1e9, .infinity] {
        var values = (0..<1000).map { 1 / Double($0 + 1) }
        values[spike] = value
        for most in [5, 6, 20, 501] {
          let kept = places(values, most)
          #expect(kept.count <= most)
          #expect(kept.first == 0 && kept.last == 999)
          #expect(kept.contains(spike))
          #expect(kept == kept.sorted())
        }
      }
    }
  }

  @Test func `the first value that is no number is kept`() {
    var values = (0..<1000).map(Double.init)
    for place in 613..<1000 { values[place] = .nan }
    for most in [5, 20] {
      #expect(places(values, most).contains(613))
      #expect(places(values, most).count <= most)
    }
    #expect(places(Array(repeating: .nan, count: 100), 5) == [0, 99])
  }

  private func line(_ values: [Double], _ width: Int) -> String {
    Sparkline.text(of: values.count, width: width) { values[$0] }
  }

  @Test func `a sparkline goes from the smallest to the largest mean`() {
    #expect(line([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█")
    #expect(line([0, 0, 7, 7], 2) == "▁█")
    #expect(line([1, 2], 8) == "▁█")
    #expect(line([3, 3, 3], 8) == "▄▄▄")
    #expect(line([], 8) == "")
    #expect(line([1], 0) == "")
  }

  @Test func `what is no number is seen in a sparkline`() {
    #expect(line([0, .nan, 1], 3) == "▁×█")
    #expect(line([.infinity, -.infinity, .nan], 3) == "×××")
    #expect(line([.greatestFiniteMagnitude, -.greatestFiniteMagnitude], 2) == "█▁")
  }

  @Test func `a history says its extremes and how many values are not finite`() {
    let values = [3, .nan, 1, 5, .infinity, 1]
    let view = HistoryView("loss", values: values, most: nil) { place in
      .init(step: Int64(place * 10), value: .number(values[place]), time: 0)
    }
    #expect(view.count == 6)
    #expect(view.notFinite == 2)
    #expect(view.minimum?.step == 20)
    #expect(view.maximum?.step == 40)
    #expect(view.points.count == 6)
    #expect(view.table.rows.count == 6)
    let empty = HistoryView("x", values: [], most: 5) { _ in
      .init(step: 0, value: .null, time: 0)
    }
    #expect(empty.minimum == nil)
    #expect(empty.json["min"] == .null)
  }
}

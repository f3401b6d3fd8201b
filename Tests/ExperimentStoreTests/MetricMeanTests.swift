import EventLog
import Testing
import TrackingEntities

/// The mean of a metric, where a sum or a distance of its values is more than a double holds.
@Suite struct MetricMeanTests {
  private static let most = Double.greatestFiniteMagnitude

  private func summary(_ values: [Double]) -> MetricSummary {
    var summary = MetricSummary(Point(key: "m", value: .double(values[0]), step: 0, time: 1))
    for (step, value) in values.enumerated().dropFirst() {
      summary.add(.double(value), step: Int64(step), time: 1)
    }
    return summary
  }

  /// Values and their mean.
  private static let means: [(values: [Double], mean: Double)] = [
    ([most, -most], 0), ([-most, most], 0), ([most, most, most], most), ([-most, -most], -most),
    ([most, -most, most], most / 3), ([most, -most, -most, most], 0),
    ([.nan, most, .nan, -most], 0), ([1e308, 1.5e308, -1.5e308, -1e308], 0),
    ([.infinity, 1, 1], .infinity), ([1, .infinity, 1], .infinity), ([1, -.infinity], -.infinity),
    ([.infinity, .infinity], .infinity), ([most, .infinity], .infinity),
    ([.infinity, -.infinity, 1], .nan), ([.nan], .nan), ([.nan, .infinity], .infinity),
    ([.nan, 2, 4], 3), ([1, 2, 3, 4], 2.5), ([-0.0], -0.0),
  ]

  private func isNear(_ value: Double, _ expected: Double) -> Bool {
    if expected.isNaN { return value.isNaN }
    return value == expected
      || abs(value - expected) <= 1e-15 * Self.most
        && abs(expected) > 1e300
      || (expected == 0 && abs(value) <= 1e-15 * Self.most)
  }

  @Test func `a mean does not overflow where the values do not, and an infinity stays one`() {
    for (values, mean) in Self.means {
      let found = summary(values)
      #expect(isNear(found.mean, mean), "\(values): \(found.mean)")
      #expect(found.numbers == values.count { !$0.isNaN } && found.count == values.count)
      let numbers = values.filter { !$0.isNaN }
      #expect(numbers.isEmpty ? found.minimum.isNaN : found.minimum == numbers.min())
      #expect(numbers.isEmpty ? found.maximum.isNaN : found.maximum == numbers.max())
    }
    #expect(summary([Self.most, -Self.most]).mean == 0)
  }

  @Test func `the mean over several writers is that over all their values`() {
    for (values, mean) in Self.means where values.count > 1 {
      for place in 1..<values.count {
        var merged = summary(Array(values[..<place]))
        merged.merge(summary(Array(values[place...])), last: .later)
        #expect(isNear(merged.mean, mean), "\(values) at \(place): \(merged.mean)")
        #expect(merged.numbers == values.count { !$0.isNaN })
      }
    }
  }

  @Test func `a hot loop, a reader and the general path have the same mean to the bit`() throws {
    for (values, _) in Self.means {
      let folder = try EventFolder()
      let loop = try HotLoop(folder)
      let usual = (0..<50).map { 1 / Double($0 - 20) - 0.1 }.filter(\.isFinite)
      for value in usual + values + usual { _ = loop.log("m", .double(value)) }
      loop.close()
      let known = try #require(loop.log.find("m")).summary
      let expected = summary(usual + values + usual)
      loop.writer.close()
      let read = try #require(try folder.log(loop.writer.file).metrics.first)
      #expect(loop.shortWays > 50)
      for found in [known, read] {
        #expect(found.mean.bitPattern == expected.mean.bitPattern || expected.mean.isNaN)
        #expect(found.mean.isNaN == expected.mean.isNaN)
        #expect(
          (found.minimumStep, found.maximumStep) == (expected.minimumStep, expected.maximumStep))
      }
    }
  }
}

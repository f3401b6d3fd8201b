import Testing

@testable import ExperimentAnalysis

@Suite struct RunStatisticsTests {
  @Test(arguments: [1, 0x1p600, 0x1p-600, 0x1p1000, 0x1p-1000, 0x1p399, 0x1p-401])
  func `mean and deviation do not depend on how large or small the values are`(scale: Double)
    throws
  {
    let values = [1.5, -2, 7.25, 0, 3]
    let usual = try #require(RunStatistics(values))
    let scaled = try #require(RunStatistics(values.map { $0 * scale }))
    #expect(scaled.mean == usual.mean * scale)
    #expect(scaled.deviation == usual.deviation.map { $0 * scale })
    #expect((scaled.minimum, scaled.maximum) == (-2 * scale, 7.25 * scale))
  }

  @Test func `the mean of the largest double and its negative is nothing`() throws {
    let most = Double.greatestFiniteMagnitude
    let found = try #require(RunStatistics([most, -most]))
    #expect(found.mean == 0)
    // The square root of 2 times as much is beyond a double.
    #expect(found.deviation == .infinity)
    let equal = try #require(RunStatistics([most, most, most]))
    #expect((equal.mean, equal.deviation) == (most, 0))
    let none = try #require(RunStatistics([0, 0]))
    #expect((none.mean, none.deviation) == (0, 0))
  }
}

/// What several runs measured of one metric.
public struct RunStatistics: Sendable, Equatable {
  /// How many runs have a finite value.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// Their standard deviation, with `count - 1` in the denominator; nil for one run, whose spread
  /// nobody knows.
  public let deviation: Double?
  /// The smallest value.
  public let minimum: Double
  /// The largest value.
  public let maximum: Double

  /// The statistics of values; nil if none of them is finite.
  init?(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let first = finite.first else { return nil }
    var (mean, squares) = (0.0, 0.0)
    var (minimum, maximum) = (first, first)
    // Welford's recurrence: exact for equal values, and no overflow of a sum.
    for (index, value) in finite.enumerated() {
      let distance = value - mean
      mean += distance / Double(index + 1)
      squares += distance * (value - mean)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    count = finite.count
    self.mean = mean
    self.minimum = minimum
    self.maximum = maximum
    deviation = finite.count > 1 ? (max(0, squares) / Double(finite.count - 1)).squareRoot() : nil
  }
}

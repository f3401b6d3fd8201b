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
    guard let minimum = finite.min(), let maximum = finite.max() else { return nil }
    let unit = Self.unit(for: max(abs(minimum), abs(maximum)))
    var (mean, squares) = (0.0, 0.0)
    // Welford's recurrence: exact for equal values, and no overflow of a sum.
    for (index, value) in finite.enumerated() {
      let value = value / unit
      let distance = value - mean
      mean += distance / Double(index + 1)
      squares += distance * (value - mean)
    }
    count = finite.count
    self.mean = mean * unit
    self.minimum = minimum
    self.maximum = maximum
    deviation =
      finite.count > 1 ? (max(0, squares) / Double(finite.count - 1)).squareRoot() * unit : nil
  }

  /// What values are measured in, of which the largest is this: a power of two, so that nothing is
  /// rounded, with which their squares stay in the range of a double.
  private static func unit(for largest: Double) -> Double {
    switch largest.exponent {
    case ..<(-400): 0x1p-600
    case 400...: 0x1p600
    default: 1
    }
  }
}

/// How a metric went, in a few numbers: the means of equally long stretches of its points.
///
/// The memory needed does not grow with the number of points: when there are too many stretches,
/// each becomes twice as long.
package struct CurveSketch: Sendable, Equatable {
  private static let most = 256

  /// The means of the stretches that are full; NaN where no value is finite.
  private var means: [Double] = []
  /// How many points a stretch has.
  private var length = 1
  /// The stretch that is being filled.
  private var points = 0
  private var finite = 0
  private var mean = 0.0

  package init() {}

  package mutating func add(_ value: Double) {
    points += 1
    if value.isFinite {
      finite += 1
      mean += (value - mean) / Double(finite)
    }
    guard points == length else { return }
    means.append(finite > 0 ? mean : .nan)
    (points, finite, mean) = (0, 0, 0)
    if means.count == Self.most { halve() }
  }

  private mutating func halve() {
    means = stride(from: 0, to: means.count - 1, by: 2).map { place in
      let (left, right) = (means[place], means[place + 1])
      if left.isNaN { return right }
      return right.isNaN ? left : left / 2 + right / 2
    }
    length *= 2
  }

  /// The means in order.
  package var values: [Double] {
    points == 0 ? means : means + [finite > 0 ? mean : .nan]
  }
}

/// What is known of one metric without its history.
public struct MetricSummary: Sendable, Equatable {
  /// The metric.
  public var key: Key
  /// The last value written by the owner, or else the one at the highest step, then the latest
  /// time, of the last values of the other writers.
  public var last: MetricValue
  /// The step of the last value.
  public var lastStep: Int64
  /// When the last value was logged, in seconds since 1970.
  public var lastTime: Double
  /// How many points there are.
  public var count: Int
  /// The smallest value that is a number; NaN if there is none.
  public var minimum: Double
  /// The first step at which the smallest value was seen.
  public var minimumStep: Int64
  /// The largest value that is a number; NaN if there is none.
  public var maximum: Double
  /// The first step at which the largest value was seen.
  public var maximumStep: Int64
  /// The mean of the values that are numbers; NaN if there is none.
  ///
  /// It is updated with each value, so it may differ by roundings from one that is computed from
  /// all of them. It does not overflow where the values do not: that of the largest double and its
  /// negative is 0. With an infinity among the values it is that infinity; with both it is NaN.
  public var mean: Double
  /// How many values are numbers, that is, not NaN.
  public var numbers: Int
  /// The highest step, from which automatic steps continue.
  public var highestStep: Int64

  /// The summary of one point.
  public init(_ point: Point) {
    key = point.key
    last = point.value
    lastStep = point.step
    lastTime = point.time
    count = 1
    let value = point.value.double
    minimum = value
    maximum = value
    mean = value
    minimumStep = point.step
    maximumStep = point.step
    highestStep = point.step
    numbers = value.isNaN ? 0 : 1
  }

  /// Adds a later point of the same writer.
  @inlinable
  public mutating func add(_ value: MetricValue, step: Int64, time: Double) {
    last = value
    lastStep = step
    lastTime = time
    count &+= 1
    highestStep = max(highestStep, step)
    let double = value.double
    let distance = double - mean
    guard abs(distance) <= .greatestFiniteMagnitude else { return addUnusual(double, step: step) }
    numbers &+= 1
    widen(double, step: step)
    mean += distance / Double(numbers)
  }

  /// Adds a value that is no number, is infinite, is the first number, or is so far from the mean
  /// that their distance overflows.
  @inline(never) @usableFromInline
  mutating func addUnusual(_ double: Double, step: Int64) {
    if double.isNaN { return }
    widen(double, step: step)
    mean = numbers == 0 ? double : MetricSummary.mean(of: mean, numbers, and: double, 1)
    numbers &+= 1
  }

  @inline(__always) @usableFromInline
  mutating func widen(_ double: Double, step: Int64) {
    if !(double >= minimum) { (minimum, minimumStep) = (double, step) }
    if !(double <= maximum) { (maximum, maximumStep) = (double, step) }
  }

  /// The mean of two means of so many values each, without a sum or a distance of them, which could
  /// overflow.
  private static func mean(
    of first: Double, _ firstCount: Int, and second: Double, _ secondCount: Int
  ) -> Double {
    guard first.isFinite, second.isFinite else { return first + second }
    let total = Double(firstCount) + Double(secondCount)
    return first * (Double(firstCount) / total) + second * (Double(secondCount) / total)
  }

  /// Whose last value is shown of a metric that another writer has logged as well.
  public enum Precedence: Sendable {
    /// The value already there: it is the owner's, and the other writer only joined.
    case earlier
    /// The other writer's: it is a later session of the same writer.
    case later
    /// That of the higher step, and at one step of the later time: neither writer is above the
    /// other.
    case furthest
  }

  /// Adds what another writer knows of the same metric.
  public mutating func merge(_ later: MetricSummary, last precedence: Precedence) {
    let isReplaced =
      switch precedence {
      case .earlier: false
      case .later: true
      case .furthest: (lastStep, lastTime) < (later.lastStep, later.lastTime)
      }
    if isReplaced {
      (last, lastStep, lastTime) = (later.last, later.lastStep, later.lastTime)
    }
    count &+= later.count
    highestStep = max(highestStep, later.highestStep)
    guard later.numbers > 0 else { return }
    if !(later.minimum >= minimum) {
      (minimum, minimumStep) = (later.minimum, later.minimumStep)
    }
    if !(later.maximum <= maximum) {
      (maximum, maximumStep) = (later.maximum, later.maximumStep)
    }
    let total = numbers &+ later.numbers
    let distance = later.mean - mean
    if numbers == 0 {
      mean = later.mean
    } else if distance.isFinite {
      mean += distance * (Double(later.numbers) / Double(total))
    } else {
      mean = MetricSummary.mean(of: mean, numbers, and: later.mean, later.numbers)
    }
    numbers = total
  }
}

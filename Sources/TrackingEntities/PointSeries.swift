/// The points of one metric in the order written, in as little memory as they need: steps that are
/// evenly spaced take none, and times that go forward a millisecond's precision.
package struct PointSeries: Sendable {
  /// The values as doubles.
  package private(set) var values: [Double] = []
  /// Where the steps are evenly spaced: the first, and the distance of each from the one before.
  package private(set) var firstStep: Int64 = 0
  package private(set) var stride: Int64 = 0
  /// The steps, where they are not evenly spaced; else empty.
  package private(set) var steps: [Int64] = []
  /// The time that the offsets count from, in seconds since 1970.
  private var firstTime = 0.0
  private var milliseconds: [UInt32] = []
  /// The times, where offsets cannot hold them; else empty.
  private var times: [Double] = []

  package init() {}

  /// How many points there are.
  package var count: Int { values.count }

  /// How much memory it takes.
  package var bytes: Int {
    8 * (values.capacity + steps.capacity + times.capacity) + 4 * milliseconds.capacity
  }

  /// The step of a point.
  package func step(_ place: Int) -> Int64 {
    steps.isEmpty ? firstStep &+ stride &* Int64(place) : steps[place]
  }

  /// The time of a point in seconds since 1970.
  package func time(_ place: Int) -> Double {
    times.isEmpty ? firstTime + Double(milliseconds[place]) / 1000 : times[place]
  }

  /// Adds a point.
  package mutating func append(_ value: Double, step: Int64, time: Double) {
    append(step)
    append(time: time)
    values.append(value)
  }

  private mutating func append(_ step: Int64) {
    if !steps.isEmpty {
      steps.append(step)
    } else if count == 0 {
      firstStep = step
    } else if count == 1 {
      stride = step &- firstStep
    } else if step != firstStep &+ stride &* Int64(count) {
      steps = (0..<count).map(self.step)
      steps.append(step)
    }
  }

  private mutating func append(time: Double) {
    if !times.isEmpty {
      times.append(time)
      return
    }
    if count == 0 { firstTime = time }
    let offset = ((time - firstTime) * 1000).rounded()
    if offset >= 0, offset <= Double(UInt32.max) {
      milliseconds.append(UInt32(offset))
    } else {
      times = (0..<count).map(self.time)
      times.append(time)
      milliseconds = []
    }
  }
}

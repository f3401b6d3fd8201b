internal import TrackingEntities

/// The columns of a table while it is filled: a value, so that the compiler knows who changes it.
struct PointRows {
  private(set) var count = 0
  private var capacity = 0
  private(set) var steps = Column<Int64>()
  private(set) var values = Column<Double>()
  private(set) var times = Column<Double>()
  private(set) var writers = Column<UInt32>()
  /// The values of the integers, and of what type each point is; only where not all are doubles.
  private var exact = Column<Int64>()
  private var kinds = Column<Kind>()
  private var integerCount = 0

  private enum Kind: UInt8 { case double, integer, boolean }

  var integers: Column<Int64>? { count > 0 && integerCount == count ? exact : nil }

  /// Whether one more point needs `reserve` first.
  @inline(__always)
  var isFull: Bool { count == capacity }

  /// Makes room; false if there is no memory. Memory that is not written to costs nothing, and
  /// growing copies, so it is better to ask for too much.
  mutating func reserve(_ most: Int) -> Bool {
    guard most > capacity else { return true }
    guard steps.grow(to: most, keeping: count), values.grow(to: most, keeping: count),
      times.grow(to: most, keeping: count), writers.grow(to: most, keeping: count),
      kinds.isEmpty
        || (exact.grow(to: most, keeping: count) && kinds.grow(to: most, keeping: count))
    else { return false }
    capacity = most
    return true
  }

  /// Adds a point, for which there must be room; false if there is no memory for its type.
  @inline(__always)
  mutating func append(_ value: MetricValue, step: Int64, time: Double, writer: UInt32) -> Bool {
    steps[count] = step
    times[count] = time
    writers[count] = writer
    values[count] = value.double
    if case .double = value, kinds.isEmpty {
      count &+= 1
      return true
    }
    return appendTyped(value)
  }

  private mutating func appendTyped(_ value: MetricValue) -> Bool {
    if kinds.isEmpty {
      guard exact.grow(to: capacity, keeping: 0), kinds.grow(to: capacity, keeping: 0) else {
        return false
      }
      for place in 0..<count { (kinds[place], exact[place]) = (.double, 0) }
    }
    switch value {
    case .double:
      (kinds[count], exact[count]) = (.double, 0)
    case .integer(let integer):
      (kinds[count], exact[count]) = (.integer, integer)
      integerCount += 1
    case .boolean(let flag):
      (kinds[count], exact[count]) = (.boolean, flag ? 1 : 0)
    }
    count += 1
    return true
  }

  /// The value at a place, with its type.
  func value(_ place: Int) -> MetricValue {
    switch kinds.isEmpty ? .double : kinds[place] {
    case .double: .double(values[place])
    case .integer: .integer(exact[place])
    case .boolean: .boolean(exact[place] != 0)
    }
  }

  mutating func release() {
    steps.release()
    values.release()
    times.release()
    writers.release()
    exact.release()
    kinds.release()
  }
}

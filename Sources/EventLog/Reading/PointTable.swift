import CPlatform
package import TrackingEntities

/// The points of one metric in the order written, as columns in memory of their own: they are lent
/// to C and Python as they are, so nothing is copied and nothing is made for a single point.
///
/// One thread fills it; from then on it is only read.
package final class PointTable: @unchecked Sendable {
  private var rows = PointRows()
  /// What could not be read.
  package var damages: [TFRecordDamage] = []

  package init() {}

  deinit { rows.release() }

  package var count: Int { rows.count }
  package var steps: Column<Int64> { rows.steps }
  /// The values as doubles: exact for doubles, rounded for integers beyond 2^53.
  package var values: Column<Double> { rows.values }
  /// Seconds since 1970.
  package var times: Column<Double> { rows.times }
  /// For each point the number of its writer.
  package var writers: Column<UInt32> { rows.writers }
  /// The values as integers, if all of them are integers.
  package var integers: Column<Int64>? { rows.integers }

  /// Adds many points at once.
  @inline(__always)
  func fill(
    _ body: (inout PointRows) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    try body(&rows)
  }

  /// The points at these places, in a table of their own.
  package func chosen(_ places: [Int]) throws(TrackingError) -> PointTable {
    let chosen = PointTable()
    chosen.damages = damages
    guard chosen.rows.reserve(places.count) else { throw Self.noMemory }
    for place in places {
      guard
        chosen.rows.append(
          rows.value(place), step: steps[place], time: times[place], writer: writers[place])
      else { throw Self.noMemory }
    }
    return chosen
  }

  private static var noMemory: TrackingError {
    TrackingError(.storage, "there is not enough memory for a part of the history")
  }

  /// The points one by one, with their types.
  package func points(of key: Key) -> [Point] {
    (0..<count).map { place in
      Point(key: key, value: rows.value(place), step: steps[place], time: times[place])
    }
  }
}

/// A series of doubles of one metric in the caller's arrays.
package struct PointColumns {
  let values: UnsafeBufferPointer<Double>
  /// As many as there are values; nil counts from `firstStep` on.
  let steps: UnsafePointer<Int64>?
  /// As many as there are values; nil, or one that is not finite, is `now`.
  let times: UnsafePointer<Double>?
  let firstStep: Int64
  let now: Double

  package init(
    values: UnsafeBufferPointer<Double>, steps: UnsafePointer<Int64>?,
    times: UnsafePointer<Double>?, firstStep: Int64, now: Double
  ) {
    self.values = values
    self.steps = steps
    self.times = times
    self.firstStep = firstStep
    self.now = now
  }

  package var count: Int { values.count }

  @inline(__always)
  package func step(_ place: Int) -> Int64 {
    if let steps { return steps[place] }
    let (step, isBeyond) = firstStep.addingReportingOverflow(Int64(place))
    return isBeyond ? .max : step
  }

  @inline(__always)
  package func time(_ place: Int) -> Double {
    guard let times, times[place].isFinite else { return now }
    return times[place]
  }

  /// The highest of the steps; nil if there are no points.
  package var highestStep: Int64? {
    guard count > 0 else { return nil }
    guard let steps else { return step(count - 1) }
    return UnsafeBufferPointer(start: steps, count: count).max()
  }

  /// The points from one place up to another.
  package func part(_ places: Range<Int>) -> PointColumns {
    PointColumns(
      values: UnsafeBufferPointer(rebasing: values[places]),
      steps: steps.map { $0 + places.lowerBound }, times: times.map { $0 + places.lowerBound },
      firstStep: step(places.lowerBound), now: now)
  }
}

/// Numbers one after the other, in memory that another object owns.
package struct Column<Element: BitwiseCopyable> {
  private var start: UnsafeMutablePointer<Element>?

  init() {}

  /// Whether it has no memory yet.
  @inline(__always)
  package var isEmpty: Bool { start == nil }

  /// Where the numbers are; any address if there are none.
  package var address: UnsafePointer<Element> {
    UnsafePointer(start ?? UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped)
  }

  /// The number at a place for which there is memory.
  @inline(__always)
  package subscript(place: Int) -> Element {
    get { start.unsafelyUnwrapped[place] }
    nonmutating set { start.unsafelyUnwrapped[place] = newValue }
  }

  /// The first `count` numbers.
  package func array(_ count: Int) -> [Element] {
    Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  /// Moves the first `count` numbers to larger memory; false if there is none.
  mutating func grow(to capacity: Int, keeping count: Int) -> Bool {
    let (size, isTooMuch) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !isTooMuch, let memory = platform_allocate_columns(size) else { return false }
    let grown = memory.assumingMemoryBound(to: Element.self)
    if let start { grown.update(from: start, count: count) }
    release()
    start = grown
    return true
  }

  mutating func release() {
    if let start { platform_release_columns(start) }
    start = nil
  }
}

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

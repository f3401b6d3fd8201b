import Glibc
internal import TrackingEntities

/// The summaries of the metrics of a file while it is read.
///
/// Points come in the same order of keys again and again, so the metric that followed this one last
/// time is tried first: a comparison of bytes instead of a look-up, and nothing allocated.
struct MetricSummaries {
  private(set) var inOrder: [MetricSummary] = []
  private var places: [Key: Int] = [:]
  private var followers: [Int] = []
  private var last = 0

  @inline(__always)
  mutating func add(_ point: borrowing EventScalar, step: Int64, time: Double) {
    if last < followers.count {
      let guess = followers[last]
      if guess < inOrder.count, inOrder[guess].key.hasBytes(point.key) {
        inOrder[guess].add(point.value, step: step, time: time)
        last = guess
        return
      }
    }
    addElsewhere(point, step: step, time: time)
  }

  /// What is known of a metric, and its place.
  func find(_ key: Key) -> (place: Int, summary: MetricSummary)? {
    places[key].map { ($0, inOrder[$0]) }
  }

  /// Replaces what is known of the metric at a place.
  mutating func replace(_ summary: MetricSummary, at place: Int) {
    if inOrder.indices.contains(place), inOrder[place].key == summary.key {
      inOrder[place] = summary
    }
  }

  /// Adds a series that this process wrote.
  mutating func add(_ columns: PointColumns, of key: Key) {
    guard columns.count > 0 else { return }
    func point(_ place: Int) -> Point {
      Point(
        key: key, value: .double(columns.values[place]), step: columns.step(place),
        time: columns.time(place))
    }
    add(point(0))
    var summary = inOrder[last]
    for place in 1..<columns.count {
      summary.add(
        .double(columns.values[place]), step: columns.step(place), time: columns.time(place))
    }
    inOrder[last] = summary
  }

  /// Adds a point that this process wrote.
  mutating func add(_ point: Point) {
    if last < followers.count {
      let guess = followers[last]
      if guess < inOrder.count, inOrder[guess].key == point.key {
        inOrder[guess].add(point.value, step: point.step, time: point.time)
        last = guess
        return
      }
    }
    let place = places[point.key] ?? inOrder.count
    if place < inOrder.count {
      inOrder[place].add(point.value, step: point.step, time: point.time)
    } else {
      places[point.key] = place
      followers.append(place)
      inOrder.append(MetricSummary(point))
    }
    followers[last] = place
    last = place
  }

  private mutating func addElsewhere(
    _ point: borrowing EventScalar, step: Int64, time: Double
  ) {
    let key = Key(bytes: Array(point.key))
    let place: Int
    if let known = places[key] {
      place = known
      inOrder[place].add(point.value, step: step, time: time)
    } else {
      if point.dependsOnEarlier { return }
      place = inOrder.count
      places[key] = place
      followers.append(place)
      inOrder.append(
        MetricSummary(Point(key: key, value: point.value, step: step, time: time)))
    }
    followers[last] = place
    last = place
  }
}

extension Key {
  @inline(__always)
  func hasBytes(_ other: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { EventScalar.isEqual($0, other) }
  }
}

extension EventScalar {
  @inline(__always)
  func hasKey(_ wanted: Span<UInt8>) -> Bool {
    wanted.withUnsafeBytes { EventScalar.isEqual($0, key) }
  }

  @inline(__always)
  fileprivate static func isEqual(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    guard left.count == right.count else { return false }
    guard let start = left.baseAddress, let other = right.baseAddress else { return true }
    return memcmp(start, other, left.count) == 0
  }
}

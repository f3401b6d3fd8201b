import Glibc
package import TrackingEntities

/// What one event file says, without the single points.
package struct SessionLog: Sendable {
  /// The file, relative to the folder it was read from.
  package var file: String
  /// The header; nil in a file of another program, or where the header is damaged.
  package var header: SessionHeader?
  /// The Lamport counter of the header, which places the session's start among the records of
  /// others.
  package var headerLamport: UInt64 = 0
  /// The time of the first event. A file that had to be copied keeps it: of two files with the same
  /// writer, session and start, one is a copy of the other's beginning.
  package var started = 0.0
  /// The records in the order written, the header left out.
  package var records: [StampedRecord] = []
  /// The metrics in the order first logged.
  package var metrics: [MetricSummary] = []
  /// What could not be read.
  package var damages: [TFRecordDamage] = []
  /// Where the last whole frame ends.
  package var validLength: UInt64 = 0
  /// The file's size when it was read.
  package var size: UInt64 = 0
  /// The highest Lamport counter.
  package var highestLamport: UInt64 = 0
  /// The time of the last event.
  package var lastWrite = 0.0
  /// The latest time of an event: until then a session without an end was at work. Points may be
  /// logged with times of the past.
  package var latest = 0.0

  package init(file: String) { self.file = file }

  /// Whether both are one stream of events, so that only the longer one counts.
  package func isSameStream(as other: SessionLog) -> Bool {
    guard let header, let theirs = other.header else { return false }
    return header.experiment.id == theirs.experiment.id && header.writer == theirs.writer
      && header.session == theirs.session && started == other.started
  }
}

/// The summaries of the metrics of a file while it is read.
///
/// Points come in the same order of keys again and again, so the metric that followed this one last
/// time is tried first: a comparison of bytes instead of a look-up, and nothing allocated.
struct MetricSummaries {
  private(set) var inOrder: [MetricSummary] = []
  private var places: [Key: Int] = [:]
  private var followers: [Int] = []
  private var last = 0

  /// - Returns: The place of its metric; nil for what is no point of one.
  @inline(__always)
  @discardableResult
  mutating func add(_ point: borrowing EventScalar, step: Int64, time: Double) -> Int? {
    if last < followers.count {
      let guess = followers[last]
      if guess < inOrder.count, inOrder[guess].key.hasBytes(point.key) {
        inOrder[guess].add(point.value, step: step, time: time)
        last = guess
        return guess
      }
    }
    return addElsewhere(point, step: step, time: time)
  }

  /// What is known of a metric, and its place.
  func find(_ key: Key) -> (place: Int, summary: MetricSummary)? {
    places[key].map { ($0, inOrder[$0]) }
  }

  /// Replaces what is known of the metric at a place.
  ///
  /// - Returns: What was known before; nil if the metric is not there.
  mutating func replace(_ summary: MetricSummary, at place: Int) -> MetricSummary? {
    guard inOrder.indices.contains(place), inOrder[place].key == summary.key else { return nil }
    defer { inOrder[place] = summary }
    return inOrder[place]
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
  ) -> Int? {
    let key = Key(bytes: Array(point.key))
    let place: Int
    if let known = places[key] {
      place = known
      inOrder[place].add(point.value, step: step, time: time)
    } else {
      if point.dependsOnEarlier { return nil }
      place = inOrder.count
      places[key] = place
      followers.append(place)
      inOrder.append(
        MetricSummary(Point(key: key, value: point.value, step: step, time: time)))
    }
    followers[last] = place
    last = place
    return place
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

import FileSystem
package import TrackingEntities

/// What a writer said so far, kept as its readers would read it, so that the writer need not read
/// its own file. The memory needed does not grow with the number of points.
package struct WriterLog: Sendable {
  private var log: SessionLog
  private var metrics = MetricSummaries()
  /// How many records, and values that are not numbers, a user logged.
  private var records: UInt64 = 0
  private var points: UInt64 = 0

  /// A writer that has said nothing but who it is.
  ///
  /// - Parameter started: The time of its file's first event.
  package init(
    header: SessionHeader? = nil, lamport: UInt64 = 0, started: Double = Clock.now()
  ) {
    log = SessionLog(file: "")
    log.header = header
    log.headerLamport = lamport
    log.highestLamport = lamport
    log.started = started
    log.lastWrite = log.started
    log.latest = log.started
  }

  package mutating func add(_ point: Point) {
    metrics.add(point)
    points &+= 1
    wrote(at: point.time)
  }

  /// What is known of a metric, and its place among all.
  package func find(_ key: Key) -> (place: Int, summary: MetricSummary)? { metrics.find(key) }

  /// Takes over what became of a metric elsewhere.
  package mutating func replace(_ summary: MetricSummary, at place: Int) {
    guard let known = metrics.replace(summary, at: place) else { return }
    points &+= UInt64(clamping: summary.count) &- UInt64(clamping: known.count)
    wrote(at: max(log.lastWrite, summary.lastTime))
  }

  package mutating func add(_ columns: PointColumns, of key: Key) {
    guard columns.count > 0 else { return }
    metrics.add(columns, of: key)
    points &+= UInt64(clamping: columns.count)
    for place in columns.times == nil ? columns.count - 1..<columns.count : 0..<columns.count {
      wrote(at: columns.time(place))
    }
  }

  package mutating func add(_ record: StampedRecord) {
    log.records.append(record)
    if record.record.isLogged { records &+= 1 }
    log.highestLamport = max(log.highestLamport, record.lamport)
    wrote(at: record.time)
  }

  /// Notes a value that is not a number.
  package mutating func add(_ value: EventValue, at time: Double) {
    if value.isLogged { records &+= 1 }
    wrote(at: time)
  }

  private mutating func wrote(at time: Double) {
    log.lastWrite = time
    log.latest = max(log.latest, time)
  }

  /// How many points and records a user logged.
  package var items: UInt64 { records &+ points }

  /// The log as a reader of the file would have it.
  package func asRead(file: String, size: UInt64) -> WriterFile {
    var read = log
    read.file = file
    read.size = size
    read.metrics = metrics.inOrder
    return WriterFile(file: file, log: read)
  }
}

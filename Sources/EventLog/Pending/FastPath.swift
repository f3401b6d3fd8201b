import CPlatform
import FileSystem
package import TrackingEntities

/// The fast path of a point in a hot loop: a look-up, an encoding, a store into the pending buffer.
///
/// While it is open it has the writer's pending buffer on loan and knows the metrics of the loop;
/// everything else that happens to the experiment closes it first, which hands all of it back. It
/// allocates nothing, makes no system call and never waits. Guarded by the experiment's lock.
package final class FastPath: @unchecked Sendable {
  /// A step that is not given: the next one of the metric.
  package static let nextStep = AutomaticStep.value
  /// In seconds; the coarse clock moves in steps that are longer.
  private static let glance = 0.001
  private static let mostUnasked = 16

  let body: UnsafeMutablePointer<FastPathState>
  var writer: EventWriter?

  package init() {
    body = .allocate(capacity: 1)
    body.initialize(to: FastPathState())
  }

  deinit {
    body.pointee.table.deallocate()
    body.deinitialize(count: 1)
    body.deallocate()
  }

  package var isOpen: Bool { body.pointee.isOpen }

  #if DEBUG
    /// How many metrics were looked at one by one, for tests.
    package var looks: Int { body.pointee.table.looks }
  #endif

  /// Logs one point; false if it has to take the general path.
  @inline(__always)
  package func log(
    _ key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64
  ) -> Bool {
    guard isOpen, let series = body.pointee.table.find(key) else { return false }
    return log(series, value, step: step)
  }

  /// As the other one, for a key that a zero ends.
  @inline(__always)
  package func log(_ key: UnsafePointer<CChar>, _ value: MetricValue, step: Int64) -> Bool {
    guard isOpen, let series = body.pointee.table.find(key) else { return false }
    return log(series, value, step: step)
  }

  @inline(__always)
  private func log(
    _ series: UnsafeMutablePointer<HotSeries>, _ value: MetricValue, step: Int64
  ) -> Bool {
    let body = body
    let key = series.pointee.key
    let time = Clock.now()
    guard body.pointee.table.change(series), !isOver(at: time), let loan = body.pointee.loan,
      loan.room >= key.count &+ HotSeries.overhead
    else { return false }
    let step = step == FastPath.nextStep ? series.pointee.nextStep : step
    let count: Int
    if case .double(let double) = value, key.count <= PointTemplates.longestKey {
      count = series.pointee.templates.put(key, double, step: step, time: time, at: loan.end)
    } else {
      count = FastPath.encode(key, value, step: step, time: time, to: loan)
    }
    body.pointee.loan?.publish(count)
    series.pointee.add(value, step: step, time: time)
    return true
  }

  /// Whether the loop has something else to do than to append.
  ///
  /// The coarse clock says so. It is asked when the other one, which labels the point, has advanced
  /// by a millisecond or was set, and now and then whatever that one says.
  @inline(__always)
  private func isOver(at time: Double) -> Bool {
    let body = body
    if abs(time - body.pointee.asked) < FastPath.glance, body.pointee.unasked > 0 {
      body.pointee.unasked &-= 1
      return false
    }
    let isOver = Clock.coarse() >= body.pointee.until
    // The same point may come by again on its way to the general path.
    (body.pointee.asked, body.pointee.unasked) = (time, isOver ? 0 : FastPath.mostUnasked)
    return isOver
  }

  private static func encode(
    _ key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64, time: Double,
    to loan: PendingBuffer
  ) -> Int {
    var frame = ProtobufWriter(borrowing: loan.end, capacity: loan.room)
    let event = EventCodec.beginPoints(step: step, time: time, to: &frame)
    EventCodec.appendPoint(key: key, tag: .key, value, to: &frame)
    EventCodec.endPoints(event, to: &frame)
    return frame.count
  }

  /// Logs doubles of several metrics as one event; false if they have to take the general path.
  package func log(
    count: Int, _ key: (Int) -> UnsafeRawBufferPointer, _ value: (Int) -> Double, step: Int64
  ) -> Bool {
    let body = body
    let time = Clock.now()
    guard body.pointee.isOpen, count > 0, count <= 256, !isOver(at: time),
      let loan = body.pointee.loan
    else { return false }
    return withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<HotSeries>.self, capacity: count
    ) { found in
      var (room, next) = (HotSeries.overhead, Int64.min)
      for index in 0..<count {
        let key = key(index)
        guard let series = body.pointee.table.find(key), body.pointee.table.change(series) else {
          return false
        }
        found.initializeElement(at: index, to: series)
        room &+= key.count &+ HotSeries.overhead
        next = max(next, series.pointee.nextStep)
      }
      guard loan.room >= room else { return false }
      let step = step == FastPath.nextStep ? next : step
      var frame = ProtobufWriter(borrowing: loan.end, capacity: loan.room)
      let event = EventCodec.beginPoints(step: step, time: time, to: &frame)
      for index in 0..<count {
        let value = MetricValue.double(value(index))
        EventCodec.appendPoint(key: found[index].pointee.key, tag: .key, value, to: &frame)
      }
      EventCodec.endPoints(event, to: &frame)
      body.pointee.loan?.publish(frame.count)
      for index in 0..<count {
        found[index].pointee.add(.double(value(index)), step: step, time: time)
      }
      return true
    }
  }
}

/// What changes in a fast path.
struct FastPathState {
  var isOpen = false
  /// Until when, on the coarse clock.
  var until = 0.0
  /// When, on the clock that labels points, the coarse one was asked last, and how many points may
  /// pass without that.
  var asked = 0.0
  var unasked = 0
  var loan: PendingBuffer?
  var table = HotTable()
}

/// Who is in the fast path, and since when.
extension FastPath {
  /// Opens the fast path for a writer in a hot loop, if it is in one.
  ///
  /// - Parameter limit: When, on the coarse clock, a call has something else to do than to append.
  package func open(for writer: EventWriter, before limit: Double = .infinity) {
    guard !body.pointee.isOpen, let (loan, until) = writer.lendPending() else { return }
    if self.writer !== writer {
      forgetSeries()
      self.writer = writer
    }
    body.pointee.loan = loan
    (body.pointee.until, body.pointee.unasked) = (min(until, limit), 0)
    body.pointee.isOpen = true
  }

  /// Lets a metric into the fast path, as the log knows it.
  package func admit(_ summary: MetricSummary, place: Int, nextStep: Int64) {
    guard body.pointee.isOpen else { return }
    summary.key.bytes.withUnsafeBytes { key in
      guard case .key = PointTag(key) else { return }
      if let series = body.pointee.table.find(key) {
        body.pointee.table.renew(series, place: place, summary, nextStep: nextStep)
      } else {
        _ = body.pointee.table.add(key, place: place, summary, nextStep: nextStep)
      }
    }
  }

  /// Closes it: the writer has its buffer back, and the news of each metric is handed over.
  package func close(_ news: (_ summary: MetricSummary, _ place: Int, _ nextStep: Int64) -> Void) {
    guard body.pointee.isOpen else { return }
    body.pointee.isOpen = false
    if let loan = body.pointee.loan { writer?.takeBack(loan) }
    body.pointee.loan = nil
    body.pointee.table.takeChanges { news($0.summary, $0.place, $0.nextStep) }
  }

  /// What is known of these metrics is outdated: they were logged on the general path.
  package func forget(_ keys: [Key]) {
    for key in keys {
      key.bytes.withUnsafeBytes { body.pointee.table.find($0)?.pointee.standing = .outdated }
    }
  }

  /// What is known of the metrics may be outdated: each is looked up again.
  package func forgetSeries() { body.pointee.table.forget() }

  /// In a forked child: everything is the parent's, and left as it is. A thread that is not here
  /// may have been in the middle of changing it.
  package func abandon() {
    if let writer { _ = Unmanaged.passRetained(writer) }
    writer = nil
    body.initialize(to: FastPathState())
  }
}

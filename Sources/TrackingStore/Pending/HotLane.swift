internal import CPlatform
package import TrackingEntities

/// The short way of a point in a hot loop: a look-up, an encoding, a store into the pending buffer.
///
/// While the lane is open it has the writer's pending buffer on loan and knows the metrics of the loop;
/// everything else that happens to the experiment closes it first, which hands all of it back. It
/// allocates nothing, makes no system call and never waits. Guarded by the experiment's lock.
package final class HotLane: @unchecked Sendable {
  /// A step that is not given: the next one of the metric.
  package static let nextStep = Int64.min

  private struct Body {
    var isOpen = false
    /// Until when, on the coarse clock.
    var until = 0.0
    var loan: PendingBuffer?
    var table = HotTable()
  }

  private let body: UnsafeMutablePointer<Body>
  private var writer: EventWriter?

  package init() {
    body = .allocate(capacity: 1)
    body.initialize(to: Body())
  }

  deinit {
    body.pointee.table.deallocate()
    body.deinitialize(count: 1)
    body.deallocate()
  }

  package var isOpen: Bool { body.pointee.isOpen }

  /// Logs one point; false if it has to go the long way.
  @inline(__always)
  package func log(
    _ key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64
  ) -> Bool {
    let body = body
    guard body.pointee.isOpen, let series = body.pointee.table.find(key),
      series.pointee.isCurrent, Clock.coarse() < body.pointee.until, let loan = body.pointee.loan,
      loan.room >= key.count &+ HotSeries.overhead
    else { return false }
    let step = step == HotLane.nextStep ? series.pointee.nextStep : step
    let (count, time): (Int, Double)
    if case .double(let double) = value, key.count <= PointTemplates.longestKey {
      // The clock takes as long as the stores before it, which the sum has to wait for.
      count = series.pointee.templates.put(key, double, step: step, at: loan.end)
      time = Clock.now()
      series.pointee.templates.seal(loan.end, count: count, time: time)
    } else {
      time = Clock.now()
      count = HotLane.encode(key, value, step: step, time: time, to: loan)
    }
    body.pointee.loan?.publishFrame(count)
    series.pointee.add(value, step: step, time: time)
    return true
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

  /// Logs doubles of several metrics as one event; false if they have to go the long way.
  package func log(
    count: Int, _ key: (Int) -> UnsafeRawBufferPointer, _ value: (Int) -> Double, step: Int64
  ) -> Bool {
    let body = body
    guard body.pointee.isOpen, count > 0, count <= 256, Clock.coarse() < body.pointee.until,
      let loan = body.pointee.loan
    else { return false }
    return withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<HotSeries>.self, capacity: count
    ) { found in
      var (room, next) = (HotSeries.overhead, Int64.min)
      for index in 0..<count {
        let key = key(index)
        guard let series = body.pointee.table.find(key), series.pointee.isCurrent else {
          return false
        }
        found.initializeElement(at: index, to: series)
        room &+= key.count &+ HotSeries.overhead
        next = max(next, series.pointee.nextStep)
      }
      guard loan.room >= room else { return false }
      let step = step == HotLane.nextStep ? next : step
      let time = Clock.now()
      var frame = ProtobufWriter(borrowing: loan.end, capacity: loan.room)
      let event = EventCodec.beginPoints(step: step, time: time, to: &frame)
      for index in 0..<count {
        let value = MetricValue.double(value(index))
        EventCodec.appendPoint(key: found[index].pointee.key, tag: .key, value, to: &frame)
      }
      EventCodec.endPoints(event, to: &frame)
      body.pointee.loan?.publishFrame(frame.count)
      for index in 0..<count {
        found[index].pointee.add(.double(value(index)), step: step, time: time)
      }
      return true
    }
  }

  /// Opens the lane for a writer in a hot loop, if it is in one.
  ///
  /// - Parameter limit: When, on the coarse clock, a call has something else to do than to append.
  package func open(for writer: EventWriter, before limit: Double = .infinity) {
    guard !body.pointee.isOpen, let (loan, until) = writer.lendPending() else { return }
    if self.writer !== writer {
      forgetSeries()
      self.writer = writer
    }
    body.pointee.loan = loan
    body.pointee.until = min(until, limit)
    body.pointee.isOpen = true
  }

  /// Lets a metric into the lane, as the log knows it.
  package func admit(_ summary: MetricSummary, place: Int, nextStep: Int64) {
    guard body.pointee.isOpen else { return }
    summary.key.bytes.withUnsafeBytes { key in
      guard case .key = PointTag(key) else { return }
      if let series = body.pointee.table.find(key) {
        (series.pointee.place, series.pointee.summary) = (place, summary)
        (series.pointee.nextStep, series.pointee.isCurrent) = (nextStep, true)
      } else {
        _ = body.pointee.table.add(key, place: place, summary, nextStep: nextStep)
      }
    }
  }

  /// Closes the lane: the writer has its buffer back, and the news of each metric is handed over.
  package func close(_ news: (_ summary: MetricSummary, _ place: Int, _ nextStep: Int64) -> Void) {
    guard body.pointee.isOpen else { return }
    body.pointee.isOpen = false
    if let loan = body.pointee.loan { writer?.takeBack(loan) }
    body.pointee.loan = nil
    for number in 0..<body.pointee.table.count where body.pointee.table.series[number].isDirty {
      body.pointee.table.series[number].isDirty = false
      let series = body.pointee.table.series[number]
      news(series.summary, series.place, series.nextStep)
    }
  }

  /// What is known of these metrics is outdated: they went another way.
  package func forget(_ keys: [Key]) {
    for key in keys {
      key.bytes.withUnsafeBytes { body.pointee.table.find($0)?.pointee.isCurrent = false }
    }
  }

  /// What is known of the metrics may be outdated: each is asked for anew.
  package func forgetSeries() {
    for number in 0..<body.pointee.table.count {
      body.pointee.table.series[number].isCurrent = false
    }
  }

  /// In a forked child: everything is the parent's, and left as it is. A thread that is not here may
  /// have been in the middle of changing it.
  package func abandon() {
    if let writer { _ = Unmanaged.passRetained(writer) }
    writer = nil
    body.initialize(to: Body())
  }
}

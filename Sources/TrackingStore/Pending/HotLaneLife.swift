package import TrackingEntities

/// What changes in a lane.
struct HotLaneBody {
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

/// Who is in the lane, and since when.
extension HotLane {
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
    (body.pointee.until, body.pointee.unasked) = (min(until, limit), 0)
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
    body.initialize(to: HotLaneBody())
  }
}

import EnvironmentCapture
import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

extension WriterSession {
  mutating func log(_ key: Key, _ value: MetricValue, step: Int64?) -> Acknowledgement {
    append(.points) { (session, writer) in
      let step = AutomaticStep.given(step) ?? session.nextSteps[key] ?? 0
      let time = Clock.now()
      session.advance(key, past: step)
      let outcome = key.bytes.withUnsafeBytes {
        writer.append(key: $0, value, step: step, time: time)
      }
      if outcome.isKept {
        session.log.add(Point(key: key, value: value, step: step, time: time))
      }
      return outcome
    }
  }

  mutating func log(_ values: [(Key, MetricValue)], step: Int64?) -> Acknowledgement {
    append(.points) { (session, writer) in
      let step =
        AutomaticStep.given(step) ?? values.map { session.nextSteps[$0.0] ?? 0 }.max() ?? 0
      let time = Clock.now()
      let points = values.map { Point(key: $0.0, value: $0.1, step: step, time: time) }
      let outcome = writer.append(points)
      for point in points {
        session.advance(point.key, past: step)
        if outcome.isKept { session.log.add(point) }
      }
      return outcome
    }
  }

  mutating func logSeries(
    _ key: Key, _ values: UnsafeBufferPointer<Double>, steps: UnsafePointer<Int64>?,
    times: UnsafePointer<Double>?
  ) -> Acknowledgement {
    append(.points) { (session, writer) in
      let next = session.nextSteps[key] ?? 0
      let given = UnsafeBufferPointer(start: steps, count: steps == nil ? 0 : values.count)
      if let resolved = AutomaticStep.resolved(given, next: next) {
        return resolved.withUnsafeBufferPointer {
          session.logSeries(
            key,
            PointColumns(
              values: values, steps: $0.baseAddress, times: times, firstStep: next,
              now: Clock.now()), to: writer)
        }
      }
      return session.logSeries(
        key,
        PointColumns(
          values: values, steps: steps, times: times, firstStep: next, now: Clock.now()),
        to: writer)
    }
  }

  private mutating func logSeries(
    _ key: Key, _ columns: PointColumns, to writer: EventWriter
  ) -> EventWriter.Outcome {
    var outcome = EventWriter.Outcome.stored
    var place = 0
    while place < columns.count {
      let part = columns.part(place..<min(place + Self.seriesPiece, columns.count))
      let piece = key.bytes.withUnsafeBytes { writer.append(key: $0, part) }
      if piece.isKept { log.add(part, of: key) }
      outcome = outcome.or(piece)
      place += part.count
    }
    if let highest = columns.highestStep { advance(key, past: highest) }
    return outcome
  }

  private static var seriesPiece: Int { 4096 }

  /// - Parameter time: When it happened, in seconds since 1970; nil is now.
  mutating func record(_ records: [Record], at time: Double? = nil) -> Acknowledgement {
    append(.records) { (session, writer) throws(TrackingError) in
      var outcome = EventWriter.Outcome.stored
      if session.mayBeBehind {
        session.lamport = max(session.lamport, try session.highestLamport())
        session.mayBeBehind = false
      }
      for record in records {
        session.lamport &+= 1
        let stamped = StampedRecord(
          session.withoutCredentials(record), time: time ?? Clock.now(), lamport: session.lamport)
        let kept = try writer.append(stamped)
        if kept.isKept {
          session.log.add(stamped)
          if case .artifact(let artifact) = record { session.artifacts?.apply(artifact) }
          session.settings.note(record)
        }
        outcome = outcome.or(kept)
      }
      return outcome
    }
  }

  private mutating func advance(_ key: Key, past step: Int64) {
    let next = AutomaticStep.after(step)
    if next > nextSteps[key] ?? .min { nextSteps[key] = next }
  }

  /// Appends through the right writer and does what is due by now: the promised sync, fresh views.
  mutating func append(
    _ purpose: Purpose,
    _ body: (inout WriterSession, EventWriter) throws(TrackingError) -> EventWriter.Outcome
  ) -> Acknowledgement {
    let writer: EventWriter
    let outcome: EventWriter.Outcome
    revision &+= 1
    do throws(TrackingError) {
      writer = try self.writer(for: purpose)
      isDirty = true
      outcome = try body(&self, writer)
    } catch {
      lost &+= 1
      return .dropped(error)
    }
    let broken = keepPromises(writer)
    takeSample()
    if lossAtEnd > 0 { countLossAtEnd() }
    restIfOver()
    if let broken { return .deferred(broken) }
    switch outcome {
    case .stored: return .stored
    case .deferred: return .deferred(reason(writer))
    case .dropped, .forked, .closed: return .dropped(reason(writer))
    }
  }

  /// What is over, or was loaded to add a note, keeps no file open from one call to the next.
  func restIfOver() {
    guard header?.role == .editor || (ended && closing == nil), let writer, writer.deferred == 0
    else { return }
    writer.close()
    place.rest()
  }

  /// Logs how busy the machine is, where that was asked for and is due.
  mutating func takeSample(atEnd: Bool = false) {
    guard var sampler, !ended, header?.role != .editor else { return }
    let now = Clock.coarse()
    guard atEnd ? sampler.hasNoSample : sampler.isDue(at: now) else { return }
    // Logging the samples does not take the next ones.
    self.sampler = nil
    _ = log(sampler.sample(at: now), step: nil)
    self.sampler = sampler
  }

  func reason(_ writer: EventWriter) -> TrackingError {
    writer.lastError
      ?? TrackingError(.storage, "'\(place.path)/\(file)' cannot be written any more")
  }

  /// What keeps a call from being on the disk that was promised to be.
  private mutating func keepPromises(_ writer: EventWriter) -> TrackingError? {
    let now = Clock.coarse()
    var broken: TrackingError?
    do throws(TrackingError) {
      switch sync {
      case .atClose: break
      case .always:
        try writer.sync()
        itemsSynced = log.items
      case .every(let seconds):
        if now - synced >= seconds {
          synced = now
          try writer.sync()
          itemsSynced = log.items
        }
      }
    } catch {
      broken = error
    }
    if isRefreshDue(now) { try? refresh() }
    return broken
  }

  /// A file that was saved is soon in the views too: at once, unless they take so long to write
  /// that a loop which saves many would do little else.
  mutating func refreshForArtifact() {
    guard artifactsWaiting, header?.role != .attached, closing == nil else { return }
    if pace.isDueForArtifact(at: Clock.coarse()) { try? refresh() }
  }

  private mutating func isRefreshDue(_ now: Double) -> Bool {
    if header?.role == .attached || closing != nil { return false }
    return pace.isDue(at: now, isUnderWay: isUnderWay)
  }
}

extension EventWriter.Outcome {
  /// Whether all of it is in the file, or will be.
  var isKept: Bool {
    switch self {
    case .stored, .deferred: true
    case .dropped, .forked, .closed: false
    }
  }

  /// The worse of two outcomes.
  fileprivate func or(_ later: EventWriter.Outcome) -> EventWriter.Outcome {
    if case .stored = self { return later }
    if case .stored = later { return self }
    if case .deferred = self { return later }
    return self
  }
}

/// Points in a hot loop, which pass the session by.
extension WriterSession {
  /// Takes back what the fast path did.
  mutating func close(_ fastPath: FastPath) {
    fastPath.close { summary, place, nextStep in
      log.replace(summary, at: place)
      nextSteps[summary.key] = nextStep
      isDirty = true
    }
    revision &+= 1
  }

  /// Opens the fast path if a hot loop is on, and lets these metrics in, which took the general
  /// path just now.
  func open(_ fastPath: FastPath, for keys: [Key]) {
    guard let writer, !ended else { return fastPath.forget(keys) }
    fastPath.open(for: writer, before: nextSync)
    guard fastPath.isOpen else { return fastPath.forget(keys) }
    for key in keys where valueTags?.taken.contains(key) != true {
      if let (place, summary) = log.find(key) {
        fastPath.admit(summary, place: place, nextStep: nextSteps[key] ?? 0)
      }
    }
  }

  /// When a call has to force the bytes to the disk, on the coarse clock.
  private var nextSync: Double {
    if case .every(let seconds) = sync { synced + seconds } else { .infinity }
  }

  /// How points get to the disk at the moment; nil while nothing is written.
  var writing: String? {
    guard let writer, writer.isOpen else { return nil }
    return writer.isBuffered ? "buffered" : "direct"
  }

  /// How points get to the disk: what was asked for, else what the environment says.
  var batching: WriteMode {
    if sync == .always { return .direct }
    if let writes { return writes }
    return ProcessContext.variable("SPECWEAVE_WRITES").flatMap(WriteMode.init(rawValue:))
      ?? .automatic
  }
}

package import TrackingEntities
package import TrackingStore

extension WriterSession {
  mutating func log(_ key: Key, _ value: MetricValue, step: Int64?) -> Acknowledgement {
    append(.points) { (session, writer) in
      let step = step ?? session.nextSteps[key] ?? 0
      let time = Clock.now()
      session.advance(key, past: step)
      session.log.add(Point(key: key, value: value, step: step, time: time))
      return writer.append(key, value, step: step, time: time)
    }
  }

  mutating func log(_ values: [(Key, MetricValue)], step: Int64?) -> Acknowledgement {
    append(.points) { (session, writer) in
      let step = step ?? values.map { session.nextSteps[$0.0] ?? 0 }.max() ?? 0
      let time = Clock.now()
      for (key, value) in values {
        session.advance(key, past: step)
        session.log.add(Point(key: key, value: value, step: step, time: time))
      }
      return writer.append(values, step: step, time: time)
    }
  }

  mutating func logSeries(
    _ key: Key, count: Int, value: (Int) -> Double, step: ((Int) -> Int64)?,
    time: ((Int) -> Double)?
  ) -> Acknowledgement {
    append(.points) { (session, writer) in
      var next = session.nextSteps[key] ?? 0
      let now = Clock.now()
      var outcome = EventWriter.Outcome.stored
      for index in 0..<count {
        let step = step?(index) ?? next
        next = step == .max ? step : max(next, step + 1)
        var moment = time?(index) ?? now
        if !moment.isFinite { moment = now }
        let value = MetricValue.double(value(index))
        session.log.add(Point(key: key, value: value, step: step, time: moment))
        outcome = writer.append(key, value, step: step, time: moment)
      }
      session.nextSteps[key] = next
      return outcome
    }
  }

  mutating func record(_ records: [Record]) -> Acknowledgement {
    let acknowledgement = append(.records) { (session, writer) in
      var outcome = EventWriter.Outcome.stored
      for record in records {
        session.lamport &+= 1
        let stamped = StampedRecord(record, time: Clock.now(), lamport: session.lamport)
        session.log.add(stamped)
        outcome = writer.append(stamped)
      }
      return outcome
    }
    // Records are rare and what people look for in the files afterwards.
    if ended || standing == .loaded { try? refresh(durable: false) }
    return acknowledgement
  }

  private mutating func advance(_ key: Key, past step: Int64) {
    let next = step == .max ? step : step + 1
    if next > nextSteps[key] ?? .min { nextSteps[key] = next }
  }

  /// Appends through the right writer and does what is due by now: the promised sync, fresh views.
  private mutating func append(
    _ purpose: Purpose, _ body: (inout WriterSession, EventWriter) -> EventWriter.Outcome
  ) -> Acknowledgement {
    let writer: EventWriter
    do {
      writer = try self.writer(for: purpose)
    } catch {
      lost &+= 1
      return .dropped(error)
    }
    isDirty = true
    let outcome = body(&self, writer)
    keepPromises(writer)
    let reason = { writer.lastError ?? TrackingError(.storage, "cannot write '\(self.file)'") }
    return switch outcome {
    case .stored: .stored
    case .deferred: .deferred(reason())
    case .dropped: .dropped(reason())
    }
  }

  private mutating func keepPromises(_ writer: EventWriter) {
    let now = Clock.coarse()
    switch sync {
    case .atClose: break
    case .always: try? writer.sync()
    case .every(let seconds):
      if now - synced >= seconds {
        try? writer.sync()
        synced = now
      }
    }
    if now - refreshed >= max(1, 100 * refreshCost), !ended { try? refresh(durable: false) }
  }
}

internal import TrackingEntities

/// Points and records become frames in the buffer, and the buffer goes to the file.
extension EventWriterState {
  private static let piece = 1 << 20

  mutating func append(
    key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64, time: Double
  ) -> EventWriter.Outcome {
    guard accepts(key) else { return drop(1) }
    let mark = buffer.count
    let event = EventCodec.beginPoints(step: step, time: time, to: &buffer)
    EventCodec.appendPoint(key: key, tag: PointTag(key), value, to: &buffer)
    EventCodec.endPoints(event, to: &buffer)
    return store(from: mark, items: 1)
  }

  mutating func append(_ points: [Point]) -> EventWriter.Outcome {
    let mark = buffer.count
    var refused: UInt64 = 0
    var place = points.startIndex
    while place < points.endIndex {
      let first = points[place]
      let event = EventCodec.beginPoints(step: first.step, time: first.time, to: &buffer)
      repeat {
        let point = points[place]
        point.key.bytes.withUnsafeBytes { key in
          if accepts(key) {
            EventCodec.appendPoint(key: key, tag: PointTag(key), point.value, to: &buffer)
          } else {
            refused += 1
          }
        }
        place += 1
      } while place < points.endIndex && points[place].isBeside(first)
        && buffer.count - event.frame < EventWriterState.piece
      EventCodec.endPoints(event, to: &buffer)
    }
    let outcome = store(from: mark, items: UInt64(points.count) - refused)
    return refused > 0 ? drop(refused) : outcome
  }

  mutating func append(
    key: UnsafeRawBufferPointer, _ columns: PointColumns
  ) -> EventWriter.Outcome {
    let count = columns.count
    guard accepts(key) else { return drop(UInt64(count)) }
    let tag = PointTag(key)
    var templates = PointTemplates()
    defer { templates.deallocate() }
    var outcome = EventWriter.Outcome.stored
    var place = 0
    while place < count {
      let (mark, first) = (buffer.count, place)
      while place < count, buffer.count - mark < EventWriterState.piece {
        if case .key = tag, key.count <= PointTemplates.longestKey {
          buffer.append(atMost: PointTemplates.size) {
            templates.put(
              key, columns.values[place], step: columns.step(place), time: columns.time(place),
              at: $0)
          }
        } else {
          let event = EventCodec.beginPoints(
            step: columns.step(place), time: columns.time(place), to: &buffer)
          EventCodec.appendPoint(key: key, tag: tag, .double(columns.values[place]), to: &buffer)
          EventCodec.endPoints(event, to: &buffer)
        }
        place += 1
      }
      outcome = store(from: mark, items: UInt64(place - first))
      if case .dropped = outcome { return drop(UInt64(count - place)) }
    }
    return outcome
  }

  mutating func append(_ record: StampedRecord) throws(TrackingError) -> EventWriter.Outcome {
    let mark = buffer.count
    try EventCodec.append(record, to: &buffer)
    // Records are rare, and what other programs look for first.
    return store(from: mark, items: 1, collecting: false)
  }

  private func accepts(_ key: UnsafeRawBufferPointer) -> Bool {
    key.count <= EventFormat.longestKey
  }

  private mutating func drop(_ items: UInt64) -> EventWriter.Outcome {
    dropped &+= items
    return .dropped
  }

  /// Sends the buffer to the file. What came last, from `mark` on, is given up if the disk refuses and
  /// too much waits already.
  @inline(__always)
  private mutating func store(
    from mark: Int, items: UInt64, collecting: Bool = true
  ) -> EventWriter.Outcome {
    if isGone {
      buffer.truncate(to: mark)
      return drop(items)
    }
    if collecting, mark == 0, collect() { return .stored }
    let began = pace.choice == .automatic ? Clock.steady() : 0
    let stored = drain()
    if pace.choice == .automatic { pace.add(Clock.steady() - began) }
    return stored ? .stored : keep(from: mark, items: items)
  }

  private mutating func keep(from mark: Int, items: UInt64) -> EventWriter.Outcome {
    if isGone {
      // The rest of the buffer waited for the folder too.
      dropped &+= deferred
      buffer.truncate(to: 0)
      done = 0
      return .dropped
    }
    let moved = settle()
    guard buffer.count - done > EventWriter.patience else { return .deferred }
    let cut = max(mark - moved, EventWriterState.frameEnd(in: buffer.bytes, covering: done))
    let lost = EventWriterState.items(in: UnsafeRawBufferPointer(rebasing: buffer.bytes[cut...]))
    buffer.truncate(to: cut)
    dropped &+= lost
    return lost > 0 ? .dropped : .deferred
  }
}

extension Point {
  /// Whether both belong to one moment and can share an event.
  fileprivate func isBeside(_ other: Point) -> Bool {
    step == other.step && time.bitPattern == other.time.bitPattern
  }
}

package import TrackingEntities

/// All points of one metric in one file, in the order written, as columns.
package struct MetricColumns: Sendable, Equatable {
  package private(set) var steps: [Int64] = []
  package private(set) var values: [Double] = []
  package private(set) var times: [Double] = []
  /// The points that are not doubles, with their places; `values` has them as doubles too.
  package private(set) var typed: [Typed] = []
  /// What could not be read.
  package var damages: [TFRecordDamage] = []

  /// An integer or a boolean among the points.
  package struct Typed: Sendable, Equatable {
    package let place: Int
    package let value: MetricValue
  }

  package init() {}

  package var count: Int { values.count }

  /// The points one by one, with their types.
  package func points(of key: Key) -> [Point] {
    var points: [Point] = []
    points.reserveCapacity(count)
    var types = typed.makeIterator()
    var next = types.next()
    for place in values.indices {
      var value = MetricValue.double(values[place])
      if let typed = next, typed.place == place {
        value = typed.value
        next = types.next()
      }
      points.append(Point(key: key, value: value, step: steps[place], time: times[place]))
    }
    return points
  }

  /// Adds what a later file says.
  package mutating func append(_ later: MetricColumns) {
    let offset = count
    steps += later.steps
    values += later.values
    times += later.times
    typed += later.typed.map { Typed(place: $0.place + offset, value: $0.value) }
    damages += later.damages
  }

  /// Takes address space for as many points as the file may hold: memory that is not written to costs
  /// nothing, and growing step by step would copy everything several times.
  fileprivate mutating func reserve(_ most: UInt64) {
    let count = Int(clamping: most)
    steps.reserveCapacity(count)
    times.reserveCapacity(count)
    values.reserveCapacity(count)
  }

  @inline(__always)
  fileprivate mutating func append(_ value: MetricValue, step: Int64, time: Double) {
    steps.append(step)
    times.append(time)
    values.append(value.double)
    if case .double = value { return }
    typed.append(Typed(place: values.count - 1, value: value))
  }
}

/// Reads the points of one metric and passes over everything else.
package enum HistoryReader {
  /// The columns of `key` in one event file. Throws as `SessionLogReader`.
  package static func read(
    directory: Directory, file: String, key: Key
  ) throws(TrackingError) -> MetricColumns {
    var columns = MetricColumns()
    var seenHeader = false
    var frames = try TFRecordReader(directory: directory, file: file)
    let wanted = key.bytes.span
    while let payload = try frames.next() {
      guard let event = EventPayload(payload) else {
        frames.rejectLast()
        continue
      }
      let sound = event.forEachPoint {
        if $0.hasKey(wanted), !$0.dependsOnEarlier || columns.count > 0 {
          if columns.count == 0 {
            columns.reserve(frames.size / UInt64(payload.count + TFRecordFrame.overhead))
          }
          columns.append($0.value, step: event.step, time: event.time)
        }
      }
      if !sound { frames.rejectLast() }
      if !seenHeader, let record = event.record,
        case .record(.header(let header), _) = RecordCodec.decode(record)
      {
        seenHeader = true
        try SessionLogReader.refuseNewer(header, file: Directory.join(directory.path, file))
      }
    }
    columns.damages = frames.damages
    return columns
  }
}

package import FileSystem
package import TrackingEntities

/// Reads the points of one metric in one event file, in pieces, and passes over everything else.
package struct HistoryReader: ~Copyable {
  private var frames: TFRecordReader
  private let path: String
  private let wanted: [UInt8]
  private let writer: UInt32
  private var seenHeader = false
  private var hasPoints = false

  /// Opens an event file. Throws as `SessionLogReader`.
  ///
  /// - Parameters:
  ///   - writer: What stands for the file in the column of writers.
  ///   - place: Where an earlier reader had come to.
  package init(
    directory: Directory, file: String, key: Key, writer: UInt32 = 0, from place: Place = Place()
  ) throws(TrackingError) {
    frames = try TFRecordReader(directory: directory, file: file, from: place.offset)
    hasPoints = place.hasPoints
    seenHeader = place.offset > 0
    path = Directory.join(directory.path, file)
    wanted = key.bytes
    self.writer = writer
  }

  /// How far a reader has come, for one that reads on later.
  package struct Place: Sendable {
    fileprivate(set) package var offset: UInt64 = 0
    fileprivate var hasPoints = false

    package init() {}
  }

  /// How far this one has come.
  package var place: Place {
    var place = Place()
    (place.offset, place.hasPoints) = (frames.validLength, hasPoints)
    return place
  }

  /// The file's size, as far as it is read.
  package var size: UInt64 { frames.size }

  /// All points of `key` in one event file.
  package static func read(
    directory: Directory, file: String, key: Key
  ) throws(TrackingError) -> PointTable {
    var reader = try HistoryReader(directory: directory, file: file, key: key)
    let table = PointTable()
    try reader.read(into: table, most: .max)
    return table
  }

  /// Reads on until the table has `most` points or the file ends. There are more only where
  /// another program put several points of the metric into one event, which is not torn apart.
  package mutating func read(into table: PointTable, most: Int) throws(TrackingError) {
    defer {
      table.damages += frames.damages
      frames.forgetDamages()
    }
    try table.fill { (rows) throws(TrackingError) in try read(into: &rows, most: most) }
  }

  private mutating func read(into rows: inout PointRows, most: Int) throws(TrackingError) {
    var hasMemory = true
    while rows.count < most, hasMemory, let payload = try frames.next() {
      guard let event = EventPayload(payload) else {
        frames.rejectLast()
        continue
      }
      let sound = event.forEachPoint {
        guard $0.hasKey(wanted.span), !$0.dependsOnEarlier || hasPoints else { return }
        if rows.isFull { hasMemory = makeRoom(in: &rows, frame: payload.count, most) }
        if hasMemory {
          hasMemory = rows.append($0.value, step: event.step, time: event.time, writer: writer)
        }
        hasPoints = true
      }
      if !sound { frames.rejectLast() }
      if !seenHeader, let record = event.record { try readHeader(record) }
    }
    if !hasMemory {
      throw TrackingError(
        .internalError,
        "not enough memory for more than \(rows.count) points of '\(path)'; read them in pieces")
    }
  }

  /// Room for as many points as the rest of the file may hold, if all its frames are like this one.
  @inline(never)
  private func makeRoom(in rows: inout PointRows, frame length: Int, _ most: Int) -> Bool {
    let rest = Int(clamping: frames.rest / UInt64(length + TFRecordFrame.overhead)) + 1
    let wanted = min(most, rows.count.addingReportingOverflow(rest).partialValue)
    return rows.reserve(max(wanted, rows.count + rows.count / 2 + 16))
  }

  private mutating func readHeader(_ record: UnsafeRawBufferPointer) throws(TrackingError) {
    guard case .record(.header(let header), _) = RecordCodec.decode(record) else { return }
    seenHeader = true
    try SessionLogReader.refuseNewer(header, file: path)
  }
}

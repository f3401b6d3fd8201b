package import FileSystem
package import TrackingEntities

/// Reads event files. The memory needed does not grow with the number of points.
package enum SessionLogReader {
  /// Reads one event file; `file` may lie in a folder below `directory`.
  ///
  /// Damage is reported in the result. Throws where the file cannot be opened or read, is not a
  /// regular file, or was written for newer readers than this library.
  ///
  /// - Parameter mayBePending: Whether to look for what the file does not hold yet.
  package static func read(
    directory: Directory, file: String, mayBePending: Bool = true
  ) throws(TrackingError) -> SessionLog {
    var contents = SessionLogContents(file: file)
    var frames = try TFRecordReader(
      directory: directory, file: file, mayBePending: mayBePending)
    try contents.read(&frames, in: directory) { _, _ in }
    return contents.log
  }

  /// As `read`, but only who writes the file and since when.
  package static func readHeader(
    directory: Directory, file: String
  ) throws(TrackingError) -> SessionLog {
    var log = SessionLog(file: file)
    var assembly = RecordAssembly()
    var frames = try TFRecordReader(directory: directory, file: file, piece: 1 << 14)
    var isFirst = true
    while log.header == nil, let payload = try frames.next() {
      guard let event = EventPayload(payload) else { continue }
      if let record = event.record { _ = log.add(record, at: event.time, &assembly) }
      if isFirst { log.started = event.time }
      isFirst = false
    }
    (log.size, log.damages) = (frames.size, frames.damages)
    try refuseNewer(log.header, file: Directory.join(directory.path, file))
    return log
  }

  /// Whether a file was written for newer readers than this library.
  package static func isNewer(directory: Directory, file: String) throws(TrackingError) -> Bool {
    var log = SessionLog(file: file)
    var assembly = RecordAssembly()
    var frames = try TFRecordReader(
      directory: directory, file: file, piece: 1 << 14, mayBePending: false)
    while log.header == nil, let payload = try frames.next() {
      guard let record = EventPayload(payload)?.record else { continue }
      _ = log.add(record, at: 0, &assembly)
    }
    return log.header.map { $0.minimumReader > EventFormat.reader } ?? false
  }

  /// Throws for a file that this library would misread.
  static func refuseNewer(_ header: SessionHeader?, file: String) throws(TrackingError) {
    guard let header, header.minimumReader > EventFormat.reader else { return }
    throw TrackingError(
      .format,
      "'\(file)' was written by a newer version of specweave-ml (it needs reader "
        + "\(header.minimumReader), this is \(EventFormat.reader)); update specweave-ml to read it")
  }
}

/// What was read of an event file so far.
struct SessionLogContents: Sendable {
  private(set) var log: SessionLog
  private var metrics = MetricSummaries()
  private var assembly = RecordAssembly()
  private var isFirst = true

  init(file: String) { log = SessionLog(file: file) }

  /// Reads to the end of the file.
  ///
  /// - Parameter visit: Gets the value of every point with the place of its metric.
  @inline(__always)
  mutating func read(
    _ frames: inout TFRecordReader, in directory: Directory, _ visit: (Int, Double) -> Void
  ) throws(TrackingError) {
    // What was found damaged behind the last whole frame is looked at again.
    let known = log.damages.filter { $0.reason == nil && $0.offset < log.validLength }
    while let payload = try frames.next() {
      guard let event = EventPayload(payload) else {
        frames.rejectLast()
        continue
      }
      var sound = event.forEachPoint {
        if let place = metrics.add($0, step: event.step, time: event.time) {
          visit(place, $0.value.double)
        }
      }
      if let record = event.record {
        sound = log.add(record, at: event.time, &assembly) && sound
        try SessionLogReader.refuseNewer(
          log.header, file: Directory.join(directory.path, log.file))
      }
      if !sound { frames.rejectLast() }
      if isFirst { log.started = event.time }
      isFirst = false
      log.lastWrite = event.time
      log.latest = max(log.latest, event.time)
    }
    log.metrics = metrics.inOrder
    log.damages = known + frames.damages
    log.validLength = frames.validLength
    log.size = frames.size
  }
}

extension SessionLog {
  /// Adds a record message or a piece of one; false if it makes no sense.
  fileprivate mutating func add(
    _ message: UnsafeRawBufferPointer, at time: Double, _ assembly: inout RecordAssembly
  ) -> Bool {
    switch RecordCodec.decode(message) {
    case .record(let record, let lamport):
      highestLamport = max(highestLamport, lamport)
      if case .header(let found) = record, header == nil {
        header = found
        headerLamport = lamport
      } else {
        records.append(StampedRecord(record, time: time, lamport: lamport))
      }
      return true
    case .chunk(let chunk):
      guard let whole = assembly.add(chunk) else { return true }
      // A record within a record does not nest further: pieces hold no pieces.
      guard case .record(let record, let lamport) = whole.withUnsafeBytes(RecordCodec.decode) else {
        return false
      }
      highestLamport = max(highestLamport, lamport)
      records.append(StampedRecord(record, time: time, lamport: lamport))
      return true
    case .unknown(let lamport):
      highestLamport = max(highestLamport, lamport)
      return true
    case nil:
      return false
    }
  }
}

import CPlatform
package import FileSystem
import Glibc
import Synchronization
package import TrackingEntities

/// Appends to one event file; the one way by which an experiment gets onto the disk.
///
/// When a call answers `stored`, the kernel has the bytes and the death of the process loses
/// nothing. A file is at every moment a prefix of its final content: a write cut short is completed
/// later by the same bytes at the same place. Nothing here throws or waits because a disk is full.
package final class EventWriter: @unchecked Sendable {
  /// What became of the points or the record of a call.
  package enum Outcome: Sendable {
    /// In the file.
    case stored
    /// In memory; later calls store it as soon as the disk lets them.
    case deferred
    /// Some or all of it is lost and counted.
    case dropped
    /// Nothing happened: this process is a fork of the one that opened the file.
    case forked
    /// Nothing happened: the writer is closed.
    case closed
  }

  /// How much may wait in memory for a disk that refuses.
  package static let patience = 16 << 20

  package let header: SessionHeader
  private let generation = platform_generation()
  private let abandoned = Atomic<Bool>(false)
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  /// Held over a sync, during which others continue logging.
  let syncLock: UnsafeMutablePointer<pthread_mutex_t>
  private var state: EventWriterState

  /// Creates `events.out.tfevents.…` in a folder, with its first event, and locks it.
  ///
  /// - Parameter time: When it begins, in seconds since 1970.
  package static func create(
    in directory: Directory, header: SessionHeader, lamport: UInt64 = 0,
    writes: WriteMode = .direct, at time: Double = Clock.now()
  ) throws(TrackingError) -> EventWriter {
    try EventWriter(directory, .stamped, header, lamport, writes, time)
  }

  /// Creates a file of a given name that TensorBoard does not see, as `edits/<id>.tfrecord`.
  package static func create(
    in directory: Directory, file: String, header: SessionHeader, lamport: UInt64 = 0,
    at time: Double = Clock.now()
  ) throws(TrackingError) -> EventWriter {
    try EventWriter(directory, .fixed(file), header, lamport, .direct, time)
  }

  private init(
    _ directory: Directory, _ naming: EventFileName, _ header: SessionHeader, _ lamport: UInt64,
    _ writes: WriteMode, _ time: Double
  ) throws(TrackingError) {
    let file = try EventFile.create(
      in: directory, naming: naming, header: header, lamport: lamport, time: time)
    state = EventWriterState(directory, naming, header, file, writes)
    self.header = header
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    syncLock = .allocate(capacity: 1)
    pthread_mutex_init(syncLock, nil)
  }

  deinit {
    if isForked {
      abandonAfterFork()
    } else {
      _ = state.close()
      pthread_mutex_destroy(mutex)
      pthread_mutex_destroy(syncLock)
    }
    mutex.deallocate()
    syncLock.deallocate()
  }

  /// Whether this process is a fork of the one that opened the file. Costs one load.
  package var isForked: Bool { platform_generation() != generation }

  /// Closes the inherited descriptor in a forked child. The owner's lock stays with the owner; the
  /// mutex, which a thread that is not here may hold, is not touched.
  package func abandonAfterFork() {
    guard isForked, !abandoned.exchange(true, ordering: .relaxed) else { return }
    state.abandon()
  }

  @inline(__always)
  func locked<Result>(_ work: (inout EventWriterState) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return work(&state)
  }

  @inline(__always)
  private func append(_ work: (inout EventWriterState) -> Outcome) -> Outcome {
    isForked ? .forked : locked { $0.isOpen ? work(&$0) : .closed }
  }

  /// What can be asked in any process; a fork gets the answer of an empty writer.
  func ask<Result>(_ empty: Result, _ question: (borrowing EventWriterState) -> Result)
    -> Result
  {
    isForked ? empty : locked { question($0) }
  }
}

/// Logging.
extension EventWriter {
  /// Appends one point without allocating.
  package func append(
    key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64, time: Double
  ) -> Outcome {
    append { $0.append(key: key, value, step: step, time: time) }
  }

  /// Appends points; neighbours of the same step and time share an event.
  package func append(_ points: [Point]) -> Outcome {
    append { $0.append(points) }
  }

  /// Appends a series of doubles of one metric.
  package func append(key: UnsafeRawBufferPointer, _ columns: PointColumns) -> Outcome {
    append { $0.append(key: key, columns) }
  }

  /// Appends a value that is not a number.
  ///
  /// - Parameter tag: What TensorBoard calls it, where that is not the key.
  package func append(
    _ value: EventValue, tag: String? = nil, step: Int64, time: Double
  ) -> Outcome {
    append { $0.append(value, tag: tag, step: step, time: time) }
  }

  /// Sets what TensorBoard calls a metric, if there will be one of this key.
  package func callMetric(_ key: Key, _ tag: String) {
    guard !isForked else { return }
    locked { $0.metricTags[key] = tag }
  }

  /// Appends a record. Throws only for a value that is nested too deep.
  package func append(_ record: StampedRecord) throws(TrackingError) -> Outcome {
    var problem: TrackingError?
    let outcome = append { state in
      do throws(TrackingError) {
        return try state.append(record)
      } catch {
        problem = error
        return .dropped
      }
    }
    if let problem { throw problem }
    return outcome
  }
}

/// A writer's file and what waits for it. Not thread-safe: `EventWriter` holds its lock.
struct EventWriterState: ~Copyable {
  private let place: RestingDirectory
  /// The folder, which is held open as long as the file is.
  private var held: Directory?
  let naming: EventFileName
  let header: SessionHeader
  /// -1 while closed.
  var descriptor: Int32
  var name: String
  var holdsLock: Bool
  /// Which file it was, to know it again.
  var inode: UInt64
  /// Frames that are not in the file yet, whole ones: the buffer begins where a frame begins.
  var buffer = ProtobufWriter(capacity: 4096)
  /// Where the buffer begins in the file, after what is pending.
  var offset: Int64
  /// The shared memory between the file and the buffer, once a hot loop has asked for it.
  var pending: PendingBuffer?
  /// The files of the shared memory. They stay after its content went into the buffer, until the
  /// event file has that.
  var pendingPlace: PendingPlace?
  /// Where in the file the content of the last shared memory ends.
  var retiredEnd: Int64 = 0
  /// Whether a hot loop has it, which knows better how much is in it.
  var isLent = false
  /// Whether there can be none in this folder.
  var refusesPending = false
  var batching: WriteBatching
  /// How much of the buffer is in the file already, after a write cut short.
  var done = 0
  /// When to look next whether the file is still where it was.
  var nextInspection: Double
  /// Whether a new file is needed and could not be made yet.
  var needsNewFile = false
  /// Whether the folder was deleted: nothing can be stored any more.
  var isGone = false
  /// Whether a sync failed: the kernel takes pages that could not be written for written ones, so
  /// the next sync would succeed without them.
  var needsRewriting = false
  /// What TensorBoard calls a metric whose key is the tag of something else.
  var metricTags: [Key: String] = [:]
  var dropped: UInt64 = 0
  var lastError: TrackingError?

  init(
    _ directory: Directory, _ naming: EventFileName, _ header: SessionHeader, _ file: EventFile,
    _ writes: WriteMode
  ) {
    place = RestingDirectory(directory)
    held = directory
    self.naming = naming
    self.header = header
    descriptor = file.descriptor
    name = file.name
    holdsLock = file.holdsLock
    inode = file.inode
    offset = file.length
    batching = WriteBatching(writes)
    nextInspection = Clock.coarse() + EventWriterState.inspectionInterval
  }

  var directory: Directory {
    get throws(TrackingError) {
      if let held { return held }
      return try place.open()
    }
  }

  var isOpen: Bool { descriptor >= 0 }
  /// Whether there are files of a shared memory that is not in use any more.
  var isRetired: Bool { pending == nil && pendingPlace != nil }
  /// Everything that a kill leaves: what is in the file and what is pending.
  var size: Int64 { offset + Int64(done) }
  /// The size that the file itself must have.
  var fileSize: Int64 {
    guard let pending, pending.used > 0 else { return size }
    return Int64(clamping: pending.base) + Int64(pending.drained)
  }
  var deferred: UInt64 { EventWriterState.items(in: buffer.bytes) }

  /// In a forked child: only the descriptor and the memory are given up.
  mutating func abandon() {
    pending?.unmap()
    pending = nil
    pendingPlace?.abandon()
    pendingPlace = nil
    SystemCalls.close(descriptor)
    descriptor = -1
    held = nil
  }

  mutating func close() -> EventWriter.Outcome {
    guard isOpen else { return buffer.count == 0 ? .stored : .deferred }
    let stored = drain()
    if pending != nil { retirePending() }
    if stored || isGone { removeRetired() } else { pendingPlace?.close() }
    SystemCalls.unlock(descriptor)
    SystemCalls.close(descriptor)
    descriptor = -1
    held = nil
    return stored ? .stored : .deferred
  }

  mutating func reopen() throws(TrackingError) {
    guard !isOpen else { return }
    let directory = try directory
    defer { if isOpen { held = directory } }
    if let file = EventFile.reopen(name, in: directory, inode: inode, size: size) {
      descriptor = file.descriptor
      holdsLock = file.holdsLock
    } else {
      try beginNewFile()
    }
    isGone = false
  }
}

/// Points and records become frames in the buffer, and the buffer goes to the file.
extension EventWriterState {
  private static let piece = 1 << 20

  mutating func append(
    key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64, time: Double
  ) -> EventWriter.Outcome {
    guard accepts(key) else { return drop(1) }
    let mark = buffer.count
    let event = EventCodec.beginPoints(step: step, time: time, to: &buffer)
    EventCodec.appendPoint(key: key, tag: tag(of: key), value, to: &buffer)
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
            EventCodec.appendPoint(key: key, tag: tag(of: key), point.value, to: &buffer)
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
    let tag = tag(of: key)
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

  mutating func append(
    _ value: EventValue, tag: String?, step: Int64, time: Double
  ) -> EventWriter.Outcome {
    guard accepts(value) else { return drop(1) }
    let mark = buffer.count
    EventCodec.append(value, tag: tag, step: step, time: time, to: &buffer)
    // It may be large, and is written at once.
    return store(from: mark, items: value.isLogged ? 1 : 0, collecting: false)
  }

  mutating func append(_ record: StampedRecord) throws(TrackingError) -> EventWriter.Outcome {
    let mark = buffer.count
    try EventCodec.append(record, to: &buffer)
    // Records are rare, and what other programs look for first.
    return store(from: mark, items: 1, collecting: false)
  }

  /// How a metric is shown to TensorBoard.
  @inline(__always)
  private func tag(of key: UnsafeRawBufferPointer) -> PointTag {
    if metricTags.isEmpty { return PointTag(key) }
    return metricTags[Key(bytes: Array(key))].map(PointTag.escaped) ?? PointTag(key)
  }

  private func accepts(_ key: UnsafeRawBufferPointer) -> Bool {
    key.count <= EventFormat.longestKey
  }

  private func accepts(_ value: EventValue) -> Bool {
    value.key.bytes.count <= EventFormat.longestKey && value.size <= EventFormat.longestValue
  }

  private mutating func drop(_ items: UInt64) -> EventWriter.Outcome {
    dropped &+= items
    return .dropped
  }

  /// Sends the buffer to the file. What came last, from `mark` on, is given up if the disk refuses
  /// and too much waits already.
  @inline(__always)
  private mutating func store(
    from mark: Int, items: UInt64, collecting: Bool = true
  ) -> EventWriter.Outcome {
    if isGone {
      buffer.truncate(to: mark)
      return drop(items)
    }
    if collecting, mark == 0, collect() { return .stored }
    let began = batching.mode == .automatic ? Clock.steady() : 0
    let stored = drain()
    if batching.mode == .automatic { batching.add(Clock.steady() - began) }
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

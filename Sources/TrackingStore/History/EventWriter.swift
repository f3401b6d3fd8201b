internal import CPlatform
import Glibc
import Synchronization
package import TrackingEntities

/// Appends to one event file; the one way by which an experiment gets onto the disk.
///
/// When a call answers `stored`, the kernel has the bytes and the death of the process loses nothing.
/// A file is at every moment a prefix of its final content: a write cut short is completed later by
/// the same bytes at the same place. Nothing here throws or waits because a disk is full.
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
  /// Held over a sync, during which others go on logging.
  let syncLock: UnsafeMutablePointer<pthread_mutex_t>
  private var state: EventWriterState

  /// Creates `events.out.tfevents.…` in a folder, with its first event, and locks it.
  package static func create(
    in directory: Directory, header: SessionHeader, lamport: UInt64 = 0,
    writes: WritePace.Choice = .direct
  ) throws(TrackingError) -> EventWriter {
    try EventWriter(directory, .stamped, header, lamport, writes)
  }

  /// Creates a file of a given name that TensorBoard does not see, as `edits/<id>.tfrecord`.
  package static func create(
    in directory: Directory, file: String, header: SessionHeader, lamport: UInt64 = 0
  ) throws(TrackingError) -> EventWriter {
    try EventWriter(directory, .fixed(file), header, lamport, .direct)
  }

  private init(
    _ directory: Directory, _ naming: EventFileName, _ header: SessionHeader, _ lamport: UInt64,
    _ writes: WritePace.Choice
  ) throws(TrackingError) {
    let file = try EventFile.create(
      in: directory, naming: naming, header: header, lamport: lamport)
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

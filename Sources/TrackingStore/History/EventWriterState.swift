internal import TrackingEntities

/// A writer's file and what waits for it. Not thread-safe: `EventWriter` holds its lock.
struct EventWriterState: ~Copyable {
  let directory: Directory
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
  /// Whether there can be none in this folder.
  var refusesPending = false
  /// A pending file whose content went into the buffer: it stays until the event file has that.
  var retired: String?
  var pace: WritePace
  /// How much of the buffer is in the file already, after a write cut short.
  var done = 0
  /// When to look next whether the file is still where it was.
  var nextInspection: Double
  /// Whether a new file is needed and could not be made yet.
  var needsNewFile = false
  /// Whether the folder was deleted: nothing can be stored any more.
  var isGone = false
  /// Whether a sync failed: the kernel takes pages that could not be written for written ones, so the
  /// next sync would succeed without them.
  var needsRewriting = false
  var dropped: UInt64 = 0
  var lastError: TrackingError?

  init(
    _ directory: Directory, _ naming: EventFileName, _ header: SessionHeader, _ file: EventFile,
    _ writes: WritePace.Choice
  ) {
    self.directory = directory
    self.naming = naming
    self.header = header
    descriptor = file.descriptor
    name = file.name
    holdsLock = file.holdsLock
    inode = file.inode
    offset = file.length
    pace = WritePace(writes)
    nextInspection = Clock.coarse() + EventWriterState.inspectionInterval
  }

  var isOpen: Bool { descriptor >= 0 }
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
    SystemCalls.close(descriptor)
    descriptor = -1
  }

  mutating func close() -> EventWriter.Outcome {
    guard isOpen else { return buffer.count == 0 ? .stored : .deferred }
    let stored = drain()
    if pending != nil { retirePending() }
    if stored { removeRetired() }
    SystemCalls.unlock(descriptor)
    SystemCalls.close(descriptor)
    descriptor = -1
    return stored ? .stored : .deferred
  }

  mutating func reopen() throws(TrackingError) {
    guard !isOpen else { return }
    if let file = EventFile.reopen(name, in: directory, inode: inode, size: size) {
      descriptor = file.descriptor
      holdsLock = file.holdsLock
    } else {
      try beginNewFile()
    }
    isGone = false
  }
}

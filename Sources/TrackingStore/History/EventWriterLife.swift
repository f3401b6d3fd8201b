package import TrackingEntities

/// Durability, closing, and what there is to know.
extension EventWriter {
  /// Makes everything durable that was appended, name of the file included.
  package func sync() throws(TrackingError) {
    var target: (file: Int32, directory: Directory, name: String)?
    var problem: TrackingError?
    if isForked { return }
    locked { state in
      do throws(TrackingError) {
        target = try state.syncTarget()
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    // Outside the lock: a sync can take long, and other threads go on logging.
    guard let target else { return }
    defer { SystemCalls.close(target.file) }
    try SystemCalls.sync(target.file, target.name)
    try SystemCalls.sync(target.directory.descriptor, target.directory.path)
  }

  /// Puts what is pending or waits into the file, for other programs to see; false if it has to wait.
  @discardableResult
  package func drain() -> Bool { isForked ? false : locked { $0.drain() } }

  /// Stores what waits, gives the lock back and closes the file; `stored` if nothing is left over.
  @discardableResult
  package func close() -> Outcome {
    isForked ? .forked : locked { $0.close() }
  }

  /// Opens a closed writer again: the same file if it is untouched, else a new one.
  package func reopen() throws(TrackingError) {
    var problem: TrackingError?
    if isForked {
      throw TrackingError(.closed, "a forked process can not reopen the writer of its parent")
    }
    locked { state in
      do throws(TrackingError) {
        try state.reopen()
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
  }

  package var isOpen: Bool { ask(false) { $0.isOpen } }
  /// The name of the file within its folder; another one after the file had to be moved.
  package var file: String { ask("") { $0.name } }
  /// The bytes that a kill leaves, in the file or pending.
  package var size: UInt64 { ask(0) { UInt64(clamping: $0.size) } }
  /// Whether a pending buffer is in use now.
  package var isBuffered: Bool { ask(false) { $0.pending != nil } }
  /// How many points and records are lost.
  package var dropped: UInt64 { ask(0) { $0.dropped } }
  /// How many points and records wait in memory.
  package var deferred: UInt64 { ask(0) { $0.deferred } }
  /// Why the disk refused last; kept for one warning.
  package var lastError: TrackingError? { ask(nil) { $0.lastError } }
  /// Whether the file is locked; not every file system has locks.
  package var holdsLock: Bool { ask(false) { $0.holdsLock } }
}

package import FileSystem
import Glibc
package import TrackingEntities

/// Durability, closing, and what there is to know.
extension EventWriter {
  /// Makes everything durable that was appended, name of the file included.
  package func sync() throws(TrackingError) {
    try syncing { (file) throws(TrackingError) in
      guard let file else { return }
      try SystemCalls.sync(file.descriptor, file.name)
      try SystemCalls.syncFolder(file.directory.descriptor, file.directory.path)
    }
  }

  /// What a sync forces to the disk.
  package struct SyncedFile {
    package let descriptor: Int32
    package let directory: Directory
    package let name: String
  }

  /// Runs a body that forces the file to the disk, one at a time. If it throws, a new copy takes
  /// the place of the file before the next one: the kernel takes pages that it could not write for
  /// written ones, and tells of it once.
  ///
  /// - Parameter body: Gets the file with all that was appended in it; nil if there is none any
  ///   more.
  package func syncing(
    _ body: (SyncedFile?) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    if isForked { return }
    pthread_mutex_lock(syncLock)
    defer { pthread_mutex_unlock(syncLock) }
    var target: SyncedFile?
    var problem: TrackingError?
    locked { state in
      do throws(TrackingError) {
        target = try state.syncTarget()
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    defer { if let target { SystemCalls.close(target.descriptor) } }
    // Outside the writer's lock: a sync can take long, and other threads continue logging.
    do throws(TrackingError) {
      try body(target)
    } catch {
      // Where files cannot be forced to the disk at all, none has failed to get there.
      let hasFailed = !error.meansUnknownToFileSystem
      locked { if hasFailed, $0.name == target?.name { $0.needsRewriting = true } }
      throw error
    }
    guard let target else { return }
    locked { state in
      guard state.name == target.name else { return }
      state.needsRewriting = false
    }
  }

  /// Puts what is pending or waits into the file, for other programs to see; false if it has to
  /// wait.
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
      throw TrackingError(.closed, "a forked process cannot reopen the writer of its parent")
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
  /// Whether the pending buffer has something in it.
  package var isPending: Bool { ask(false) { ($0.pending?.used ?? 0) > 0 } }
  /// How many points and records are lost.
  package var dropped: UInt64 { ask(0) { $0.dropped } }
  /// How many points and records wait in memory.
  package var deferred: UInt64 { ask(0) { $0.deferred } }
  /// Why the disk refused last; kept for one warning.
  package var lastError: TrackingError? { ask(nil) { $0.lastError } }
  /// Whether the file is locked; not every file system has locks.
  package var holdsLock: Bool { ask(false) { $0.holdsLock } }
}

extension EventWriterState {
  /// What a sync has to force to the disk, all of it written.
  fileprivate mutating func syncTarget() throws(TrackingError) -> EventWriter.SyncedFile? {
    // A hot loop that continues meanwhile began after the caller's last point was in the file.
    if isOpen, !isLent {
      guard drain() else {
        throw lastError ?? TrackingError(.storage, "cannot write '\(name)': its folder is gone")
      }
      // A power cut would leave a pending file that says that something may be missing.
      retirePending()
      removeRetired()
    }
    if needsRewriting { try renewFile() }
    // Bound, because a folder that nothing holds is closed at once.
    let directory = try directory
    let file: Int32
    if isOpen {
      file = try SystemCalls.duplicate(descriptor, name)
    } else {
      let found = try SystemCalls.openIfPresent(directory.descriptor, name, O_RDWR)
      guard let found else { return nil }
      file = found
    }
    return .init(descriptor: file, directory: directory, name: name)
  }

  /// Continues in a copy that has the place of the file, because a sync of the file failed.
  private mutating func renewFile() throws(TrackingError) {
    if isOpen {
      let file = try EventFile.renew(name, in: directory, copying: descriptor, count: fileSize)
      take(file)
      return
    }
    let directory = try directory
    let found = try SystemCalls.openIfPresent(directory.descriptor, name, O_RDWR)
    guard let found else { return }
    defer { SystemCalls.close(found) }
    let file = try EventFile.renew(name, in: directory, copying: found, count: size)
    inode = file.inode
    SystemCalls.close(file.descriptor)
    needsRewriting = false
  }
}

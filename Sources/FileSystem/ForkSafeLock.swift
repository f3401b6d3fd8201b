internal import CPlatform

/// A lock that a forked child finds free, even if a thread of the parent held it.
///
/// `Synchronization.Mutex` would be taken for a race by the thread sanitizer, and an ordinary mutex
/// that another thread held during the fork would block the child for ever.
package final class ForkSafeLock: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<platform_mutex>

  package init() {
    mutex = .allocate(capacity: 1)
    platform_mutex_init(mutex)
  }

  deinit {
    platform_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Takes the lock; true if this is the first time in a forked child.
  package func lock() -> Bool { platform_mutex_lock(mutex) != 0 }

  /// Takes the lock if it is free, and never waits or makes a system call. In a forked child it
  /// can only be taken by `lock` the first time.
  package func tryLock() -> Bool { platform_mutex_trylock(mutex) != 0 }

  package func unlock() { platform_mutex_unlock(mutex) }

  /// Runs the body alone.
  ///
  /// - Parameter body: Gets whether this is the first time that the lock is taken in a forked
  ///   child.
  @inline(__always)
  package func withLock<Result, Failure: Error>(
    _ body: (_ forked: Bool) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let forked = platform_mutex_lock(mutex) != 0
    defer { platform_mutex_unlock(mutex) }
    return try body(forked)
  }
}

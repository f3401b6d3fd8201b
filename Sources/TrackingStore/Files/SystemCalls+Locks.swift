internal import CPlatform
import Glibc

/// The locks of open files, which die with the process that holds them.
extension SystemCalls {
  /// Takes the write lock of a file; false if another open file has it or locks do not work here.
  package static func lock(_ descriptor: Int32) -> Bool { platform_lock(descriptor) == 0 }

  /// Gives the lock back, also where a forked child still has the file open.
  package static func unlock(_ descriptor: Int32) { _ = platform_unlock(descriptor) }

  /// Takes the lock of an open folder, until it is closed; false if another open folder has it, nil
  /// where folders have none.
  package static func lockFolder(_ descriptor: Int32) -> Bool? {
    if platform_lock_folder(descriptor) == 0 { return true }
    return platform_errno() == EWOULDBLOCK ? false : nil
  }

  /// Whether another open file holds the lock; nil where locks do not work.
  package static func isLocked(_ descriptor: Int32) -> Bool? {
    switch platform_is_locked(descriptor) {
    case 0: false
    case 1: true
    default: nil
    }
  }
}

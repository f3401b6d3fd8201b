internal import CPlatform
import Glibc
import Synchronization

/// The locks of open files, which die with the process that holds them.
extension SystemCalls {
  /// Takes the write lock of a file; false if another open file has it or locks do not work here.
  package static func lock(_ descriptor: Int32) -> Bool { platform_lock(descriptor) == 0 }

  /// As `lock`; nil where files have no locks.
  package static func lockFile(_ descriptor: Int32) -> Bool? {
    taking("lock file") { platform_lock(descriptor) }
  }

  /// Gives the lock back, also where a forked child still has the file open.
  package static func unlock(_ descriptor: Int32) { _ = platform_unlock(descriptor) }

  /// Takes the lock of an open folder, until it is closed; false if another open folder has it, nil
  /// where folders have none.
  package static func lockFolder(_ descriptor: Int32) -> Bool? {
    taking("lock folder") { platform_lock_folder(descriptor) }
  }

  private static func taking(_ operation: String, _ body: () -> Int32) -> Bool? {
    var code = isWatched.load(ordering: .acquiring) ? fault?(operation) ?? 0 : 0
    if code == 0, body() != 0 { code = platform_errno() }
    return switch code {
    case 0: true
    case EWOULDBLOCK, EACCES: false
    default: nil
    }
  }

  /// Whether what nobody of this computer has locked is locked by nobody: where other computers see the
  /// same files, theirs may not be seen here.
  package static func seesAllLocks(_ descriptor: Int32) -> Bool {
    switch fileSystem(descriptor) {
    case 0xEF53, 0x5846_5342, 0x0102_1994: true  // ext4, xfs, tmpfs
    case 0x9123_683E, 0x794C_7630: true  // btrfs, overlay
    default: false
    }
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

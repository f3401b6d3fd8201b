package import CPlatform
import Glibc
package import Synchronization
package import TrackingEntities

/// Every file operation of the library goes through here, so that a test
/// can make the N-th one fail.
///
/// Each function returns a value or throws an error that names the file and says what to do.
package enum SystemCalls {
  /// Whether a test has set the hooks below: set after them, so that other threads see them whole.
  package static let isWatched = Atomic<Bool>(false)

  /// A fault that a test injects: called before each operation with its name, returns the errno to
  /// fail with, or 0 to continue.
  package nonisolated(unsafe) static var fault: (@Sendable (String) -> Int32)?

  /// A short write that a test injects: gets the count asked for, returns the count to try.
  package nonisolated(unsafe) static var shortWrite: (@Sendable (Int) -> Int)?

  @inline(__always)
  static func check(
    _ operation: String, _ path: @autoclosure () -> String, _ body: () -> Int
  ) throws(TrackingError) -> Int {
    if isWatched.load(ordering: .acquiring), let injected = fault?(operation), injected != 0 {
      throw TrackingError.storage(operation, path(), injected)
    }
    while true {
      let result = body()
      if result >= 0 { return result }
      let code = platform_errno()
      if code != EINTR { throw TrackingError.storage(operation, path(), code) }
    }
  }

  /// Opens a file below a directory without following any link.
  package static func open(
    _ directory: Int32, _ path: String, _ flags: Int32, _ mode: mode_t = 0o666
  ) throws(TrackingError) -> Int32 {
    Int32(
      truncatingIfNeeded: try check("open", FilePlace.of(path, in: directory)) {
        Int(platform_open_beneath(directory, path, flags, mode))
      })
  }

  /// Opens a directory anywhere, following links: for roots that the user named.
  package static func openRoot(_ path: String) throws(TrackingError) -> Int32 {
    Int32(
      truncatingIfNeeded: try check("open", path) {
        Int(platform_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0))
      })
  }

  /// Opens the folder around an open one.
  package static func openParent(of directory: Int32) throws(TrackingError) -> Int32 {
    Int32(
      truncatingIfNeeded: try check("open", FilePlace.of("..", in: directory)) {
        Int(platform_openat(directory, "..", O_RDONLY | O_DIRECTORY, 0))
      })
  }

  /// Opens a file anywhere for reading, following links: for sources that the user named. Never
  /// blocks on a pipe.
  package static func openSource(_ path: String) throws(TrackingError) -> Int32 {
    Int32(
      truncatingIfNeeded: try check("open", path) {
        Int(platform_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0))
      })
  }

  /// As `openSource`, of a path that is not UTF-8.
  package static func openSource(bytes path: [UInt8]) throws(TrackingError) -> Int32 {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    return Int32(
      truncatingIfNeeded: try check("open", String(escapingInvalid: path)) {
        name.withUnsafeBufferPointer { buffer in
          guard let start = buffer.baseAddress else { return -1 }
          return Int(platform_openat(AT_FDCWD, start, O_RDONLY | O_NONBLOCK, 0))
        }
      })
  }

  package static func close(_ descriptor: Int32) {
    _ = Glibc.close(descriptor)
  }

  package static func makeDirectory(
    _ directory: Int32, _ path: String, _ mode: mode_t = 0o777
  ) throws(TrackingError) {
    _ = try check("mkdir", FilePlace.of(path, in: directory)) {
      Int(mkdirat(directory, path, mode))
    }
  }

  package static func remove(
    _ directory: Int32, _ path: String, folder: Bool = false
  ) throws(TrackingError) {
    _ = try check("unlink", FilePlace.of(path, in: directory)) {
      Int(unlinkat(directory, path, folder ? AT_REMOVEDIR : 0))
    }
  }

  package static func rename(
    _ from: Int32, _ source: String, _ to: Int32, _ target: String
  ) throws(TrackingError) {
    _ = try check("rename", FilePlace.of(target, in: to)) {
      Int(renameat(from, source, to, target))
    }
  }

  /// Renames only if the target does not exist yet.
  package static func renameNew(
    _ from: Int32, _ source: String, _ to: Int32, _ target: String
  ) throws(TrackingError) {
    _ = try check("rename", FilePlace.of(target, in: to)) {
      Int(platform_rename_noreplace(from, source, to, target))
    }
  }

  /// Gives a file a second name; false where that is not possible, as for folders.
  package static func link(
    _ from: Int32, _ source: String, _ to: Int32, _ target: String
  ) -> Bool {
    (try? check("link", FilePlace.of(target, in: to)) {
      Int(linkat(from, source, to, target, 0))
    }) != nil
  }

  /// Swaps two names in one step; `meansUnknownToFileSystem` where that is not possible.
  package static func exchange(
    _ from: Int32, _ one: String, _ to: Int32, _ other: String
  ) throws(TrackingError) {
    _ = try check("rename", FilePlace.of(other, in: to)) {
      Int(platform_rename_exchange(from, one, to, other))
    }
  }

  package static func status(
    _ directory: Int32, _ path: String
  ) throws(TrackingError) -> stat {
    var information = stat()
    _ = try check("stat", FilePlace.of(path, in: directory)) {
      Int(fstatat(directory, path, &information, AT_SYMLINK_NOFOLLOW))
    }
    return information
  }

  package static func status(_ descriptor: Int32) throws(TrackingError) -> stat {
    var information = stat()
    _ = try check("stat", "open file") { Int(fstat(descriptor, &information)) }
    return information
  }

  /// Writes some of the bytes at an offset; may write fewer.
  package static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64, _ path: String
  ) throws(TrackingError) -> Int {
    try refuseBeyondLimit(UInt64(clamping: offset), path, descriptor)
    let isCut = isWatched.load(ordering: .acquiring)
    let count = min(bytes.count, isCut ? shortWrite?(bytes.count) ?? bytes.count : bytes.count)
    return try check("write", FilePlace.of(path, open: descriptor)) {
      pwrite(descriptor, bytes.baseAddress, count, Int(offset))
    }
  }

  /// The kernel answers a write beyond the process's limit of file sizes with SIGXFSZ too, which
  /// ends a program that does not ignore it.
  private static func refuseBeyondLimit(
    _ offset: UInt64, _ path: String, _ descriptor: Int32
  ) throws(TrackingError) {
    guard offset >= platform_file_limit() else { return }
    throw TrackingError.storage("write", FilePlace.of(path, open: descriptor), EFBIG)
  }

  /// Reads some bytes at an offset; 0 at the end.
  package static func read(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64, _ path: String
  ) throws(TrackingError) -> Int {
    try check("read", FilePlace.of(path, open: descriptor)) {
      pread(descriptor, bytes.baseAddress, bytes.count, Int(offset))
    }
  }

  /// Where the next byte from a place on is that is not in a hole of the file, which reads as
  /// zeros; nil if only a hole follows, or nothing. The place itself where the file system does not
  /// say.
  package static func nextData(_ descriptor: Int32, from offset: Int64) -> Int64? {
    do throws(TrackingError) {
      return Int64(
        try check("seek", "") { Int(platform_next_data(descriptor, offset)) })
    } catch {
      return error.systemCode == ENXIO ? nil : offset
    }
  }

  /// Reads the next entries of a folder; 0 at the end.
  package static func list(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, _ path: String
  ) throws(TrackingError) -> Int {
    try check("list", path) { platform_read_directory(descriptor, bytes.baseAddress, bytes.count) }
  }

  /// Gives an open file its bytes on the disk and maps it for stores that survive the process.
  package static func mapShared(
    _ descriptor: Int32, _ size: Int, _ path: String
  ) throws(TrackingError) -> UnsafeMutableRawPointer {
    if size > 0 { try refuseBeyondLimit(UInt64(clamping: size - 1), path, descriptor) }
    _ = try check("allocate", FilePlace.of(path, open: descriptor)) {
      Int(platform_allocate(descriptor, size))
    }
    var memory: UnsafeMutableRawPointer?
    _ = try check("map", FilePlace.of(path, open: descriptor)) {
      memory = platform_map_shared(descriptor, size)
      return memory == nil ? -1 : 0
    }
    guard let memory else {
      throw TrackingError.storage("map", FilePlace.of(path, open: descriptor), ENOMEM)
    }
    return memory
  }

  package static func unmap(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    platform_unmap(memory, size)
  }

  /// The file system's type, as in statfs(2); nil where it does not say.
  package static func fileSystem(_ descriptor: Int32) -> Int64? {
    var type: Int64 = 0
    return platform_file_system(descriptor, &type) == 0 ? type : nil
  }

  /// Makes a file shorter.
  package static func truncate(
    _ descriptor: Int32, _ size: Int, _ path: String
  ) throws(TrackingError) {
    _ = try check("truncate", FilePlace.of(path, open: descriptor)) {
      Int(ftruncate(descriptor, size))
    }
  }

  package static func setMode(
    _ descriptor: Int32, _ mode: mode_t, _ path: String
  ) throws(TrackingError) {
    _ = try check("chmod", FilePlace.of(path, open: descriptor)) { Int(fchmod(descriptor, mode)) }
  }

  /// Fails for a file that this user may not write, with its permissions as they are.
  package static func checkMayBeWritten(
    _ directory: Int32, _ path: String
  ) throws(TrackingError) {
    _ = try check("write", FilePlace.of(path, in: directory)) {
      Int(faccessat(directory, path, W_OK, AT_EACCESS))
    }
  }

  /// Makes a file's bytes durable.
  package static func sync(_ descriptor: Int32, _ path: String) throws(TrackingError) {
    _ = try check("fsync", FilePlace.of(path, open: descriptor)) { Int(fsync(descriptor)) }
  }

  /// Makes the names in a folder durable. Some file systems over FUSE or a network have no sync of
  /// folders at all (EINVAL): there is nothing to ask for, and nothing has failed.
  package static func syncFolder(_ descriptor: Int32, _ path: String) throws(TrackingError) {
    do throws(TrackingError) {
      try sync(descriptor, path)
    } catch  where error.meansUnknownToFileSystem {}
  }

  /// Makes everything durable that was written to the file system of a folder; false where it is
  /// not known to do that, or to tell what went wrong.
  package static func syncFileSystem(_ directory: Int32) throws(TrackingError) -> Bool {
    switch fileSystem(directory) {
    case 0xEF53, 0x5846_5342, 0x9123_683E, 0x794C_7630, 0x0102_1994: break
    default: return false  // not ext4, xfs, btrfs, overlayfs or tmpfs
    }
    do throws(TrackingError) {
      _ = try check("syncfs", FilePlace.of(".", in: directory)) {
        Int(platform_sync_file_system(directory))
      }
      return true
    } catch  where error.systemCode == ENOSYS {
      return false
    }
  }

  /// A second descriptor of the same open file.
  package static func duplicate(_ descriptor: Int32, _ path: String) throws(TrackingError) -> Int32
  {
    Int32(
      truncatingIfNeeded: try check("open", FilePlace.of(path, open: descriptor)) {
        Int(platform_duplicate(descriptor))
      })
  }

  /// The path with every link resolved; nil if nothing is there.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }

  /// What is at a path that the user named, links followed; nil if nothing is there.
  package static func statusFollowingLinks(_ path: String) -> stat? {
    var information = stat()
    return fstatat(AT_FDCWD, path, &information, 0) == 0 ? information : nil
  }

  package static func readLink(_ directory: Int32, _ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlinkat(directory, path, start, buffer.count)
      guard count > 0 else { return nil }
      return String(
        validating: buffer[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

/// Questions to which "nothing is there" is an answer, and no error of which a message is made.
extension SystemCalls {
  /// As `open`; nil if nothing of that name is there.
  package static func openIfPresent(
    _ directory: Int32, _ path: String, _ flags: Int32
  ) throws(TrackingError) -> Int32? {
    let descriptor = try present("open", path, in: directory) {
      Int(platform_open_beneath(directory, path, flags, 0))
    }
    return descriptor.map { Int32(truncatingIfNeeded: $0) }
  }

  /// As `status`; nil if nothing of that name is there.
  package static func statusIfPresent(
    _ directory: Int32, _ path: String
  ) throws(TrackingError) -> stat? {
    var information = stat()
    let found = try present("stat", path, in: directory) {
      Int(fstatat(directory, path, &information, AT_SYMLINK_NOFOLLOW))
    }
    return found.map { _ in information }
  }

  private static func present(
    _ operation: String, _ path: String, in directory: Int32, _ body: () -> Int
  ) throws(TrackingError) -> Int? {
    var isAbsent = false
    let result = try check(operation, FilePlace.of(path, in: directory)) {
      let result = body()
      let code = result < 0 ? platform_errno() : 0
      isAbsent = code == ENOENT || code == ENOTDIR
      return isAbsent ? 0 : result
    }
    return isAbsent ? nil : result
  }
}

extension SystemCalls {
  /// Sends a file's bytes on their way to the disk without waiting for them; a sync does that.
  package static func startWriting(_ directory: Int32, _ path: String) {
    guard let file = try? open(directory, path, O_RDWR) else { return }
    platform_start_writing(file)
    close(file)
  }
}

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

  /// Gives the lock of an open folder back, also where a forked child still has it open.
  package static func unlockFolder(_ descriptor: Int32) { _ = platform_unlock_folder(descriptor) }

  private static func taking(_ operation: String, _ body: () -> Int32) -> Bool? {
    var code = isWatched.load(ordering: .acquiring) ? fault?(operation) ?? 0 : 0
    if code == 0, body() != 0 { code = platform_errno() }
    return switch code {
    case 0: true
    case EWOULDBLOCK, EACCES: false
    default: nil
    }
  }

  /// Whether what no process of this computer has locked is not locked at all: where other
  /// computers see the same files, theirs may not be seen here.
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

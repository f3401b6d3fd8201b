internal import CPlatform
import Glibc
package import TrackingEntities

/// One of several processes, or threads, that do something in a folder at a time.
///
/// The kernel keeps the turn and gives it back when its process dies. Where folders have no locks,
/// as on NFS, a file in the folder has it; where files have none either, the file itself is the
/// turn and names the process that made it.
package enum Turn {
  /// The file that stands for the turn where the folder itself cannot be locked.
  package static let file = ".turn"
  /// How long a process waits for its turn.
  private static let patience = 10.0
  private static let pause: UInt32 = 5_000

  private enum Held {
    case folder(Directory)
    case file(Int32)
    case claim
  }

  /// Runs the body while no other process or thread runs one for the same folder.
  ///
  /// - Throws: `experimentBusy` if others have their turns for ten seconds; what the body throws.
  package static func taken<Result>(
    in directory: Directory, _ body: () throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    let began = Clock.steady()
    while true {
      if let held = try attempt(in: directory) {
        defer { release(held, in: directory) }
        return try body()
      }
      guard Clock.steady() - began < patience else {
        throw TrackingError(
          .experimentBusy,
          "another process has been at work in '\(directory.path)' for \(Int(patience)) seconds; "
            + "try again when it is done")
      }
      usleep(pause)
    }
  }

  /// The turn; nil if another has it.
  private static func attempt(in directory: Directory) throws(TrackingError) -> Held? {
    // Two folders held open are two holders of the lock.
    let folder = try directory.folder(".")
    switch SystemCalls.lockFolder(folder.descriptor) {
    case true?: return .folder(folder)
    case false?: return nil
    case nil: break
    }
    let flags = O_RDWR | O_CREAT
    let descriptor = try SystemCalls.open(directory.descriptor, file, flags)
    switch SystemCalls.lockFile(descriptor) {
    case true? where isSame(descriptor, in: directory): return .file(descriptor)
    case true?, false?:
      SystemCalls.close(descriptor)
      return nil
    case nil:
      SystemCalls.close(descriptor)
      return try claim(in: directory) ? .claim : nil
    }
  }

  /// Whether the file was not taken away by the one who had the turn before.
  private static func isSame(_ descriptor: Int32, in directory: Directory) -> Bool {
    guard let open = try? SystemCalls.status(descriptor),
      let named = try? SystemCalls.status(directory.descriptor, file)
    else { return false }
    return FileIdentity(open) == FileIdentity(named)
  }

  private static let claimFile = file + ".claim"

  /// Creates the file that is the turn; one whose process is gone is taken away.
  private static func claim(in directory: Directory) throws(TrackingError) -> Bool {
    let me = ProcessFacts.current()
    let text = "\(me.host) \(me.boot) \(me.namespace) \(me.pid) \(me.start)"
    do throws(TrackingError) {
      let flags = O_WRONLY | O_CREAT | O_EXCL
      let descriptor = try SystemCalls.open(directory.descriptor, claimFile, flags)
      defer { SystemCalls.close(descriptor) }
      _ = try Array(text.utf8).span.withUnsafeBytes { (bytes) throws(TrackingError) in
        try SystemCalls.write(descriptor, bytes, at: 0, claimFile)
      }
      return true
    } catch  where error.systemCode == EEXIST {
      let bytes = (try? directory.read(claimFile)) ?? nil
      let parts = String(decoding: bytes ?? [], as: UTF8.self).split(separator: " ")
      guard parts.count == 5, parts[0] == me.host, parts[1] == me.boot,
        UInt64(parts[2]) == me.namespace, let pid = UInt64(parts[3]), let start = UInt64(parts[4])
      else { return false }
      let presence = ProcessFacts.presence(pid: pid, start: start)
      if presence == .gone || presence == .another {
        try? SystemCalls.remove(directory.descriptor, claimFile)
      }
      return false
    }
  }

  private static func release(_ held: Held, in directory: Directory) {
    switch held {
    // Not only closed: a child that another thread forked meanwhile has the folder open too.
    case .folder(let folder): SystemCalls.unlockFolder(folder.descriptor)
    case .file(let descriptor):
      try? SystemCalls.remove(directory.descriptor, file)
      SystemCalls.unlock(descriptor)
      SystemCalls.close(descriptor)
    case .claim:
      try? SystemCalls.remove(directory.descriptor, claimFile)
      try? SystemCalls.remove(directory.descriptor, file)
    }
  }
}

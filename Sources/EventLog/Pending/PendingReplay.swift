internal import CPlatform
package import FileSystem
import Glibc
package import TrackingEntities

/// Puts what dead writers left pending into their event files.
///
/// The bytes go where they belong whoever writes them and however often, so that being killed here,
/// or a second one who does the same, harms nothing. Readers never do this: they merge in memory.
package enum PendingReplay {
  /// Looks through an experiment's folder and those of its writers. What cannot be completed stays:
  /// readers continue to merge or to report it.
  ///
  /// - Returns: Messages for the user: where pending data waits elsewhere, or that it is lost.
  /// - Throws: The first thing that kept a file from being completed or looked at, after all others
  ///   have had their turn. What is damaged in itself is not such a case: it will not get better.
  @discardableResult
  package static func run(in directory: Directory) throws(TrackingError) -> [String] {
    var problem: TrackingError?
    var messages: [String] = []
    func attempt(_ work: () throws(TrackingError) -> Void) {
      do throws(TrackingError) {
        try work()
      } catch {
        if error.code != .format, problem == nil { problem = error }
      }
    }
    func look(in folder: Directory, _ entries: [DirectoryEntry]) {
      folder.removeLeftovers(among: entries.filter(PendingLayout.isUnfinished).map(\.name))
      for entry in entries where entry.kind == .file {
        guard let file = PendingLayout.eventFile(of: entry.name) else { continue }
        attempt { () throws(TrackingError) in
          if let reason = try replay(entry.name, into: file, in: folder) { messages.append(reason) }
        }
      }
    }
    attempt { () throws(TrackingError) in
      let entries = try directory.entries()
      look(in: directory, entries)
      guard entries.has(ExperimentFiles.writers) else { return }
      let writers = try directory.folder(ExperimentFiles.writers)
      for entry in try writers.entries() where entry.kind == .folder {
        attempt { () throws(TrackingError) in
          let folder = try writers.folder(entry.name)
          look(in: folder, try folder.entries())
        }
      }
    }
    if let problem { throw problem }
    return messages
  }

  /// Removes the buffer that a pending file names, if it is one and the writer is gone: the
  /// experiment is being deleted.
  package static func removeMemory(
    of name: String, in folder: Directory
  ) throws(TrackingError) {
    guard PendingLayout.eventFile(of: name) != nil else { return }
    try PendingPointer.remove(name, in: folder)
  }

  private static func replay(
    _ name: String, into file: String, in folder: Directory
  ) throws(TrackingError) -> String? {
    // Without its event file there is no place for the bytes.
    guard let descriptor = try SystemCalls.openIfPresent(folder.descriptor, file, O_RDWR) else {
      return nil
    }
    defer { SystemCalls.close(descriptor) }
    // A living writer has the lock, also one of this process.
    switch SystemCalls.lockFile(descriptor) {
    case true?: break
    case false?: return nil
    case nil: guard try isDead(file, in: folder) else { return nil }
    }
    defer { SystemCalls.unlock(descriptor) }
    var message: String?
    switch try PendingContent.read(folder, of: file) {
    case .nothing: break
    case .bytes(let pending):
      let size = UInt64(clamping: try SystemCalls.status(descriptor).st_size)
      guard size >= pending.base else { return nil }
      try write(pending, to: descriptor, file)
      do throws(TrackingError) {
        try SystemCalls.sync(descriptor, file)
      } catch  where error.meansUnknownToFileSystem {}
    case .lost(let reason): message = reason
    // It may still be completed there.
    case .elsewhere(let reason): return reason
    }
    try PendingPointer.remove(name, in: folder)
    return message
  }

  /// Whether the writer of a file is certainly gone, where files have no locks.
  private static func isDead(
    _ file: String, in folder: Directory
  ) throws(TrackingError) -> Bool {
    let header = try SessionLogReader.readHeader(directory: folder, file: file).header
    guard let header else { return false }
    return Liveness.of(header, directory: folder, file: file) == .dead
  }

  /// All of it, also what the file holds already: a sync that failed before may have taken that
  /// from the kernel's list of what is to be written.
  private static func write(
    _ pending: PendingSnapshot, to descriptor: Int32, _ file: String
  ) throws(TrackingError) {
    var place = 0
    while place < pending.bytes.count {
      let offset = Int64(clamping: pending.base) + Int64(place)
      let written = try pending.bytes.span.withUnsafeBytes { (bytes) throws(TrackingError) -> Int in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
        return try SystemCalls.write(descriptor, rest, at: offset, file)
      }
      guard written > 0 else { throw TrackingError.storage("write", file, ENOSPC) }
      place += written
    }
  }
}

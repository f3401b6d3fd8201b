internal import CPlatform
import Glibc
internal import TrackingEntities

/// Puts what dead writers left pending into their event files.
///
/// The bytes go where they belong whoever writes them and however often, so that being killed here,
/// or a second one who does the same, harms nothing. Readers never do this: they merge in memory.
package enum PendingReplay {
  /// Looks through an experiment's folder and those of its writers. What cannot be completed stays:
  /// readers go on merging it.
  package static func run(in directory: Directory) {
    let entries = (try? directory.entries()) ?? []
    replay(entries, in: directory)
    guard entries.has(ExperimentFiles.writers),
      let writers = try? directory.folder(ExperimentFiles.writers)
    else { return }
    for entry in (try? writers.entries()) ?? [] where entry.kind == .folder {
      if let folder = try? writers.folder(entry.name) {
        replay((try? folder.entries()) ?? [], in: folder)
      }
    }
  }

  private static func replay(_ entries: [DirectoryEntry], in folder: Directory) {
    for entry in entries where entry.kind == .file {
      guard let file = PendingLayout.eventFile(of: entry.name) else { continue }
      try? replay(entry.name, into: file, in: folder)
    }
  }

  private static func replay(
    _ name: String, into file: String, in folder: Directory
  ) throws(TrackingError) {
    let descriptor = try SystemCalls.open(folder.descriptor, file, O_RDWR)
    defer { SystemCalls.close(descriptor) }
    // A living writer has the lock, also one of this process.
    guard SystemCalls.lock(descriptor) else { return }
    defer { SystemCalls.unlock(descriptor) }
    if let pending = PendingSnapshot.read(folder, of: file) {
      let size = UInt64(clamping: try SystemCalls.status(descriptor).st_size)
      guard size >= pending.base else { return }
      try write(pending, from: size, to: descriptor, file)
      try SystemCalls.sync(descriptor, file)
    }
    try SystemCalls.remove(folder.descriptor, name)
  }

  private static func write(
    _ pending: PendingSnapshot, from size: UInt64, to descriptor: Int32, _ file: String
  ) throws(TrackingError) {
    var place = Int(clamping: min(size - pending.base, UInt64(pending.bytes.count)))
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

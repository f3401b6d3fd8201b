internal import CPlatform
package import FileSystem
import Glibc
import Synchronization
internal import TrackingEntities

/// Removes buffers in memory that are not needed any more: a writer that was killed leaves one, and
/// its experiment may be deleted by other means than ours.
package enum PendingLeftovers {
  private static let most = 64
  private static let mostEntries = 4096
  private static let minute = 60.0
  private static let week = 7 * 86_400.0
  private static let looked = Atomic<Bool>(false)

  /// Looks once in a process, when its first buffer is made.
  static func removeOnce(in memory: Directory, beside directory: Directory) {
    if looked.exchange(true, ordering: .relaxed) { return }
    remove(in: memory, beside: directory)
  }

  /// Looks at no more than 64 buffers of this user, among no more than 4,096 files.
  ///
  /// - Parameter directory: Only folders on its file system are looked at: another may be a network
  ///   that does not answer.
  package static func remove(
    in memory: Directory, beside directory: Directory, now: Double = Clock.now()
  ) {
    var found: [String] = []
    _ = try? memory.names(atMost: mostEntries) { entry in
      if entry.kind == .file, PendingPointer.isOwn(entry.name) { found.append(entry.name) }
      return true
    }
    guard let status = try? SystemCalls.status(directory.descriptor) else { return }
    for name in found.prefix(most)
    where isLeft(name, in: memory, on: UInt64(status.st_dev), now) {
      try? SystemCalls.remove(memory.descriptor, name)
    }
  }

  private static func isLeft(
    _ name: String, in memory: Directory, on device: UInt64, _ now: Double
  ) -> Bool {
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try? SystemCalls.openIfPresent(memory.descriptor, name, flags) else {
      return false
    }
    defer { SystemCalls.close(file) }
    guard SystemCalls.isLocked(file) == false, let status = try? SystemCalls.status(file),
      status.st_uid == geteuid(), platform_is_regular(status.st_mode) != 0,
      now - Double(status.st_ctim.tv_sec) > minute,
      let page = try? PendingSnapshot.bytes(file, 0, PendingLayout.headerSize, name)
    else { return false }
    // Its writer died before there was anything in it.
    guard let header = PendingHeader(page), header.pointer != FileIdentity(device: 0, inode: 0)
    else { return true }
    let isOld = now - header.emptied > week
    guard header.pointer.device == device, !header.folder.isEmpty else { return false }
    guard let folder = try? Directory.open(header.folder) else { return isOld }
    if let pointer = try? SystemCalls.statusIfPresent(folder.descriptor, header.name) {
      return FileIdentity(pointer) != header.pointer && isOld
    }
    guard let event = PendingLayout.eventFile(of: header.name),
      let file = try? SystemCalls.statusIfPresent(folder.descriptor, event)
    else { return isOld }
    let end = header.word.base + UInt64(header.word.used)
    return UInt64(clamping: file.st_size) >= end || isOld
  }
}

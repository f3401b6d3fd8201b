internal import CPlatform
import Glibc

extension Directory {
  /// Whether the file system that the folder is on was taken away from all paths (umount(8) with
  /// `-l`): what is written goes where nobody reads it. False where that is unknown, and where
  /// the folder was deleted or only moved.
  package var isUnmounted: Bool {
    if isReached(by: path) { return false }
    if let moved = SystemCalls.realPath("/proc/self/fd/\(descriptor)"), isReached(by: moved) {
      return false
    }
    guard let status = try? SystemCalls.status(descriptor), status.st_nlink > 0,
      let facts = ProcessFacts.read("/proc/self/fdinfo/\(descriptor)"),
      let mounts = ProcessFacts.read("/proc/self/mountinfo", whole: true), !mounts.isEmpty
    else { return false }
    let name = "mnt_id:"
    guard
      let line = facts.split(separator: "\n").first(where: { $0.utf8.starts(with: name.utf8) }),
      let mount = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first
    else { return false }
    return !mounts.split(separator: "\n").contains {
      $0.prefix { !$0.isWhitespace }.utf8.elementsEqual(mount.utf8)
    }
  }
}

import Glibc
package import TrackingEntities

/// Whether the process that writes an event file is still there.
package enum Liveness: Sendable {
  case alive
  case dead
  /// Not decidable from here: another host, or another container without working locks.
  case unknown

  /// Asks for the writer of a file, as seen from `here`.
  ///
  /// Where the writer's process can be looked up, that decides: a lock may outlive its process in a
  /// forked child that never closed the file. Under the same kernel the lock decides; a lock that is
  /// held means a living writer from anywhere.
  package static func of(
    _ header: SessionHeader, directory: Directory, file: String,
    seenFrom here: ProcessIdentity = ProcessFacts.current()
  ) -> Liveness {
    let writer = header.process
    let sameBoot = !writer.boot.isEmpty && writer.boot == here.boot
    if sameBoot && writer.namespace != 0 && writer.namespace == here.namespace {
      return ProcessFacts.isAlive(pid: writer.pid, start: writer.start) ? .alive : .dead
    }
    let locked = isLocked(directory, file)
    if locked == true { return .alive }
    if sameBoot { return locked == nil ? .unknown : .dead }
    let sameHost = !writer.host.isEmpty && writer.host == here.host
    return sameHost && !writer.boot.isEmpty && !here.boot.isEmpty ? .dead : .unknown
  }

  /// Whether somebody holds the lock of a file; nil where that cannot be told.
  package static func isLocked(_ directory: Directory, _ file: String) -> Bool? {
    guard
      let descriptor = try? SystemCalls.open(directory.descriptor, file, O_RDONLY | O_NONBLOCK)
    else { return nil }
    defer { SystemCalls.close(descriptor) }
    return SystemCalls.isLocked(descriptor)
  }
}

/// From where experiments are looked at: asked for once, when the first of them is still running.
package final class Viewpoint {
  private(set) lazy var process = ProcessFacts.current()

  package init() {}
}

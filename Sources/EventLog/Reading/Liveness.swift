internal import CPlatform
package import FileSystem
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
  /// Where the writer's process is certainly there or gone, that decides: a lock may outlive its
  /// process in a forked child that never closed the file. Else a lock that is held means a living
  /// writer, whatever is seen of its process: another user's may be hidden, and another time
  /// namespace counts its start from elsewhere. Under the same kernel a lock that is free means
  /// none.
  package static func of(
    _ header: SessionHeader, directory: Directory, file: String,
    seenFrom here: ProcessIdentity = ProcessFacts.current()
  ) -> Liveness {
    let writer = header.process
    let sameBoot = !writer.boot.isEmpty && writer.boot == here.boot
    var isHidden = false
    if sameBoot && writer.namespace != 0 && writer.namespace == here.namespace {
      switch ProcessFacts.presence(pid: writer.pid, start: writer.start) {
      case .present:
        // One that became another program (exec) released everything; its id and start stay.
        guard isLocked(directory, file) == false else { return .alive }
        guard let open = ProcessFacts.openFiles(named: file.lastPathPart, pid: writer.pid) else {
          return .alive
        }
        return open.allSatisfy { isOfAnother($0, than: header) } ? .dead : .alive
      case .gone: return .dead
      case .hidden: isHidden = true
      case .another: break
      }
    }
    let locked = isLocked(directory, file)
    if locked == true || (locked == nil && isHidden) { return .alive }
    if sameBoot { return locked == nil ? .unknown : .dead }
    let sameHost = !writer.host.isEmpty && writer.host == here.host
    // Without /proc the boot of the kernel is unknown; the lock still decides.
    if sameHost && writer.boot.isEmpty && here.boot.isEmpty && locked == false { return .dead }
    return sameHost && !writer.boot.isEmpty && !here.boot.isEmpty ? .dead : .unknown
  }

  /// Whether an open file is certainly another experiment's: those that a process makes in one
  /// second have one name. The file of which this one is a copy is not.
  private static func isOfAnother(_ path: String, than header: SessionHeader) -> Bool {
    guard let folder = try? Directory.open("/" + path.pathParent),
      let found = try? SessionLogReader.readHeader(directory: folder, file: path.lastPathPart)
    else { return false }
    return found.header.map { $0.experiment.id != header.experiment.id } ?? false
  }

  /// Whether a process holds the lock of a file; nil where that is unknown.
  package static func isLocked(_ directory: Directory, _ file: String) -> Bool? {
    guard
      let descriptor = try? SystemCalls.open(directory.descriptor, file, O_RDONLY | O_NONBLOCK)
    else { return nil }
    defer { SystemCalls.close(descriptor) }
    return SystemCalls.isLocked(descriptor)
  }
}

/// Looks again and again whether the writer of an event file is as it was.
package struct WriterWatch: Sendable {
  private let header: SessionHeader
  private let file: String
  private let here: ProcessIdentity
  /// Where its process shows itself, and its program, if that can be seen from here.
  private let folder: String?
  private let program: String

  package init(_ header: SessionHeader, file: String, seenFrom here: ProcessIdentity) {
    let writer = header.process
    let isNear =
      !writer.boot.isEmpty && writer.boot == here.boot && writer.namespace != 0
      && writer.namespace == here.namespace
    (self.header, self.file, self.here) = (header, file, here)
    folder = isNear ? "/proc/\(writer.pid)" : nil
    program = "/proc/\(writer.pid)/exe"
  }

  /// Adds what decides whether it is alive. As long as that stays the same, `Liveness.of` does not
  /// change; it costs less to ask, for nothing is read of a process that is plainly there.
  package func add(to hasher: inout Hasher, in directory: Directory) {
    guard let folder else { return hasher.combine(Liveness.isLocked(directory, file)) }
    // Each process has a folder of its own there, also one that gets the id of another. One that
    // has ended and whose end nobody has asked for yet runs no program.
    if let process = SystemCalls.statusFollowingLinks(folder)?.st_ino,
      SystemCalls.readLink(AT_FDCWD, program) != nil,
      let isLocked = Liveness.isLocked(directory, file), isLocked
    {
      hasher.combine(process)
    } else {
      hasher.combine(Liveness.of(header, directory: directory, file: file, seenFrom: here))
    }
  }
}

/// From where experiments are looked at: asked for once, when the first of them is still running.
package final class ReaderProcess {
  package private(set) lazy var process = ProcessFacts.current()

  package init() {}
}

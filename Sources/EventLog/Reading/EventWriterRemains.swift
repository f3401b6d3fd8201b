internal import CPlatform
import FileSystem
import Glibc
package import TrackingEntities

/// What of all that a writer was given could be read if the process ended now.
package enum WriterRemains: Sendable, Equatable {
  /// All but so many points and records, which are in the memory of the process.
  case allBut(UInt64)
  /// What the last sync that succeeded has forced to the disk, at most: the file cannot be read
  /// back, or a sync of it has failed.
  case synced
}

extension EventWriter {
  package var remains: WriterRemains { ask(.allBut(0)) { $0.remains } }
}

extension EventWriterState {
  fileprivate var remains: WriterRemains {
    if isGone { return .allBut(0) }
    if needsRewriting || !readsBack { return .synced }
    guard buffer.count > 0 || (pending?.used ?? 0) > 0 else { return .allBut(0) }
    var waiting: UInt64 = 0
    if let pending, !isPendingFound {
      waiting = Self.waiting(in: pending.bytes, behind: pending.drained)
    }
    // What a memory holds that is not in use any more is at the front of the buffer.
    let held = isRetired && isPendingFound ? Int(clamping: retiredEnd - offset) : 0
    return .allBut(waiting &+ Self.waiting(in: buffer.bytes, behind: max(done, held)))
  }

  /// The user's points and records in the frames that do not end before a place.
  private static func waiting(in frames: UnsafeRawBufferPointer, behind place: Int) -> UInt64 {
    let start = frameStart(in: frames, covering: min(max(place, 0), frames.count))
    return items(in: UnsafeRawBufferPointer(rebasing: frames[start...])) { $0.isLogged }
  }

  /// Whether readers find the shared memory, and take it for that of the event file.
  private var isPendingFound: Bool {
    guard let place = pendingPlace, place.isNamed, let directory = try? directory,
      !directory.isUnmounted, PendingLayout.name(of: name)?.isSame(as: place.pointer) == true
    else { return false }
    return place.isPointed(in: directory)
  }

  /// Whether the end of the file can be read: not on a disk that was shut down.
  private var readsBack: Bool {
    guard isOpen, fileSize > 0 else { return true }
    do throws(TrackingError) {
      return try withByte { (byte) throws(TrackingError) in
        try SystemCalls.read(descriptor, byte, at: fileSize - 1, name) > 0
      }
    } catch {
      return ![EIO, ENODEV, ENXIO, ESTALE, ENOTCONN, ESHUTDOWN, EUCLEAN]
        .contains(error.systemCode)
    }
  }

  private func withByte(
    _ body: (UnsafeMutableRawBufferPointer) throws(TrackingError) -> Bool
  ) throws(TrackingError) -> Bool {
    var byte: UInt8 = 0
    var problem: TrackingError?
    let result = withUnsafeMutableBytes(of: &byte) { byte in
      do throws(TrackingError) { return try body(byte) } catch { problem = error }
      return false
    }
    if let problem { throw problem }
    return result
  }
}

extension Record {
  /// Whether a user logged it: not what the library says of the session, and captured by itself.
  package var isLogged: Bool {
    switch self {
    case .header, .status, .end: false
    case .fact(let section, _): !Self.captured.contains(section)
    case .artifact(let artifact): artifact.kind != "environment"
    case .param, .tag, .note, .selection: true
    }
  }

  private static let captured: Set<Key> = [
    "git", "command", "environment", "code", "distributed", "job",
  ]
}

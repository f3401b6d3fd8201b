internal import CPlatform
package import FileSystem
import Glibc
package import TrackingEntities

/// What is pending for an event file, read without touching it.
package enum PendingContent {
  /// Nothing, as nearly always.
  case nothing
  case bytes(PendingSnapshot)
  /// It is gone for good; a sentence says why.
  case lost(String)
  /// It cannot be read from here; a sentence says from where.
  case elsewhere(String)

  private static let attempts = 1000

  /// What is pending for an event file.
  ///
  /// The event file holds everything before `base` if the caller looks at its size afterwards.
  ///
  /// - Throws: `storage` if there is a pending file that cannot be opened or read, which says
  ///   nothing about what is in it; `format` if what is in it is damaged.
  package static func read(
    _ directory: Directory, of file: String
  ) throws(TrackingError) -> PendingContent {
    guard let name = PendingLayout.name(of: file) else { return .nothing }
    var missing: PendingPointer?
    for _ in 0..<attempts {
      let pointer: PendingPointer
      switch try PendingPointer.read(name, in: directory) {
      case .nothing: return .nothing
      case .empty:
        return .lost(
          "\(tail(of: file)) may be lost: '\(name)', which says where they are, is empty, as after a "
            + "power cut")
      case .pointer(let found): pointer = found
      }
      switch try pointer.find() {
      case .open(let buffer, _):
        defer { SystemCalls.close(buffer) }
        switch try PendingSnapshot.read(buffer, pointer.path) {
        case .some(let snapshot): return snapshot.bytes.isEmpty ? .nothing : .bytes(snapshot)
        case .none: continue
        }
      case .restarted:
        return .lost(
          "\(tail(of: file)) are lost: they were in the memory of '\(pointer.host)', which was "
            + "restarted before anybody resumed the experiment")
      case .removed:
        // A writer that ends removes the pending file first.
        if missing == pointer {
          return .lost(
            "\(tail(of: file)) may be lost: '\(pointer.path)', the memory that they were in, was "
              + "removed")
        }
        missing = pointer
      case .elsewhere(let why):
        return .elsewhere(
          "\(tail(of: file)) wait in '\(pointer.path)' of '\(pointer.host)', which cannot be read from "
            + "here (\(why)): read or resume the experiment there; if that is gone, remove '\(name)'"
        )
      }
    }
    throw TrackingError(
      .storage, "'\(name)' changed during each of \(attempts) attempts to read it; read again")
  }

  /// How long the event file is with what is pending, given the size of the file alone.
  func size(with file: UInt64) -> UInt64 {
    switch self {
    case .nothing: file
    case .bytes(let snapshot): snapshot.size(with: file)
    case .lost, .elsewhere: Self.unknownSize
    }
  }

  /// A size that no view was made from: what cannot be read is reported by whoever reads the file.
  static let unknownSize = UInt64(Int64.max)

  private static func tail(of file: String) -> String {
    "the last points of '\(file)' (at most \(PendingLayout.capacity >> 10) KiB)"
  }

  /// As `read`; what cannot be had becomes a damage, with which the rest can be shown. While the
  /// writer lives, what cannot be seen from here is only late.
  static func readReporting(
    _ directory: Directory, of file: String, isAlive: () -> Bool, _ damage: inout TFRecordDamage?
  ) -> PendingSnapshot? {
    var reason: String
    do throws(TrackingError) {
      switch try read(directory, of: file) {
      case .nothing: return nil
      case .bytes(let snapshot): return snapshot
      case .lost(let why), .elsewhere(let why):
        if isAlive() { return nil }
        reason = why
      }
    } catch {
      reason = "the last points of '\(file)' may be missing: \(error.message)"
    }
    damage = TFRecordDamage(file: file, offset: 0, length: 0, reason: reason)
    return nil
  }
}

/// The bytes that are pending for an event file.
package struct PendingSnapshot {
  /// Where the bytes belong in the event file.
  package let base: UInt64
  package let bytes: [UInt8]

  package var end: UInt64 { base + UInt64(bytes.count) }

  /// The bytes that are missing between the event file and what is pending, as in a copy that was
  /// made while the experiment was written: nothing is put behind a gap.
  func gap(after size: UInt64, of file: String) -> TFRecordDamage? {
    guard size < base else { return nil }
    return TFRecordDamage(
      file: file, offset: size, length: base - size,
      reason: "'\(file)' ends at byte \(size) and what is pending begins at byte \(base): "
        + "\(base - size) bytes between them and \(bytes.count) pending ones are missing, as in a "
        + "copy that was made while the experiment was written; copy the folder again")
  }

  /// How long the event file is with what is pending, given the size of the file alone. Nothing is
  /// put behind a gap: where the file is too short, a copy was made while it grew, or the power
  /// went.
  package func size(with file: UInt64) -> UInt64 { file < base ? file : max(file, end) }

  /// Reads a buffer; nil if it was emptied meanwhile.
  static func read(
    _ descriptor: Int32, _ path: String
  ) throws(TrackingError) -> PendingSnapshot? {
    func damage() -> TrackingError { TrackingError(.format, "'\(path)' is damaged") }
    guard let header = try PendingHeader.read(descriptor, path),
      header.word.used <= PendingLayout.capacity
    else { throw damage() }
    let content = try bytes(descriptor, PendingLayout.headerSize, header.word.used, path)
    guard let later = try PendingHeader.read(descriptor, path),
      content.count == header.word.used
    else { throw damage() }
    if later.word.base != header.word.base || later.word.used < header.word.used { return nil }
    guard isWhole(content) else { throw damage() }
    return PendingSnapshot(base: header.word.base, bytes: content)
  }

  /// Whether the bytes are frames to the end: only whole ones are ever made to count.
  private static func isWhole(_ content: [UInt8]) -> Bool {
    content.withUnsafeBytes { content in
      var place = 0
      while let end = EventWriterState.nextFrame(in: content, after: place) { place = end }
      return place == content.count
    }
  }

  static func bytes(
    _ descriptor: Int32, _ place: Int, _ count: Int, _ name: String
  ) throws(TrackingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let offset = Int64(place + filled)
      var rest = bytes.mutableSpan
      let read = try rest.withUnsafeMutableBytes { (target) throws(TrackingError) -> Int in
        try SystemCalls.read(
          descriptor, UnsafeMutableRawBufferPointer(rebasing: target[filled...]), at: offset, name)
      }
      if read == 0 { break }
      filled += read
    }
    bytes.removeLast(count - filled)
    return bytes
  }
}

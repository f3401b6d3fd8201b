internal import CPlatform
import FileSystem
import Glibc
internal import TrackingEntities

/// A moving view of a file, filled with `pread` in pieces: a mapping would kill the process if the
/// file shrank.
struct TFRecordWindow: ~Copyable {
  let file: String
  /// The file's size when it was opened: what is appended meanwhile is not read. It becomes less if
  /// the file turns out to be shorter.
  private(set) var size: UInt64
  private let descriptor: Int32
  /// What belongs behind the file's content and is not in the file yet.
  private let pending: PendingSnapshot?
  /// Why what is pending is not known, or does not fit the file.
  let pendingDamage: TFRecordDamage?
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var start: UInt64 = 0
  private var filled = 0

  init(
    directory: Directory, file: String, piece: Int, mayBePending: Bool
  ) throws(TrackingError) {
    let descriptor = try SystemCalls.open(directory.descriptor, file, O_RDONLY | O_NONBLOCK)
    // In this order: what is no longer pending is in the file.
    var damage: TFRecordDamage?
    let isAlive = { SystemCalls.isLocked(descriptor) == true }
    let pending =
      mayBePending
      ? PendingContent.readReporting(directory, of: file, isAlive: isAlive, &damage) : nil
    do throws(TrackingError) {
      let information = try SystemCalls.status(descriptor)
      guard platform_is_regular(information.st_mode) != 0 else {
        throw TrackingError(
          .format, "'\(Directory.join(directory.path, file))' is not a regular file")
      }
      let length = UInt64(clamping: information.st_size)
      size = pending?.size(with: length) ?? length
      pendingDamage = damage ?? pending?.gap(after: length, of: file)
    } catch {
      SystemCalls.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.pending = pending
    self.file = file
    capacity = Int(clamping: min(UInt64(piece), max(size, 1)))
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    base.deallocate()
    SystemCalls.close(descriptor)
  }

  /// The bytes from `offset` on, at least `count` of them, valid until the next call; nil if the
  /// file ends before. The caller has checked `count` against `size`.
  @inline(__always)
  mutating func bytes(
    at offset: UInt64, count: Int
  ) throws(TrackingError) -> UnsafeRawPointer? {
    let skipped = offset &- start
    if skipped <= UInt64(filled), count <= filled &- Int(truncatingIfNeeded: skipped) {
      return UnsafeRawPointer(base + Int(truncatingIfNeeded: skipped))
    }
    return try refill(at: offset, count: count)
  }

  private mutating func refill(
    at offset: UInt64, count: Int
  ) throws(TrackingError) -> UnsafeRawPointer? {
    guard offset <= size, UInt64(count) <= size - offset else { return nil }
    keepTail(from: offset)
    if count > capacity { enlarge(to: count) }
    while filled < count {
      let wanted = min(UInt64(capacity - filled), size - start - UInt64(filled))
      let target = UnsafeMutableRawBufferPointer(
        start: base + filled, count: Int(truncatingIfNeeded: wanted))
      let read = try read(target, at: start + UInt64(filled))
      if read == 0 {
        size = start + UInt64(filled)
        return nil
      }
      filled += read
    }
    return UnsafeRawPointer(base)
  }

  /// Where the first byte from a place on is that is not zero; `size` if there is none. A hole is
  /// not read.
  mutating func firstNonZero(from place: UInt64) throws(TrackingError) -> UInt64 {
    var place = place
    while place < size {
      if place < start || place - start >= UInt64(filled) { place = afterHole(from: place) }
      guard place < size, let found = try bytes(at: place, count: 1) else { return size }
      let held = UnsafeRawBufferPointer(
        start: found, count: filled - Int(truncatingIfNeeded: place - start))
      if let nonZero = held.firstNonZero { return place + UInt64(nonZero) }
      place += UInt64(held.count)
    }
    return size
  }

  /// The next place that is not in a hole of the file.
  private func afterHole(from place: UInt64) -> UInt64 {
    let end = min(size, pending?.base ?? size)
    guard place < end, let offset = Int64(exactly: place) else { return place }
    guard let next = SystemCalls.nextData(descriptor, from: offset) else { return end }
    return min(max(place, UInt64(clamping: next)), end)
  }

  /// The CRC-32C of many bytes, which are not held at the same time; nil if the file ends before.
  mutating func sum(from place: UInt64, count: UInt64) throws(TrackingError) -> UInt32? {
    var (sum, place, rest): (UInt32, UInt64, UInt64) = (0, place, count)
    while rest > 0 {
      let part = min(rest, UInt64(TFRecordWindow.part))
      guard let found = try bytes(at: place, count: Int(part)) else { return nil }
      sum = platform_crc32c(sum, found, Int(part))
      (place, rest) = (place + part, rest - part)
    }
    return sum
  }

  private static var part: Int { 1 << 20 }

  /// Reads some bytes, from the pending ones where they are the ones; 0 at the end.
  private func read(
    _ target: UnsafeMutableRawBufferPointer, at place: UInt64
  ) throws(TrackingError) -> Int {
    var target = target
    if let pending, place < pending.end {
      if place >= pending.base {
        let first = Int(truncatingIfNeeded: place - pending.base)
        let count = min(target.count, pending.bytes.count - first)
        target.copyBytes(from: pending.bytes[first..<(first + count)])
        return count
      }
      let before = Int(clamping: pending.base - place)
      target = UnsafeMutableRawBufferPointer(rebasing: target.prefix(before))
    }
    return try SystemCalls.read(descriptor, target, at: Int64(clamping: place), file)
  }

  private mutating func keepTail(from offset: UInt64) {
    let skipped = offset &- start
    if skipped <= UInt64(filled) {
      let count = Int(truncatingIfNeeded: skipped)
      base.copyMemory(from: base + count, byteCount: filled - count)
      filled -= count
    } else {
      filled = 0
    }
    start = offset
  }

  /// Room for one long frame; its length has passed its CRC and fits into the file.
  private mutating func enlarge(to count: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
    larger.copyMemory(from: base, byteCount: filled)
    base.deallocate()
    base = larger
    capacity = count
  }
}

extension UnsafeRawBufferPointer {
  /// The place of the first byte that is not zero.
  fileprivate var firstNonZero: Int? {
    guard let start = baseAddress else { return nil }
    var place = 0
    while place + 8 <= count,
      start.loadUnaligned(fromByteOffset: place, as: UInt64.self) == 0
    {
      place += 8
    }
    return self[place...].firstIndex { $0 != 0 }
  }
}

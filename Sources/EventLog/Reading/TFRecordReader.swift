package import FileSystem
package import TrackingEntities

/// Bytes of an event file, or of what is pending for it, that could not be read.
package struct TFRecordDamage: Sendable, Equatable {
  /// The file, relative to the experiment's folder.
  package let file: String
  package let offset: UInt64
  /// How many bytes were skipped; 0 where it is unknown how many are missing.
  package let length: UInt64
  /// What is wrong, where it is not that bytes were skipped.
  package let reason: String?

  package init(file: String, offset: UInt64, length: UInt64, reason: String? = nil) {
    self.file = file
    self.offset = offset
    self.length = length
    self.reason = reason
  }

  /// One sentence for people.
  package var description: String {
    reason ?? "'\(file)' is damaged at byte \(offset): \(CountText.of(length, "byte")) skipped"
  }
}

/// Reads the frames of an event file in order.
///
/// A tail that is cut off or filled with zeros is what a dying writer or a power cut leaves: it is
/// passed over in silence. Damage anywhere else is skipped up to the next offset where both CRCs
/// hold and the payload is an event, and reported.
package struct TFRecordReader: ~Copyable {
  private var window: TFRecordWindow
  /// Where the next frame begins.
  private var offset: UInt64 = 0
  private var last: (offset: UInt64, length: UInt64) = (0, 0)
  /// The last header that held, as it is in the file, and what it says.
  private var known: (length: UInt64, sum: UInt32, frame: UInt64, payload: Int) = (0, 0, .max, 0)
  /// Where the last whole frame ends.
  package private(set) var validLength: UInt64 = 0
  package private(set) var damages: [TFRecordDamage] = []

  /// - Parameters:
  ///   - start: Where to begin: where a frame begins.
  ///   - piece: How many bytes are read at a time; less where only the beginning is wanted.
  ///   - mayBePending: Whether to look for what the file does not hold yet.
  package init(
    directory: Directory, file: String, from start: UInt64 = 0, piece: Int = 1 << 20,
    mayBePending: Bool = true
  ) throws(TrackingError) {
    (offset, validLength) = (start, start)
    window = try TFRecordWindow(
      directory: directory, file: file, piece: piece, mayBePending: mayBePending)
    if let damage = window.pendingDamage { damages.append(damage) }
  }

  /// The file's size, as far as it is read.
  package var size: UInt64 { window.size }

  /// How many bytes follow the last whole frame.
  package var rest: UInt64 { size > validLength ? size - validLength : 0 }

  /// Drops the damages found so far: they have been reported.
  package mutating func forgetDamages() { damages = [] }

  /// The payload of the next frame, valid until the next call; nil at the end.
  @inline(__always)
  package mutating func next() throws(TrackingError) -> UnsafeRawBufferPointer? {
    while offset < window.size {
      if let payload = try frame(at: offset) {
        last = (offset, UInt64(payload.count + TFRecordFrame.overhead))
        offset += last.length
        validLength = offset
        return payload
      }
      try resynchronise()
    }
    return nil
  }

  /// Reports the frame that `next` returned last as damaged: its payload makes no sense.
  package mutating func rejectLast() {
    damages.append(TFRecordDamage(file: window.file, offset: last.offset, length: last.length))
  }

  @inline(__always)
  private mutating func frame(at place: UInt64) throws(TrackingError) -> UnsafeRawBufferPointer? {
    let available = window.size - place
    guard let header = try window.bytes(at: place, count: TFRecordFrame.headerSize),
      let length = payloadLength(header, available: available),
      try mayBeWhole(place, length),
      let frame = try window.bytes(at: place, count: length + TFRecordFrame.overhead),
      TFRecordFrame.payloadHolds(frame, length: length)
    else { return nil }
    return UnsafeRawBufferPointer(start: frame + TFRecordFrame.headerSize, count: length)
  }

  /// Longer payloads than this are looked at in parts before memory is taken for them.
  private static var long: Int { 64 << 20 }

  /// Whether a long frame is there: what its header says may be all that is left of it.
  @inline(__always)
  private mutating func mayBeWhole(_ place: UInt64, _ length: Int) throws(TrackingError) -> Bool {
    if length <= TFRecordReader.long { return true }
    return try isWhole(place, length)
  }

  /// No event is longer than Protocol Buffers allow.
  @inline(never)
  private mutating func isWhole(_ place: UInt64, _ length: Int) throws(TrackingError) -> Bool {
    let payload = place + UInt64(TFRecordFrame.headerSize)
    guard length <= Int32.max, let sum = try window.sum(from: payload, count: UInt64(length)),
      let footer = try window.bytes(
        at: payload + UInt64(length), count: TFRecordFrame.footerSize)
    else { return false }
    return UInt32(littleEndian: footer.loadUnaligned(as: UInt32.self)) == TFRecordFrame.masked(sum)
  }

  /// The payload's length, if the header is one. Frames of equal length have equal headers, so that
  /// the sum of the header before need not be computed again.
  @inline(__always)
  private mutating func payloadLength(_ header: UnsafeRawPointer, available: UInt64) -> Int? {
    if header.loadUnaligned(as: UInt64.self) == known.length,
      header.loadUnaligned(fromByteOffset: 8, as: UInt32.self) == known.sum,
      known.frame <= available
    {
      return known.payload
    }
    guard let length = TFRecordFrame.payloadLength(header, available: available) else { return nil }
    known = (
      header.loadUnaligned(as: UInt64.self),
      header.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
      UInt64(length + TFRecordFrame.overhead), length
    )
    return length
  }

  /// Steps from a bad frame to the next good one, or to the end.
  private mutating func resynchronise() throws(TrackingError) {
    let bad = offset
    offset = try firstCandidate(after: bad)
    while offset < window.size {
      if let payload = try frame(at: offset), EventPayload(payload) != nil { break }
      offset = try nextCandidate(after: offset)
    }
    if offset >= window.size, try isTornTail(from: bad) { return }
    damages.append(TFRecordDamage(file: window.file, offset: bad, length: offset - bad))
  }

  /// Where to look on. A header that holds is trusted, so that bytes inside a damaged payload that
  /// happen to look like a frame are not taken for one.
  private mutating func firstCandidate(after bad: UInt64) throws(TrackingError) -> UInt64 {
    guard let length = try soundLength(at: bad) else { return bad + 1 }
    let (payloadEnd, wraps) = (bad + UInt64(TFRecordFrame.overhead)).addingReportingOverflow(length)
    if wraps || payloadEnd >= window.size { return window.size }
    return try frame(at: payloadEnd) != nil ? payloadEnd : bad + 1
  }

  /// The next place at which a frame may begin. No header is all zeros, which are what a power cut,
  /// a hole, or room that was asked for in advance leaves, perhaps gigabytes of them.
  private mutating func nextCandidate(after place: UInt64) throws(TrackingError) -> UInt64 {
    let next = place + 1
    guard next + 8 <= window.size, let bytes = try window.bytes(at: next, count: 8),
      bytes.loadUnaligned(as: UInt64.self) == 0
    else { return next }
    let end = try window.firstNonZero(from: next)
    if end >= window.size { return end }
    return max(next, end - min(end, UInt64(TFRecordFrame.headerSize - 1)))
  }

  /// The length in the header of a frame, if the header is there and its CRC holds.
  private mutating func soundLength(at place: UInt64) throws(TrackingError) -> UInt64? {
    guard let header = try window.bytes(at: place, count: TFRecordFrame.headerSize),
      TFRecordFrame.headerHolds(header)
    else { return nil }
    return TFRecordFrame.announcedLength(header)
  }

  /// Whether what a bad frame begins is only unfinished: less than a header, a good header whose
  /// payload is cut off, or a frame whose end never reached the disk and reads as zeros.
  private mutating func isTornTail(from bad: UInt64) throws(TrackingError) -> Bool {
    let available = window.size - bad
    guard available >= UInt64(TFRecordFrame.overhead) else { return true }
    if let length = try soundLength(at: bad), length > available - UInt64(TFRecordFrame.overhead) {
      return true
    }
    return try endsInZeros(available)
  }

  /// Whether at least the last 12 bytes of the file, or all that is left, are zero.
  private mutating func endsInZeros(_ available: UInt64) throws(TrackingError) -> Bool {
    let count = Int(truncatingIfNeeded: min(available, UInt64(TFRecordFrame.headerSize)))
    guard let tail = try window.bytes(at: window.size - UInt64(count), count: count) else {
      return true
    }
    return UnsafeRawBufferPointer(start: tail, count: count).allSatisfy { $0 == 0 }
  }
}

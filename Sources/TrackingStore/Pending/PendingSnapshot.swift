import Glibc
internal import TrackingEntities

/// What a pending file held at one moment, read without touching it.
package struct PendingSnapshot {
  /// Where the bytes belong in the event file.
  package let base: UInt64
  package let bytes: [UInt8]

  package var end: UInt64 { base + UInt64(bytes.count) }

  /// The pending bytes of an event file; nil if there are none, as nearly always.
  ///
  /// The event file holds everything before `base` if the caller looks at its size afterwards.
  package static func read(_ directory: Directory, of file: String) -> PendingSnapshot? {
    guard let name = PendingLayout.name(of: file),
      let descriptor = try? SystemCalls.open(directory.descriptor, name, O_RDONLY | O_NONBLOCK)
    else { return nil }
    defer { SystemCalls.close(descriptor) }
    return try? read(descriptor, name)
  }

  /// How long the event file is with what is pending, given the size of the file alone. Nothing is
  /// put behind a gap: where the file is too short, a copy was made while it grew, or the power went.
  package func size(with file: UInt64) -> UInt64 { file < base ? file : max(file, end) }

  private static let attempts = 1000

  private static func read(
    _ descriptor: Int32, _ name: String
  ) throws(TrackingError) -> PendingSnapshot? {
    for _ in 0..<attempts {
      let header = PendingHeader(try bytes(descriptor, 0, PendingLayout.headerSize, name))
      guard let header, header.word.used > 0, header.word.used <= PendingLayout.capacity else {
        return nil
      }
      let content = try bytes(descriptor, PendingLayout.headerSize, header.word.used, name)
      let later = PendingHeader(try bytes(descriptor, 0, PendingLayout.headerSize, name))
      // Otherwise the buffer was drained and begun anew meanwhile.
      guard let later, later.word.base == header.word.base, later.word.used >= header.word.used
      else { continue }
      guard content.count == header.word.used else { return nil }
      if header.boot == ProcessFacts.bootIdentifier {
        return PendingSnapshot(base: header.word.base, bytes: content)
      }
      return PendingSnapshot(
        base: header.word.base,
        bytes: Array(content[..<whole(content, from: header.word.base, to: later.chain)]))
    }
    return nil
  }

  /// How much of the buffer is what was appended last, where the machine was started anew since: all
  /// of it if the chain holds, else nothing, because pages may be older than the word.
  private static func whole(_ content: [UInt8], from base: UInt64, to chain: UInt32) -> Int {
    content.withUnsafeBytes { content in
      var found = PendingLayout.chain(from: base)
      var whole = 0
      var place = 0
      while let end = EventWriterState.nextFrame(in: content, after: place) {
        guard let start = content.baseAddress else { return 0 }
        found = PendingLayout.chain(found, frameEnd: start + end)
        if found == chain { whole = end }
        place = end
      }
      return whole
    }
  }

  private static func bytes(
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

/// The first page of a pending file.
private struct PendingHeader {
  let word: PendingWord
  let chain: UInt32
  let boot: String

  /// Nil for a page that is not one, or is not finished yet.
  init?(_ page: [UInt8]) {
    guard page.count == PendingLayout.headerSize else { return nil }
    func word(_ place: Int) -> UInt64 {
      page[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard word(PendingLayout.magicPlace) == PendingLayout.magic else { return nil }
    self.word = PendingWord(rawValue: word(PendingLayout.wordPlace))
    chain = UInt32(truncatingIfNeeded: word(PendingLayout.chainPlace))
    let text = page[PendingLayout.bootPlace...].prefix(PendingLayout.longestBoot)
    boot = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }
}

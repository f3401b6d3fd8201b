import Glibc
package import TrackingEntities

/// What a pending file held at one moment, read without touching it.
package struct PendingSnapshot {
  /// Where the bytes belong in the event file.
  package let base: UInt64
  package let bytes: [UInt8]

  package var end: UInt64 { base + UInt64(bytes.count) }

  /// The pending bytes of an event file; nil if there are none, as nearly always.
  ///
  /// The event file holds everything before `base` if the caller looks at its size afterwards.
  ///
  /// - Throws: `storage` if there is a pending file that cannot be opened or read, which says nothing
  ///   about what is in it; `format` if what is in it is damaged.
  package static func read(
    _ directory: Directory, of file: String
  ) throws(TrackingError) -> PendingSnapshot? {
    guard let name = PendingLayout.name(of: file),
      let descriptor = try SystemCalls.openIfPresent(
        directory.descriptor, name, O_RDONLY | O_NONBLOCK)
    else { return nil }
    defer { SystemCalls.close(descriptor) }
    return try read(descriptor, name)
  }

  /// As `read`; what cannot be read becomes a damage, with which the rest can be shown.
  static func readReporting(
    _ directory: Directory, of file: String, _ damage: inout TFRecordDamage?
  ) -> PendingSnapshot? {
    do throws(TrackingError) {
      return try read(directory, of: file)
    } catch {
      damage = TFRecordDamage(
        file: file, offset: 0, length: 0,
        reason: "the last points of '\(file)' may be missing: \(error.message)")
      return nil
    }
  }

  /// The bytes that are missing between the event file and what is pending, as in a copy that was made
  /// while the experiment was written: nothing is put behind a gap.
  func gap(after size: UInt64, of file: String) -> TFRecordDamage? {
    guard size < base else { return nil }
    return TFRecordDamage(
      file: file, offset: size, length: base - size,
      reason: "'\(file)' ends at byte \(size) and what is pending begins at byte \(base): "
        + "\(base - size) bytes between them and \(bytes.count) pending ones are missing, as in a "
        + "copy that was made while the experiment was written; copy the folder again")
  }

  /// How long the event file is with what is pending, given the size of the file alone. Nothing is
  /// put behind a gap: where the file is too short, a copy was made while it grew, or the power went.
  package func size(with file: UInt64) -> UInt64 { file < base ? file : max(file, end) }

  private static let attempts = 1000

  private static func read(
    _ descriptor: Int32, _ name: String
  ) throws(TrackingError) -> PendingSnapshot? {
    for _ in 0..<attempts {
      let page = try bytes(descriptor, 0, PendingLayout.headerSize, name)
      guard let header = PendingHeader(page) else {
        // It is made in steps, and a power cut may leave the first ones: then nothing was ever in it.
        let magic = page.dropFirst(PendingLayout.magicPlace).prefix(8)
        let isBegun = page.isEmpty || page.count == PendingLayout.headerSize
        if isBegun, magic.allSatisfy({ $0 == 0 }) { return nil }
        throw TrackingError(.format, "'\(name)' is damaged in its first bytes")
      }
      guard header.word.used <= PendingLayout.capacity else {
        throw TrackingError(.format, "'\(name)' is damaged in its first bytes")
      }
      if header.word.used == 0 { return nil }
      let content = try bytes(descriptor, PendingLayout.headerSize, header.word.used, name)
      let later = PendingHeader(try bytes(descriptor, 0, PendingLayout.headerSize, name))
      // Otherwise the buffer was drained and begun anew meanwhile.
      guard let later, later.word.base == header.word.base, later.word.used >= header.word.used
      else { continue }
      guard content.count == header.word.used else {
        throw TrackingError(
          .format,
          "'\(name)' was cut short: \(content.count) of \(header.word.used) bytes are left")
      }
      let isOfThisBoot = header.boot == ProcessFacts.bootIdentifier
      // A writer that goes on meanwhile keeps word and bytes in step, and its chain is ahead.
      if isOfThisBoot, later != header {
        return PendingSnapshot(base: header.word.base, bytes: content)
      }
      let whole = whole(content, from: header.word.base, to: later.chain)
      // Within one boot only a copy that was made while the buffer was begun anew breaks the chain.
      guard whole != nil || !isOfThisBoot else {
        throw TrackingError(
          .format,
          "'\(name)' does not fit together, as in a copy that was made while the experiment was "
            + "written; copy the folder again")
      }
      return PendingSnapshot(base: header.word.base, bytes: Array(content[..<(whole ?? 0)]))
    }
    throw TrackingError(
      .storage, "'\(name)' changed during each of \(attempts) attempts to read it; read again")
  }

  /// How much of the buffer is what was appended last: all of it, or all but what a kill between the
  /// word and the chain left unacknowledged; nil if the chain does not hold anywhere, because pages
  /// are older or newer than the word.
  private static func whole(_ content: [UInt8], from base: UInt64, to chain: UInt32) -> Int? {
    content.withUnsafeBytes { content in
      var found = PendingLayout.chain(from: base)
      var whole: Int? = found == chain ? 0 : nil
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
private struct PendingHeader: Equatable {
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

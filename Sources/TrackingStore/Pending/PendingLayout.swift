internal import CPlatform

/// The pending file: what a hot loop appended and the event file does not hold yet.
///
/// A page of header, then the buffer. One word, published last, says where the buffer belongs in the
/// event file and how much of it counts; nothing else decides.
enum PendingLayout {
  static let capacity = 1 << 16
  static let headerSize = 4096
  static let fileSize = headerSize + capacity

  static let wordPlace = 0
  static let chainPlace = 8
  static let magicPlace = 64
  static let bootPlace = 72
  static let longestBoot = 64
  static let magic: UInt64 = 0x3144_4E45_5057_5300  // "\0SWPEND1"

  private static let prefix = "pending-"
  private static let suffix = ".tmp"

  /// The pending file of an event file, beside it; nil for files that never have one.
  static func name(of file: String) -> String? {
    let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { file[...$0] } ?? ""
    let name = slash.map { file[file.index(after: $0)...] } ?? file[...]
    guard name.hasPrefix(EventFileName.prefix) else { return nil }
    return folder + prefix + name.dropFirst(EventFileName.prefix.count) + suffix
  }

  /// The event file that a pending file of this name belongs to.
  static func eventFile(of name: String) -> String? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    return EventFileName.prefix + name.dropFirst(prefix.count).dropLast(suffix.count)
  }

  /// The header of a pending file whose buffer is empty.
  static func header(base: UInt64, boot: String) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: headerSize)
    let boot = Array(boot.utf8.prefix(longestBoot))
    page.withUnsafeMutableBytes {
      let word = PendingWord(base: base, used: 0)
      $0.storeBytes(of: word.rawValue.littleEndian, toByteOffset: wordPlace, as: UInt64.self)
      $0.storeBytes(of: chain(from: base).littleEndian, toByteOffset: chainPlace, as: UInt32.self)
      $0.storeBytes(of: magic.littleEndian, toByteOffset: magicPlace, as: UInt64.self)
      for (place, byte) in boot.enumerated() { $0[bootPlace + place] = byte }
    }
    return page
  }

  /// The chain binds the frames in the buffer to their place in the event file: a page that a power
  /// cut left behind breaks it.
  static func chain(from base: UInt64) -> UInt32 {
    withUnsafeBytes(of: base.littleEndian) { platform_crc32c(0, $0.baseAddress, $0.count) }
  }

  /// The chain with one more frame, by the last four bytes of it, which are its sum.
  @inline(__always)
  static func chain(_ chain: UInt32, frameEnd: UnsafeRawPointer) -> UInt32 {
    platform_crc32c(chain, frameEnd - TFRecordFrame.footerSize, TFRecordFrame.footerSize)
  }
}

/// Where the buffer belongs in the event file, and how many bytes of it count, as one word.
struct PendingWord: RawRepresentable, Equatable {
  static let usedBits: UInt64 = 17
  static let largestBase: UInt64 = 1 << 47 - 1

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  init(base: UInt64, used: Int) {
    rawValue = base << PendingWord.usedBits | UInt64(truncatingIfNeeded: used)
  }

  var base: UInt64 { rawValue >> PendingWord.usedBits }
  var used: Int { Int(truncatingIfNeeded: rawValue & (1 << PendingWord.usedBits - 1)) }
}

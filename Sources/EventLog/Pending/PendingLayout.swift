internal import CPlatform
import FileSystem
import Glibc

/// The buffer of a hot loop, in memory: what it appended and the event file does not hold yet.
///
/// A page of header, then the bytes. One word, published last, says where the buffer belongs in the
/// event file and how much of it counts; nothing else decides. `PendingPointer` says where it lies.
enum PendingLayout {
  static let capacity = 1 << 16
  static let headerSize = 4096
  static let fileSize = headerSize + capacity

  static let wordPlace = 0
  static let magicPlace = 64
  static let noncePlace = 72
  static let pointerPlace = 88
  static let emptiedPlace = 104
  static let folderPlace = 112
  static let magic: UInt64 = 0x3144_4E45_5057_5300  // "\0SWPEND1"

  private static let prefix = "pending-"
  private static let suffix = ".tmp"

  /// The file beside an event file that says where its buffer lies; nil for files that never have
  /// one.
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

  /// Whether it is what a process left that died while it wrote a pending file.
  static func isUnfinished(_ entry: DirectoryEntry) -> Bool {
    entry.kind == .file && entry.name.isContinuation(of: "." + prefix)
      && entry.name.isEnding(in: suffix)
  }

  /// The header of an empty buffer.
  static func header(base: UInt64, nonce: [UInt8], folder: String, pointer: String) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: headerSize)
    var place = folderPlace
    let texts = [folder, pointer].map { Array($0.utf8) + [0] }
    // The buffer of a longer path is only not found.
    if folderPlace + texts[0].count + texts[1].count <= headerSize {
      for byte in texts.joined() {
        page[place] = byte
        place += 1
      }
    }
    for (offset, byte) in nonce.prefix(pointerPlace - noncePlace).enumerated() {
      page[noncePlace + offset] = byte
    }
    page.withUnsafeMutableBytes {
      let word = PendingWord(base: base, used: 0)
      $0.storeBytes(of: word.rawValue.littleEndian, toByteOffset: wordPlace, as: UInt64.self)
      $0.storeBytes(of: magic.littleEndian, toByteOffset: magicPlace, as: UInt64.self)
      let now = Clock.now().bitPattern.littleEndian
      $0.storeBytes(of: now, toByteOffset: emptiedPlace, as: UInt64.self)
    }
    return page
  }
}

/// The first page of a buffer, as read.
struct PendingHeader: Equatable {
  let word: PendingWord
  let nonce: [UInt8]
  /// The file that says where the buffer lies: a copy of it is another file.
  let pointer: FileIdentity
  /// When it was made or emptied last.
  let emptied: Double
  /// The folder of the event file; empty if unknown.
  let folder: String
  /// The name of the pending file in that folder.
  let name: String

  /// Nil for a page that is not one, or is not finished yet.
  init?(_ page: [UInt8]) {
    guard page.count == PendingLayout.headerSize else { return nil }
    func word(_ place: Int) -> UInt64 {
      page[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard word(PendingLayout.magicPlace) == PendingLayout.magic else { return nil }
    self.word = PendingWord(rawValue: word(PendingLayout.wordPlace))
    nonce = Array(page[PendingLayout.noncePlace..<PendingLayout.pointerPlace])
    pointer = FileIdentity(
      device: word(PendingLayout.pointerPlace), inode: word(PendingLayout.pointerPlace + 8))
    emptied = Double(bitPattern: word(PendingLayout.emptiedPlace))
    let texts = page[PendingLayout.folderPlace...].split(
      separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    folder = String(decoding: texts[0], as: UTF8.self)
    name = texts.count > 1 ? String(decoding: texts[1], as: UTF8.self) : ""
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

  /// The word at the beginning of the buffer of that name; nil for bytes that are none's.
  init?(beginning page: UnsafeRawBufferPointer, of name: String) {
    func word(_ place: Int) -> UInt64 {
      UInt64(littleEndian: page.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
    guard page.count >= PendingLayout.pointerPlace,
      word(PendingLayout.magicPlace) == PendingLayout.magic
    else { return nil }
    let nonce = page[PendingLayout.noncePlace..<PendingLayout.pointerPlace]
    guard PendingPointer.isNamed(name, by: nonce) else { return nil }
    self.init(rawValue: word(PendingLayout.wordPlace))
  }
}

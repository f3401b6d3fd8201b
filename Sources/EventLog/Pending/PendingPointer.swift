internal import CPlatform
import FileSystem
import Glibc
internal import TrackingEntities

/// What a pending file says: where the buffer of its event file lies.
struct PendingPointer: Equatable {
  static let format: Int64 = 1
  private static let prefix = "specweave-"
  private static let most = 8192

  let folder: String
  let name: String
  /// The computer, or container.
  let host: String
  /// Which start of its kernel.
  let boot: String
  /// The file system that the folder was.
  let device: UInt64
  /// Which file said so; a copy says the same.
  private(set) var source = FileIdentity(device: 0, inode: 0)

  init(folder: String, name: String, device: UInt64) {
    (self.folder, self.name, self.device) = (folder, name, device)
    (host, boot) = (ProcessFacts.hostName(), ProcessFacts.bootIdentifier)
  }

  /// The name of a buffer, which cannot be guessed; the buffer repeats it.
  static func name(_ nonce: [UInt8]) -> String {
    "\(prefix)\(geteuid())-\(digits(of: nonce))"
  }

  static func digits(of nonce: [UInt8]) -> String {
    nonce.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
  }

  /// Whether a name ends with the digits of a nonce.
  static func isNamed(_ name: String, by nonce: Slice<UnsafeRawBufferPointer>) -> Bool {
    func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 48 : 87) }
    var digits = name.utf8.suffix(2 * nonce.count)
    for byte in nonce {
      guard digits.popFirst() == digit(byte >> 4), digits.popFirst() == digit(byte & 15) else {
        return false
      }
    }
    return true
  }

  /// Whether a file in memory is a buffer of this user, by its name.
  static func isOwn(_ name: String) -> Bool { name.isContinuation(of: "\(prefix)\(geteuid())-") }

  var path: String { Directory.join(folder, name) }

  func encoded() throws(TrackingError) -> [UInt8] {
    try Value.map([
      .init("pending", .integer(Self.format)), .init("folder", .text(folder)),
      .init("name", .text(name)), .init("host", .text(host)), .init("boot", .text(boot)),
      .init("device", .integer(Int64(bitPattern: device))),
    ]).json(layout: .lines)
  }

  /// What is found where a pending file may be.
  enum Found {
    case nothing
    /// A file without content, as a power cut leaves it.
    case empty
    case pointer(PendingPointer)
  }

  /// - Throws: `storage` if there is one that cannot be read; `format` if it says nothing.
  static func read(_ name: String, in directory: Directory) throws(TrackingError) -> Found {
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try SystemCalls.openIfPresent(directory.descriptor, name, flags) else {
      return .nothing
    }
    defer { SystemCalls.close(file) }
    let status = try SystemCalls.status(file)
    var bytes: [UInt8] = []
    if platform_is_regular(status.st_mode) != 0, status.st_size <= most {
      bytes = try PendingSnapshot.bytes(file, 0, Int(status.st_size), name)
      if bytes.allSatisfy({ $0 == 0 }) { return .empty }
    }
    guard var pointer = PendingPointer(bytes) else {
      throw TrackingError(
        .format, "'\(name)' is damaged and does not say where the last points are")
    }
    pointer.source = FileIdentity(status)
    return .pointer(pointer)
  }

  private init?(_ bytes: [UInt8]) {
    guard let members = try? JSONParser.parse(bytes), members["pending"]?.integer == Self.format,
      let folder = members["folder"]?.text, folder.isAbsolutePath,
      let name = members["name"]?.text, name.isContinuation(of: Self.prefix),
      !name.utf8.contains(UInt8(ascii: "/")), let host = members["host"]?.text,
      let boot = members["boot"]?.text, let device = members["device"]?.integer
    else { return nil }
    (self.folder, self.name, self.host, self.boot) = (folder, name, host, boot)
    self.device = UInt64(bitPattern: device)
  }

  /// Where a buffer was looked for, and what was found.
  enum Buffer {
    /// It is open, for the caller to close.
    case open(Int32, in: Directory)
    /// It is nowhere any more: the computer was restarted since.
    case restarted
    /// It does not exist any more: it was removed.
    case removed
    /// It cannot be seen from here, or not be read.
    case elsewhere(why: String)
  }

  /// Looks for the buffer.
  func find() throws(TrackingError) -> Buffer {
    let isHere = host.isSame(as: ProcessFacts.hostName())
    let present = ProcessFacts.bootIdentifier
    guard boot.isSame(as: present) else {
      return isHere && !boot.isEmpty && !present.isEmpty
        ? .restarted : .elsewhere(why: "another computer")
    }
    let outside = isHere ? "another container" : "another container or computer"
    guard let memory = try MemoryFolder.open(folder) else { return .elsewhere(why: outside) }
    do throws(TrackingError) {
      let flags = O_RDONLY | O_NONBLOCK
      if let file = try SystemCalls.openIfPresent(memory.descriptor, name, flags) {
        if try isPrivate(file), try PendingHeader.read(file, path)?.isNamed(name) == true {
          return .open(file, in: memory)
        }
        SystemCalls.close(file)
      }
      let status = try SystemCalls.status(memory.descriptor)
      return isHere && FileIdentity(status).device == device
        ? .removed : .elsewhere(why: outside)
    } catch  where error.systemCode == EACCES || error.systemCode == EPERM {
      return .elsewhere(why: "only the user who ran the experiment may")
    }
  }

  /// The word of the buffer as it is now, asked for as `find` and a read of it would, in fewer
  /// steps; nil where the buffer is not there to be seen.
  func word() throws(TrackingError) -> PendingWord? {
    guard MemoryFolder.mayBe(folder), let memory = try? SystemCalls.openRoot(folder) else {
      return nil
    }
    defer { SystemCalls.close(memory) }
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try SystemCalls.openIfPresent(memory, name, flags) else { return nil }
    defer { SystemCalls.close(file) }
    return withUnsafeTemporaryAllocation(
      byteCount: PendingLayout.pointerPlace, alignment: MemoryLayout<UInt64>.alignment
    ) { page in
      let count = try? SystemCalls.read(file, page, at: 0, name)
      return count == page.count
        ? PendingWord(beginning: UnsafeRawBufferPointer(page), of: name) : nil
    }
  }

  /// Whether only its owner can have written an open file.
  private func isPrivate(_ file: Int32) throws(TrackingError) -> Bool {
    let status = try SystemCalls.status(file)
    return platform_is_regular(status.st_mode) != 0 && status.st_mode & (S_IWGRP | S_IWOTH) == 0
  }

  /// Removes a pending file whose bytes are in the event file, and the memory unless it is
  /// another's: a copy of a pending file says where the memory of the original lies.
  static func remove(_ name: String, in directory: Directory) throws(TrackingError) {
    var memory: Directory?
    var buffer = ""
    if case .pointer(let pointer) = try read(name, in: directory),
      case .open(let file, let folder) = try pointer.find()
    {
      defer { SystemCalls.close(file) }
      let header = try PendingHeader.read(file, pointer.path)
      if header?.pointer == pointer.source, SystemCalls.isLocked(file) == false {
        (memory, buffer) = (folder, pointer.name)
      }
    }
    do throws(TrackingError) {
      try SystemCalls.remove(directory.descriptor, name)
    } catch  where error.systemCode == ENOENT {}
    if let memory { try? SystemCalls.remove(memory.descriptor, buffer) }
  }
}

extension PendingHeader {
  static func read(_ file: Int32, _ name: String) throws(TrackingError) -> PendingHeader? {
    PendingHeader(try PendingSnapshot.bytes(file, 0, PendingLayout.headerSize, name))
  }

  /// Whether the buffer was made under this name.
  func isNamed(_ name: String) -> Bool {
    name.isEnding(in: PendingPointer.digits(of: nonce))
  }
}

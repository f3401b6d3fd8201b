internal import CPlatform
import FileSystem
import Glibc
internal import TrackingEntities

/// The two files of a buffer in use: the memory itself, on a tmpfs, and the pending file in the
/// experiment's folder that says where it lies.
///
/// Made in this order: the memory, then the pending file, whole; then the first byte is appended.
/// Removed in the other one, when all of it is in the event file. So who finds a pending file
/// without its memory knows that some of it is missing.
struct PendingPlace {
  /// The pending file's name in the experiment's folder.
  let pointer: String
  private let memory: Directory
  private let name: String
  /// Holds the lock by which readers see that the writer is alive; -1 once it was closed.
  private var descriptor: Int32
  private let text: [UInt8]
  /// The pending file as it was left.
  private var left = stat()

  /// Makes the buffer of an event file that ends at `base`; nil where there is no memory for it.
  static func make(
    in directory: Directory, for file: String, base: Int64
  ) -> (place: PendingPlace, buffer: PendingBuffer)? {
    guard let pointer = PendingLayout.name(of: file), let base = UInt64(exactly: base),
      base < PendingWord.largestBase
    else { return nil }
    for memory in MemoryFolder.all() {
      PendingLeftovers.removeOnce(in: memory, beside: directory)
      if let made = try? make(in: memory, pointer, base, directory) { return made }
    }
    return nil
  }

  private static func make(
    in memory: Directory, _ pointer: String, _ base: UInt64, _ directory: Directory
  ) throws(TrackingError) -> (place: PendingPlace, buffer: PendingBuffer) {
    var random = SystemRandomNumberGenerator()
    let nonce = (0..<16).map { _ in UInt8.random(in: 0...UInt8.max, using: &random) }
    let name = PendingPointer.name(nonce)
    // Nothing but this descriptor ever writes to it.
    let descriptor = try SystemCalls.open(
      memory.descriptor, name, O_RDWR | O_CREAT | O_EXCL, 0o400)
    do throws(TrackingError) {
      guard SystemCalls.lock(descriptor) else {
        throw TrackingError.storage("lock", Directory.join(memory.path, name), ENOLCK)
      }
      let bytes = try SystemCalls.mapShared(descriptor, PendingLayout.fileSize, name)
      do throws(TrackingError) {
        let place = FilePlace.of(".", in: directory.descriptor)
        let header = PendingLayout.header(
          base: base, nonce: nonce, folder: place.isAbsolutePath ? place : "", pointer: pointer)
        bytes.copyMemory(from: header, byteCount: header.count)
        var made = PendingPlace(
          pointer: pointer, memory: memory, name: name, descriptor: descriptor,
          text: try PendingPointer(
            folder: memory.path, name: name,
            device: FileIdentity(try SystemCalls.status(descriptor)).device
          ).encoded())
        let buffer = PendingBuffer(memory: bytes, base: base)
        PendingBuffer.announce()
        try made.point(to: buffer, in: directory)
        PendingBuffer.announce()
        return (made, buffer)
      } catch {
        SystemCalls.unmap(bytes, PendingLayout.fileSize)
        throw error
      }
    } catch {
      try? SystemCalls.remove(directory.descriptor, pointer)
      try? SystemCalls.remove(memory.descriptor, name)
      SystemCalls.close(descriptor)
      throw error
    }
  }

  private init(
    pointer: String, memory: Directory, name: String, descriptor: Int32, text: [UInt8]
  ) {
    (self.pointer, self.memory, self.name) = (pointer, memory, name)
    (self.descriptor, self.text) = (descriptor, text)
  }

  /// Writes the pending file, whole or not at all.
  mutating func point(
    to buffer: PendingBuffer, in directory: Directory
  ) throws(TrackingError) {
    try directory.replace(pointer, text)
    left = try SystemCalls.status(directory.descriptor, pointer)
    buffer.note(FileIdentity(left))
  }

  /// Whether the memory still has its name: a logout removes what a user left in /dev/shm, also
  /// from under a process that continues. A failed system call does not answer the question.
  var isNamed: Bool {
    guard let status = try? SystemCalls.status(descriptor) else { return true }
    return status.st_nlink > 0
  }

  /// Whether the pending file is as it was left: a tool that copies over files, or cuts them, may
  /// have been at it.
  func isPointed(in directory: Directory) -> Bool {
    do throws(TrackingError) {
      guard let found = try SystemCalls.statusIfPresent(directory.descriptor, pointer) else {
        return false
      }
      return FileIdentity(found) == FileIdentity(left) && found.st_size == left.st_size
        && found.st_mtim.tv_sec == left.st_mtim.tv_sec
        && found.st_mtim.tv_nsec == left.st_mtim.tv_nsec
    } catch {
      return true
    }
  }

  /// Removes both files: the event file has everything.
  mutating func remove(from directory: Directory) {
    do throws(TrackingError) {
      try SystemCalls.remove(directory.descriptor, pointer)
    } catch  where error.systemCode != ENOENT {
      // It says where the memory lies, which says that it is empty.
      return close()
    } catch {}
    PendingBuffer.announce()
    try? SystemCalls.remove(memory.descriptor, name)
    close()
  }

  /// Gives the lock back; the files stay.
  mutating func close() {
    guard descriptor >= 0 else { return }
    SystemCalls.unlock(descriptor)
    abandon()
  }

  /// In a forked child: the lock stays the parent's.
  mutating func abandon() {
    guard descriptor >= 0 else { return }
    SystemCalls.close(descriptor)
    descriptor = -1
  }
}

/// The folders whose files are memory: nothing in them can fail to be written, and they outlive
/// processes.
enum MemoryFolder {
  private static let tmpfs: Int64 = 0x0102_1994

  /// `/dev/shm`, then the folder of the user's sessions; those of them that will do.
  static func all() -> [Directory] {
    var paths = ["/dev/shm"]
    let runtime = getenv("XDG_RUNTIME_DIR").flatMap { String(validatingCString: $0) }
    if let runtime { paths.append(runtime) }
    return paths.compactMap { try? open($0) }
  }

  /// Whether a folder of that path may be one.
  static func mayBe(_ path: String) -> Bool {
    path.isSame(as: "/dev/shm") || path.isContinuation(of: "/run/")
  }

  /// Opens a folder that is one, and in which nobody else can take a file's place; nil if it is
  /// none.
  static func open(_ path: String) throws(TrackingError) -> Directory? {
    guard mayBe(path) else { return nil }
    let folder: Directory
    do throws(TrackingError) {
      folder = try Directory.open(path)
    } catch  where [ENOENT, ENOTDIR, EACCES].contains(error.systemCode) {
      return nil
    }
    guard SystemCalls.fileSystem(folder.descriptor) == tmpfs else { return nil }
    let status = try SystemCalls.status(folder.descriptor)
    let isSticky = status.st_mode & S_ISVTX != 0
    let isShared = status.st_mode & (S_IWGRP | S_IWOTH) != 0
    return isSticky || !isShared ? folder : nil
  }
}

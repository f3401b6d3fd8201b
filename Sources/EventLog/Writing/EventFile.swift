internal import CPlatform
import FileSystem
import Glibc
internal import TrackingEntities

/// An event file open for writing, with its lock.
struct EventFile {
  let name: String
  let descriptor: Int32
  /// Whether the lock was taken; not every file system has locks.
  let holdsLock: Bool
  let inode: UInt64
  let length: Int64

  /// Creates a file with its first event. A reader that sees the header sees the lock too, because
  /// the lock is taken first.
  static func create(
    in directory: Directory, naming: EventFileName, header: SessionHeader, lamport: UInt64,
    time: Double
  ) throws(TrackingError) -> EventFile {
    var first = ProtobufWriter()
    try EventCodec.appendHeader(header, time: time, lamport: lamport, to: &first)
    let (name, descriptor) = try claim(in: directory, naming: naming, header: header)
    return try finish(name, descriptor, in: directory) { () throws(TrackingError) in
      try write(first.bytes, at: 0, to: descriptor, name)
      return Int64(first.count)
    }
  }

  /// Creates a file with the first `count` bytes of another open file.
  static func create(
    in directory: Directory, naming: EventFileName, header: SessionHeader, copying source: Int32,
    count: Int64
  ) throws(TrackingError) -> EventFile {
    let (name, descriptor) = try claim(in: directory, naming: naming, header: header)
    return try finish(name, descriptor, in: directory) { () throws(TrackingError) in
      try copy(from: source, count: count, to: descriptor, name)
      return count
    }
  }

  private static func claim(
    in directory: Directory, naming: EventFileName, header: SessionHeader
  ) throws(TrackingError) -> (name: String, descriptor: Int32) {
    var newest: UInt64 = 0
    if case .stamped = naming { newest = try EventFileName.newest(in: directory) }
    var attempt: UInt64 = 0
    while true {
      let name = naming.name(for: header, now: Clock.now(), after: newest, attempt: attempt)
      do throws(TrackingError) {
        let flags = O_RDWR | O_CREAT | O_EXCL
        return (name, try SystemCalls.open(directory.descriptor, name, flags))
      } catch {
        attempt += 1
        if error.systemCode != EEXIST || attempt > 1000 { throw error }
      }
    }
  }

  /// Locks and fills a claimed file; nothing is left of it if that fails.
  private static func finish(
    _ name: String, _ descriptor: Int32, in directory: Directory,
    _ fill: () throws(TrackingError) -> Int64
  ) throws(TrackingError) -> EventFile {
    do throws(TrackingError) {
      let holdsLock = SystemCalls.lock(descriptor)
      let length = try fill()
      return EventFile(
        name: name, descriptor: descriptor, holdsLock: holdsLock,
        inode: UInt64(try SystemCalls.status(descriptor).st_ino), length: length)
    } catch {
      try? SystemCalls.remove(directory.descriptor, name)
      SystemCalls.close(descriptor)
      throw error
    }
  }

  /// Opens the file again that this process wrote before; nil if it is not the same any more or
  /// another process has taken it.
  static func reopen(_ name: String, in directory: Directory, inode: UInt64, size: Int64)
    -> EventFile?
  {
    guard let descriptor = try? SystemCalls.open(directory.descriptor, name, O_RDWR) else {
      return nil
    }
    let information = try? SystemCalls.status(descriptor)
    let holdsLock = SystemCalls.lock(descriptor)
    guard let information, UInt64(information.st_ino) == inode, information.st_size == size,
      holdsLock || SystemCalls.isLocked(descriptor) != true
    else {
      SystemCalls.close(descriptor)
      return nil
    }
    return EventFile(
      name: name, descriptor: descriptor, holdsLock: holdsLock, inode: inode, length: size)
  }

  /// Takes the place of an event file by a copy of it. Only a new file is sure to be written by the
  /// next sync after one that failed: of the old one, the kernel takes for written what it could
  /// not write.
  ///
  /// - Parameter count: How long the file is.
  /// - Throws: `storage` if the old file can no longer be read back whole: then it stays.
  static func renew(
    _ name: String, in directory: Directory, copying source: Int32, count: Int64
  ) throws(TrackingError) -> EventFile {
    let temporary = Directory.temporaryName(for: ExperimentFiles.renewed)
    let descriptor = try SystemCalls.open(
      directory.descriptor, temporary, O_RDWR | O_CREAT | O_EXCL)
    let file = try finish(temporary, descriptor, in: directory) { () throws(TrackingError) in
      try copy(from: source, count: count, to: descriptor, temporary)
      var frames = try TFRecordReader(
        directory: directory, file: temporary, mayBePending: false)
      while try frames.next() != nil {}
      guard frames.damages.isEmpty, Int64(clamping: frames.validLength) == count else {
        throw TrackingError(
          .storage,
          "the disk failed while '\(name)' was written, and what was logged behind byte "
            + "\(frames.validLength) can no longer be read back: those points are lost; start a new "
            + "experiment on a disk that works",
          systemCode: EIO)
      }
      try SystemCalls.rename(directory.descriptor, temporary, directory.descriptor, name)
      return count
    }
    return EventFile(
      name: name, descriptor: file.descriptor, holdsLock: file.holdsLock, inode: file.inode,
      length: count)
  }

  private static func copy(
    from source: Int32, count: Int64, to target: Int32, _ name: String
  ) throws(TrackingError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    var done: Int64 = 0
    while done < count {
      let wanted = Int(truncatingIfNeeded: min(count - done, Int64(piece.count)))
      let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted])
      let read = try SystemCalls.read(source, part, at: done, name)
      guard read > 0 else {
        throw TrackingError(.storage, "'\(name)' became shorter while it was copied")
      }
      try write(UnsafeRawBufferPointer(rebasing: part[..<read]), at: done, to: target, name)
      done += Int64(read)
    }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int64, to target: Int32, _ name: String
  ) throws(TrackingError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = try SystemCalls.write(target, rest, at: offset + Int64(done), name)
      guard written > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
      done += written
    }
  }
}

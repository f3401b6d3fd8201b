package import CPlatform
import ContentDigest
import ExperimentStore
package import FileSystem
import Glibc
package import TrackingEntities

/// What was copied: for a folder, of all its files.
package struct ArtifactContent: Sendable {
  package var size: UInt64
  package var sha256: String
  /// The files of a folder by path; nil for a single file.
  package var files: [File]?
  /// What of a folder was not copied.
  package var leftOut: [LeftOut] = []

  package struct File: Sendable {
    package var path: String
    package var size: UInt64
    package var sha256: String
  }

  /// Something in a folder that is not copied, and why.
  package struct LeftOut: Sendable {
    /// The path in the folder; what is not UTF-8 in it is escaped.
    package var path: String
    package var reason: Reason

    package enum Reason: String, Sendable {
      case outside = "a link that leads out of the folder"
      case nowhere = "a link that leads nowhere"
      case circle = "a link to a folder that contains it"
      case special = "neither a file nor a folder"
      case name = "its name is not UTF-8"
    }

    /// One line for people.
    package var text: String { "\(path): \(reason.rawValue)" }
  }

  /// The content of a folder: its hash is that of the sorted list of hashes and paths, one a line.
  package init(folder files: [File], leftOut: [LeftOut]) {
    let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    var hasher = SHA256Hasher()
    for file in sorted {
      Array("\(file.sha256)  \(file.path)\n".utf8).withUnsafeBytes { hasher.update($0) }
    }
    self.size = sorted.reduce(0) { $0 &+ $1.size }
    self.sha256 = hasher.finish()
    self.files = sorted
    self.leftOut = leftOut
  }

  package init(size: UInt64, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }
}

/// Copies and hashes in one pass over the bytes.
package enum ArtifactCopy {
  private static let chunk = 1 << 20

  /// Writes bytes as a new file.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, to directory: Directory, _ name: String
  ) throws(TrackingError) -> ArtifactContent {
    let file = try SystemCalls.open(directory.descriptor, name, O_WRONLY | O_CREAT | O_EXCL)
    defer { SystemCalls.close(file) }
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    try writeAll(bytes, to: file, at: 0, name)
    return ArtifactContent(size: UInt64(bytes.count), sha256: hasher.finish())
  }

  /// Copies what an open file holds now into a new file; with no target only hashes it.
  ///
  /// What is added to it meanwhile is not copied: a program that writes on would keep the copy
  /// going without end.
  package static func copy(
    _ source: Int32, _ sourceName: String, to target: (directory: Directory, name: String)?,
    mode: mode_t = 0o666
  ) throws(TrackingError) -> ArtifactContent {
    var file: Int32?
    if let target {
      file = try SystemCalls.open(
        target.directory.descriptor, target.name, O_WRONLY | O_CREAT | O_EXCL, mode)
    }
    defer { if let file { SystemCalls.close(file) } }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 4096)
    defer { buffer.deallocate() }
    var hasher = SHA256Hasher()
    var offset: Int64 = 0
    let size = try size(of: source)
    while offset < size {
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<Int(min(Int64(chunk), size - offset))])
      let count = try SystemCalls.read(source, rest, at: offset, sourceName)
      if count == 0 { break }
      let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hasher.update(part)
      if let file { try writeAll(part, to: file, at: offset, sourceName) }
      offset += Int64(count)
    }
    return ArtifactContent(size: UInt64(clamping: offset), sha256: hasher.finish())
  }

  /// The bytes in a file; the files of the kernel have none until they are read.
  private static func size(of file: Int32) throws(TrackingError) -> Int64 {
    let size = Int64(try SystemCalls.status(file).st_size)
    let isOfKernel = [0x9FA0, 0x6265_6572].contains(SystemCalls.fileSystem(file) ?? 0)
    return size == 0 && isOfKernel ? .max : size
  }

  /// Takes the place of a file by a copy of it.
  static func renew(
    _ path: String, in directory: Directory, mode: mode_t
  ) throws(TrackingError) {
    let source = try SystemCalls.open(directory.descriptor, path, O_RDONLY | O_NONBLOCK)
    defer { SystemCalls.close(source) }
    let temporary = Directory.temporaryName(for: path)
    do throws(TrackingError) {
      _ = try copy(source, path, to: (directory, temporary), mode: mode)
      try SystemCalls.rename(directory.descriptor, temporary, directory.descriptor, path)
    } catch {
      try? SystemCalls.remove(directory.descriptor, temporary)
      throw error
    }
  }

  /// Hashes a file or a folder; nil if nothing is there.
  static func content(
    of path: String, in directory: Directory
  ) throws(TrackingError) -> ArtifactContent? {
    let status = try SystemCalls.statusIfPresent(directory.descriptor, path)
    guard let status else { return nil }
    if platform_is_directory(status.st_mode) != 0 {
      return try FolderCopy.copy(try directory.folder(path), to: nil)
    }
    let file = try SystemCalls.open(directory.descriptor, path, O_RDONLY | O_NONBLOCK)
    defer { SystemCalls.close(file) }
    return try copy(file, path, to: nil)
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int64, _ name: String
  ) throws(TrackingError) {
    var done = 0
    while done < bytes.count {
      let written = try SystemCalls.write(
        file, UnsafeRawBufferPointer(rebasing: bytes[done...]), at: offset + Int64(done), name)
      guard written > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
      done += written
    }
  }
}

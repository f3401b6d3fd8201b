internal import CPlatform
import ContentDigest
import Glibc
package import TrackingEntities
package import TrackingStore

/// What was copied: for a folder, of all its files.
package struct ArtifactContent: Sendable {
  package var size: UInt64
  package var sha256: String
  /// The files of a folder by path; nil for a single file.
  package var files: [File]?
  /// Links and special files of a folder, which are left out.
  package var leftOut = 0

  package struct File: Sendable {
    package var path: String
    package var size: UInt64
    package var sha256: String
  }

  /// The content of a folder: its hash is that of the sorted list of hashes and paths, one a line.
  package init(folder files: [File], leftOut: Int) {
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

  /// Copies what an open file holds into a new file; with no target only hashes it.
  package static func copy(
    _ source: Int32, _ sourceName: String, to target: (directory: Directory, name: String)?
  ) throws(TrackingError) -> ArtifactContent {
    var file: Int32?
    if let target {
      file = try SystemCalls.open(
        target.directory.descriptor, target.name, O_WRONLY | O_CREAT | O_EXCL)
    }
    defer { if let file { SystemCalls.close(file) } }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 4096)
    defer { buffer.deallocate() }
    var hasher = SHA256Hasher()
    var offset: Int64 = 0
    while true {
      let count = try SystemCalls.read(source, buffer, at: offset, sourceName)
      if count == 0 { break }
      let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hasher.update(part)
      if let file { try writeAll(part, to: file, at: offset, sourceName) }
      offset += Int64(count)
    }
    return ArtifactContent(size: UInt64(clamping: offset), sha256: hasher.finish())
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

  /// Copies a folder with all regular files in it, or with no target hashes it.
  package static func copyFolder(
    _ source: Directory, to target: Directory?
  ) throws(TrackingError) -> ArtifactContent {
    var files: [ArtifactContent.File] = []
    var leftOut = 0
    // Folders still to do, by path: no depth ends the process, no number of them takes all files
    // that it may have open.
    var pending = [""]
    while let path = pending.popLast() {
      let source = path.isEmpty ? source : try source.folder(path)
      let target = path.isEmpty ? target : try target?.makeFolder(path)
      for entry in try source.entries() {
        switch entry.kind {
        case .folder: pending.append(path + entry.name + "/")
        case .file:
          let file = try SystemCalls.open(source.descriptor, entry.name, O_RDONLY | O_NONBLOCK)
          defer { SystemCalls.close(file) }
          let content = try copy(file, path + entry.name, to: target.map { ($0, entry.name) })
          files.append(
            .init(path: path + entry.name, size: content.size, sha256: content.sha256))
        case .other:
          leftOut += 1
        }
      }
    }
    return ArtifactContent(folder: files, leftOut: leftOut)
  }
}

internal import CPlatform
import Glibc
package import TrackingEntities

extension Directory {
  /// Reads a whole regular file of at most `limit` bytes; nil if there is none.
  ///
  /// Never blocks on a pipe, follows no link, and refuses anything but a regular file.
  package func read(
    _ name: String, limit: Int = 256 << 20
  ) throws(TrackingError) -> [UInt8]? {
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try SystemCalls.openIfPresent(descriptor, name, flags) else { return nil }
    defer { SystemCalls.close(file) }
    let information = try SystemCalls.status(file)
    guard platform_is_regular(information.st_mode) != 0 else {
      throw TrackingError(.format, "'\(Directory.join(path, name))' is not a regular file")
    }
    let size = Int(information.st_size)
    guard size <= limit else {
      throw TrackingError(
        .format, "'\(Directory.join(path, name))' has \(size) bytes, more than \(limit)")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      var count = 0
      var problem: TrackingError?
      bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        do throws(TrackingError) {
          count = try SystemCalls.read(file, rest, at: Int64(done), name)
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(size - done)
    return bytes
  }

  /// At most so many bytes from the beginning of a regular file; nil if there is none.
  package func beginning(of name: String, _ count: Int) throws(TrackingError) -> [UInt8]? {
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try SystemCalls.openIfPresent(descriptor, name, flags) else { return nil }
    defer { SystemCalls.close(file) }
    guard platform_is_regular(try SystemCalls.status(file).st_mode) != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var read = 0
    var problem: TrackingError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(TrackingError) {
        read = try SystemCalls.read(file, buffer, at: 0, name)
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    bytes.removeLast(count - read)
    return bytes
  }

  /// At most so many bytes of a regular file from a place on, and the size of the file; nil if
  /// there is none. Never blocks on a pipe, and follows no link.
  package func part(
    of name: String, from place: Int64, most: Int
  ) throws(TrackingError) -> (bytes: [UInt8], size: Int64)? {
    let flags = O_RDONLY | O_NONBLOCK
    guard let file = try SystemCalls.openIfPresent(descriptor, name, flags) else { return nil }
    defer { SystemCalls.close(file) }
    let status = try SystemCalls.status(file)
    guard platform_is_regular(status.st_mode) != 0 else {
      throw TrackingError(.format, "'\(Directory.join(path, name))' is not a regular file")
    }
    let size = Int64(status.st_size)
    let start = min(max(place, 0), size)
    var bytes = [UInt8](repeating: 0, count: Int(min(Int64(max(most, 0)), size - start)))
    var done = 0
    while done < bytes.count {
      var count = 0
      var problem: TrackingError?
      bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        do throws(TrackingError) {
          count = try SystemCalls.read(file, rest, at: start + Int64(done), name)
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(bytes.count - done)
    return (bytes, size)
  }

  /// Replaces a file as a whole: a reader sees the old bytes or the new ones, never a part.
  ///
  /// - Parameter isPrecious: Whether it cannot be made again, as text of a user: the new file gets
  ///   the permissions of the old one, and its bytes are on the disk before the old ones go, so
  ///   that a power cut leaves the one or the other.
  package func replace(
    _ name: String, _ bytes: [UInt8], isPrecious: Bool = false
  ) throws(TrackingError) {
    do throws(TrackingError) {
      try replaceOnce(name, bytes, isPrecious)
    } catch  where error.systemCode == ENOENT {
      // Another process may have taken the temporary file for one that was left behind.
      try replaceOnce(name, bytes, isPrecious)
    }
  }

  private func replaceOnce(
    _ name: String, _ bytes: [UInt8], _ isPrecious: Bool
  ) throws(TrackingError) {
    let temporary = Directory.temporaryName(for: name)
    do throws(TrackingError) {
      let old = isPrecious ? try SystemCalls.statusIfPresent(descriptor, name) : nil
      let file = try SystemCalls.open(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL)
      defer { SystemCalls.close(file) }
      try Directory.writeAll(file, bytes, name)
      if let old { try SystemCalls.setMode(file, old.st_mode & 0o777, name) }
      if isPrecious { try SystemCalls.sync(file, name) }
      try SystemCalls.rename(descriptor, temporary, descriptor, name)
    } catch {
      try? SystemCalls.remove(descriptor, temporary)
      throw error
    }
  }

  /// Creates a file with these bytes; false if something of that name is there already.
  package func create(_ name: String, _ bytes: [UInt8]) throws(TrackingError) -> Bool {
    let file: Int32
    do {
      file = try SystemCalls.open(descriptor, name, O_WRONLY | O_CREAT | O_EXCL)
    } catch  where error.systemCode == EEXIST {
      return false
    }
    defer { SystemCalls.close(file) }
    try Directory.writeAll(file, bytes, name)
    return true
  }

  private static func writeAll(
    _ file: Int32, _ bytes: [UInt8], _ name: String
  ) throws(TrackingError) {
    var done = 0
    while done < bytes.count {
      var problem: TrackingError?
      bytes.withUnsafeBytes { buffer in
        do throws(TrackingError) {
          let written = try SystemCalls.write(
            file, UnsafeRawBufferPointer(rebasing: buffer[done...]), at: Int64(done), name)
          guard written > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
          done += written
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
    }
  }

  /// Removes what processes left behind that died while they replaced one of these files.
  package func removeLeftovers(of names: [String]) throws(TrackingError) {
    for entry in try entries() where names.contains(where: entry.isTemporary(for:)) {
      try? SystemCalls.remove(descriptor, entry.name)
    }
  }

  /// Removes those of these temporary files that no process can be writing any more: it takes
  /// milliseconds, and they are a minute old.
  package func removeLeftovers(among temporary: [String]) {
    for name in temporary {
      guard let status = try? SystemCalls.statusIfPresent(descriptor, name),
        Clock.now() - Double(status.st_mtim.tv_sec) > 60
      else { continue }
      try? SystemCalls.remove(descriptor, name)
    }
  }

  /// A name beside the file that no other process picks; `.gitignore` covers it.
  package static func temporaryName(for name: String) -> String {
    let base = name.lastPathPart
    let folder = name.without(ending: base) ?? ""
    let number = UInt64.random(in: 0...UInt64.max)
    return "\(folder).\(base.beginning(bytes: 80)).\(String(number, radix: 36)).tmp"
  }
}

extension DirectoryEntry {
  /// Whether it is a temporary file for another, left behind or about to take its place.
  package func isTemporary(for name: String) -> Bool {
    kind == .file && self.name.isEnding(in: ".tmp") && self.name.isContinuation(of: ".\(name).")
  }
}

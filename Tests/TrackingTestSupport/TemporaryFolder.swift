import ExperimentStore
import FileSystem
import Glibc
package import TrackingEntities

/// A folder below the system's temporary folder that vanishes with its last reference.
package final class TemporaryFolder: Sendable {
  /// The folder without links in its path.
  package let path: String

  package init() throws(TrackingError) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/tracking-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TrackingError.storage("make", base, errno) }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = SystemCalls.realPath(made) ?? made
  }

  deinit { FileTree.remove(path) }

  package func file(_ name: String) -> String { path + "/" + name }

  package func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

  /// Makes a folder with its parents.
  @discardableResult
  package func make(_ name: String) throws(TrackingError) -> String {
    _ = try Directory.open(path).makeFolder(name)
    return file(name)
  }

  /// Writes a file, after its parents.
  package func write(_ name: String, _ text: String, executable: Bool = false)
    throws(TrackingError)
  {
    let parts = name.split(separator: "/")
    let folder = try Directory.open(path).makeFolder(parts.dropLast().joined(separator: "/"))
    try folder.replace(parts.last.map(String.init) ?? name, Array(text.utf8))
    if executable { chmod(file(name), 0o755) }
  }

  package func link(_ name: String, to target: String) { symlink(target, file(name)) }
}

/// What is below any path.
package enum FileTree {
  /// A file's text; nil if it cannot be read.
  package static func text(_ path: String) -> String? {
    guard let file = try? SystemCalls.openSource(path) else { return nil }
    defer { SystemCalls.close(file) }
    var bytes: [UInt8] = []
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      while let count = try? SystemCalls.read(file, buffer, at: Int64(bytes.count), path), count > 0
      {
        bytes += buffer[..<count]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether anything is at a path.
  package static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// All paths below a folder, sorted.
  package static func paths(_ path: String, _ prefix: String = "") -> [String] {
    var found: [String] = []
    for entry in (try? Directory.open(path).entries()) ?? [] {
      found.append(prefix + entry.name)
      if entry.kind == .folder {
        found += paths(path + "/" + entry.name, prefix + entry.name + "/")
      }
    }
    return found.sorted()
  }

  /// Removes a folder with all that is in it.
  package static func remove(_ path: String) {
    for entry in (try? Directory.open(path).entries()) ?? [] {
      let below = path + "/" + entry.name
      if entry.kind == .folder { remove(below) } else { unlink(below) }
    }
    rmdir(path)
  }
}

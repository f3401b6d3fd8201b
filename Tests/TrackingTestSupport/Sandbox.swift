import Glibc
package import TrackingEntities
import TrackingStore

/// A folder below the system's temporary folder, with an increment in it; removed at the end.
package final class Sandbox: Sendable {
  package let path: String

  package init() throws(TrackingError) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/sandbox.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TrackingError.storage("make", base, errno) }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = SystemCalls.realPath(made) ?? made
    _ = try Directory.open(path).makeFolder(".specweave/increments/0042-topic/experiments")
  }

  deinit { Sandbox.removeTree(path) }

  /// The increment's folder.
  package var increment: String { path + "/.specweave/increments/0042-topic" }
  package var experiments: String { increment + "/experiments" }

  package func write(_ name: String, _ text: String) throws(TrackingError) {
    let parts = name.split(separator: "/")
    let folder = try Directory.open(path).makeFolder(parts.dropLast().joined(separator: "/"))
    try folder.replace(parts.last.map(String.init) ?? name, Array(text.utf8))
  }

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

  /// All paths below a folder, sorted.
  package static func tree(_ path: String, _ prefix: String = "") -> [String] {
    var found: [String] = []
    for entry in (try? Directory.open(path).entries()) ?? [] {
      found.append(prefix + entry.name)
      if entry.kind == .folder {
        found += tree(path + "/" + entry.name, prefix + entry.name + "/")
      }
    }
    return found.sorted()
  }

  package static func removeTree(_ path: String) {
    for entry in (try? Directory.open(path).entries()) ?? [] {
      let below = path + "/" + entry.name
      if entry.kind == .folder { removeTree(below) } else { unlink(below) }
    }
    rmdir(path)
  }
}

/// The error that some work throws, if any.
package func refusal(_ work: () throws -> Void) -> TrackingError? {
  do {
    try work()
    return nil
  } catch {
    return error as? TrackingError
  }
}

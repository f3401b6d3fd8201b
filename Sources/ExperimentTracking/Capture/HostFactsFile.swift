internal import TrackingEntities
internal import TrackingStore

/// Small files of the system, whose size is only known by reading them.
enum HostFactsFile {
  /// The first bytes of a file; nil if it can not be read.
  static func read(_ path: String, limit: Int = 4096) -> [UInt8]? {
    guard let file = try? SystemCalls.openSource(path) else { return nil }
    defer { SystemCalls.close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var done = 0
    while done < limit {
      let count = bytes.withUnsafeMutableBytes { buffer in
        try? SystemCalls.read(
          file, UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), at: Int64(done), path)
      }
      guard let count else { return nil }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(limit - done)
    return bytes
  }

  /// The first bytes as text, for files of lines.
  static func text(_ path: String, limit: Int = 4096) -> String? {
    read(path, limit: limit).map { String(escapingInvalid: $0) }
  }

  /// What follows `name` and the separator in the first line that begins so.
  static func value(_ text: String, _ name: String, separator: Character) -> String? {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      guard let split = line.firstIndex(of: separator) else { continue }
      let value = line[line.index(after: split)...]
      return value.drop(while: \.isWhitespace).filter { $0 != "\"" }
    }
    return nil
  }
}

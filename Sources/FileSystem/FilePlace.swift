import Glibc

/// Where a file is, for messages: names are relative to folders held open, and a reader of the
/// message has no such folder. Asked only when there is something to tell.
package enum FilePlace {
  /// The absolute path of a name in an open folder; the name itself if the folder is gone.
  package static func of(_ name: String, in folder: Int32) -> String {
    if name.isAbsolutePath { return name }
    guard let path = location(of: folder) else { return name }
    return name == "." ? path : Directory.join(path, name)
  }

  /// The absolute path of a name whose file is open, perhaps under a temporary name beside it.
  package static func of(_ name: String, open file: Int32) -> String {
    if name.isAbsolutePath { return name }
    guard let path = location(of: file), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    else { return name }
    return Directory.join(String(path[..<slash]), name.lastPathPart)
  }

  private static func location(of descriptor: Int32) -> String? {
    let path = SystemCalls.readLink(AT_FDCWD, "/proc/self/fd/\(descriptor)")
    return path.flatMap { $0.isAbsolutePath ? $0 : nil }
  }
}

internal import CPlatform
import Glibc

/// Paths that users give or stand in, before anything is opened.
package enum RootPath {
  /// The path as an absolute one, `.` and `..` resolved as text.
  package static func absolute(_ path: String, from base: String) -> String {
    let full = path.utf8.first == UInt8(ascii: "/") ? path : base + "/" + path
    var parts: [String] = []
    for part in full.pathParts where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder and all folders around it, from the inside out, `/` last.
  static func ancestors(of path: String) -> [String] {
    var parts = path.pathParts
    var found: [String] = []
    while !parts.isEmpty {
      found.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return found + ["/"]
  }

  /// Whether a folder is there, links followed.
  static func isFolder(_ path: String) -> Bool {
    guard let information = SystemCalls.statusFollowingLinks(path) else { return false }
    return platform_is_directory(information.st_mode) != 0
  }

  /// Whether a regular file is there, links followed.
  static func isFile(_ path: String) -> Bool {
    guard let information = SystemCalls.statusFollowingLinks(path) else { return false }
    return platform_is_regular(information.st_mode) != 0
  }

  /// Whether two paths are one folder, whatever the links on the way.
  static func isSameFolder(_ left: String, _ right: String) -> Bool {
    guard let a = SystemCalls.statusFollowingLinks(left),
      let b = SystemCalls.statusFollowingLinks(right)
    else { return false }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino
  }

  /// Whether a path lies below a folder once all links are resolved.
  static func resolves(_ path: String, inside folder: String) -> Bool {
    guard let path = SystemCalls.realPath(path), let folder = SystemCalls.realPath(folder) else {
      return false
    }
    return path.isContinuation(of: folder == "/" ? folder : folder + "/")
  }
}

package import CPlatform
import Glibc
package import TrackingEntities

/// Questions to which "nothing is there" is an answer, and no error of which a message is made.
extension SystemCalls {
  /// As `open`; nil if nothing of that name is there.
  package static func openIfPresent(
    _ directory: Int32, _ path: String, _ flags: Int32
  ) throws(TrackingError) -> Int32? {
    let descriptor = try present("open", path, in: directory) {
      Int(platform_open_beneath(directory, path, flags, 0))
    }
    return descriptor.map { Int32(truncatingIfNeeded: $0) }
  }

  /// As `status`; nil if nothing of that name is there.
  package static func statusIfPresent(
    _ directory: Int32, _ path: String
  ) throws(TrackingError) -> stat? {
    var information = stat()
    let found = try present("stat", path, in: directory) {
      Int(fstatat(directory, path, &information, AT_SYMLINK_NOFOLLOW))
    }
    return found.map { _ in information }
  }

  private static func present(
    _ operation: String, _ path: String, in directory: Int32, _ body: () -> Int
  ) throws(TrackingError) -> Int? {
    var isAbsent = false
    let result = try check(operation, FilePlace.of(path, in: directory)) {
      let result = body()
      let code = result < 0 ? platform_errno() : 0
      isAbsent = code == ENOENT || code == ENOTDIR
      return isAbsent ? 0 : result
    }
    return isAbsent ? nil : result
  }
}

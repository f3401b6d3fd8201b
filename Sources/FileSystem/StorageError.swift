import Glibc
package import TrackingEntities

extension TrackingError {
  /// Whether a file system or the kernel does not know the operation, which another may replace.
  package var meansUnknownToFileSystem: Bool {
    code == .storage && [EINVAL, ENOSYS, EOPNOTSUPP].contains(systemCode)
  }

  /// The error for a failed system call: what, where, why, and what to do.
  package static func storage(_ operation: String, _ path: String, _ code: Int32) -> TrackingError {
    let remedy =
      switch code {
      case ENOSPC: "free space on the disk"
      case EDQUOT: "free space within the quota"
      case EROFS: "the file system is read-only"
      case EACCES, EPERM: "check the permissions"
      case EMFILE, ENFILE: "too many open files"
      case EXDEV where operation.isSame(as: "rename"):
        "it would come to lie on another file system, or in another mount; a move stays within one"
      case EXDEV, ELOOP: "the path leads out of the store through a link or `..`"
      case ENAMETOOLONG: "shorten the name"
      case EFBIG: "the file-size limit is reached"
      case EINVAL where operation.isSame(as: "fsync"):
        "this file system does not force files to the disk, and a power cut may take the last of them"
      default: ""
      }
    let words: UnsafeMutablePointer<CChar>? = strerror(code)
    let reason = words.map { String(cString: $0) } ?? "error \(code)"
    let hint = remedy.isEmpty ? "" : "; " + remedy
    return TrackingError(
      .storage, "cannot \(operation) '\(path)': \(reason)\(hint)", systemCode: code)
  }
}

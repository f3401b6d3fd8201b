import CPlatform
import FileSystem
import Glibc
import TrackingEntities

/// A file that a command writes, which is there whole or not at all.
final class OutputFile {
  let stream: OutputStream
  private let path: String
  private let partial: String
  private let descriptor: Int32
  private var isDone = false

  /// - Parameter path: Where the file will be, relative to the working directory.
  init(_ path: String) throws(TrackingError) {
    self.path = path
    partial = "\(path).\(getpid()).partial"
    descriptor = platform_openat(AT_FDCWD, partial, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else {
      throw TrackingError.storage("make", partial, platform_errno())
    }
    stream = OutputStream(descriptor: descriptor)
  }

  /// Puts the file in its place.
  func commit() throws(TrackingError) {
    stream.flush()
    if let problem = stream.problem {
      throw TrackingError(.storage, "'\(path)' cannot be written: \(problem)")
    }
    guard rename(partial, path) == 0 else {
      throw TrackingError.storage("rename", partial, platform_errno())
    }
    isDone = true
  }

  deinit {
    SystemCalls.close(descriptor)
    if !isDone { unlink(partial) }
  }
}

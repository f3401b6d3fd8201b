internal import CPlatform
import Glibc

extension SystemCalls {
  /// Sends a file's bytes on their way to the disk without waiting for them; a sync does that.
  package static func startWriting(_ directory: Int32, _ path: String) {
    guard let file = try? open(directory, path, O_RDWR) else { return }
    platform_start_writing(file)
    close(file)
  }
}

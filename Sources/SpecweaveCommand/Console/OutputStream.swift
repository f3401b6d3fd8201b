import CPlatform
import Glibc

/// Where a command's text goes: a descriptor, or memory in tests.
///
/// Text is gathered and written in large pieces. Where nobody reads any more, as behind `head`, the
/// rest is given up without a word and without SIGPIPE.
package final class OutputStream {
  private static let piece = 1 << 16

  private let descriptor: Int32?
  private var waiting: [UInt8] = []
  /// What was written, where there is no descriptor.
  package private(set) var written: [UInt8] = []
  /// Whether the reader is gone.
  private(set) var isClosed = false
  /// Why something could not be written.
  private(set) var problem: String?

  package init(descriptor: Int32?) { self.descriptor = descriptor }

  /// A descriptor that the host may have closed: a file that the command opens may then get its
  /// number, so nothing is written to it.
  package init(standard descriptor: Int32) {
    self.descriptor = descriptor
    if !platform_is_open(descriptor) { problem = "it is closed" }
  }

  /// What was written as text, where there is no descriptor.
  package var text: String { String(decoding: written, as: UTF8.self) }

  func write(_ text: String) { write(text.utf8) }

  func write(_ bytes: some Sequence<UInt8>) {
    guard !isClosed && problem == nil else { return }
    waiting += bytes
    if waiting.count >= Self.piece { flush() }
  }

  func flush() {
    defer { waiting.removeAll(keepingCapacity: true) }
    guard let descriptor else {
      written += waiting
      return
    }
    var start = 0
    while start < waiting.count {
      let count = waiting[start...].withUnsafeBytes { bytes in
        platform_write_quietly(descriptor, bytes.baseAddress, bytes.count)
      }
      if count > 0 {
        start += count
        continue
      }
      switch platform_errno() {
      case EAGAIN:
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      case EPIPE:
        isClosed = true
        return
      case let code:
        let words: UnsafeMutablePointer<CChar>? = strerror(code)
        problem = words.map { String(cString: $0) } ?? "error \(code)"
        return
      }
    }
  }
}

import CPlatform
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// A file of what a program said: bounded, and at every moment as far as the disk took it.
///
/// The beginning stays and the end moves on; how much lies between them and is left out stands in
/// the file. What cannot be written waits in memory and is written with the next output.
struct OutputLog {
  /// So much of the beginning is kept.
  static let head = 2 << 20
  /// So much of the end is kept at least, and at most twice as much.
  static let tail = 1 << 20
  private static let piece = 1 << 16

  private let file: Int32
  private let name: String
  /// Where the part of the file begins that may still change.
  private var begin: Int
  private var size: Int
  /// How much more belongs to the beginning.
  private var headLeft = OutputLog.head
  /// Lines that are done, behind `begin`, and how much of them is written.
  private var settled: [UInt8] = []
  private var written = 0
  /// How much of `settled` belongs to the beginning, which nothing is taken from.
  private var kept = 0
  private var leftOut = 0
  /// What stands in `settled` in place of what is left out.
  private var mark: [UInt8] = []
  private var text = TerminalText()

  init(in directory: Directory, _ name: String) throws(TrackingError) {
    file = try SystemCalls.open(directory.descriptor, name, O_WRONLY | O_CREAT)
    self.name = name
    size = (try? SystemCalls.status(file)).map { Int($0.st_size) } ?? 0
    begin = size
    if size > 0 { settled = Array("\n--- continued \(Timestamp.text(Clock.now())) ---\n".utf8) }
  }

  func close() { SystemCalls.close(file) }

  /// Whether nothing waits for the disk.
  private(set) var isWritten = true

  /// Takes output in and writes what changed.
  mutating func add(_ bytes: UnsafeRawBufferPointer) throws(TrackingError) {
    var place = 0
    var problem: TrackingError?
    repeat {
      let end = min(place + Self.piece, bytes.count)
      isWritten = false
      do throws(TrackingError) {
        try addPiece(UnsafeRawBufferPointer(rebasing: bytes[place..<end]))
        isWritten = true
        problem = nil
      } catch {
        problem = error
      }
      place = end
    } while place < bytes.count
    if let problem { throw problem }
  }

  private mutating func addPiece(_ bytes: UnsafeRawBufferPointer) throws(TrackingError) {
    var lines: [UInt8] = []
    text.feed(bytes) { row in
      lines += row
      lines.append(UInt8(ascii: "\n"))
    }
    settled += lines
    if headLeft > 0, settled.count > headLeft {
      let end = settled[..<headLeft].lastIndex(of: UInt8(ascii: "\n"))
      kept = end.map { $0 + 1 } ?? 0
      headLeft = 0
    }
    if headLeft == 0 { cut() }
    try write(text.shown())
  }

  /// Drops the oldest lines after the beginning, where there are too many.
  private mutating func cut() {
    guard settled.count - kept - mark.count > 2 * Self.tail else { return }
    var start = settled.count - Self.tail
    while start < settled.count, settled[start - 1] != UInt8(ascii: "\n") { start += 1 }
    leftOut += start - kept - mark.count
    mark = Array("\n… \(leftOut) bytes of output are left out here …\n\n".utf8)
    settled = settled[..<kept] + mark + settled[start...]
    written = min(written, kept)
  }

  private mutating func write(_ changing: [UInt8]) throws(TrackingError) {
    let bytes = settled[written...] + changing
    let offset = begin + written
    var put = 0
    while put < bytes.count {
      var problem: TrackingError?
      bytes.withUnsafeBytes { buffer in
        do throws(TrackingError) {
          let rest = UnsafeRawBufferPointer(rebasing: buffer[put...])
          let count = try SystemCalls.write(file, rest, at: Int64(offset + put), name)
          if count == 0 { throw TrackingError.storage("write", name, ENOSPC) }
          put += count
        } catch {
          problem = error
        }
      }
      size = max(size, offset + put)
      if let problem { throw problem }
    }
    if offset + put < size {
      try SystemCalls.truncate(file, offset + put, name)
      size = offset + put
    }
    // The part of the beginning that is written is dropped.
    let done = headLeft > 0 ? settled.count : kept
    headLeft -= min(done, headLeft)
    begin += done
    settled.removeFirst(done)
    written = settled.count
    kept = 0
  }
}

package import FileSystem
import Glibc
package import TrackingEntities

/// An event file that TensorBoard shows, written at once: scalars, text and settings, and no
/// records, so that it is no experiment of a store.
package final class ShownEventFile {
  /// So many bytes are gathered before they are written.
  private static let piece = 1 << 20

  private let name: String
  private let descriptor: Int32
  private var buffer = ProtobufWriter()
  private var written: Int64 = 0

  /// Makes the file, with the event that every reader wants to see first.
  package init(
    in directory: Directory, named name: String, time: Double
  ) throws(TrackingError) {
    self.name = name
    descriptor = try SystemCalls.open(directory.descriptor, name, O_WRONLY | O_CREAT | O_EXCL)
    EventCodec.appendVersion(time: time, to: &buffer)
  }

  deinit { SystemCalls.close(descriptor) }

  /// A point, as the store's own event files hold it: a 32-bit float, and beside it what a float
  /// cannot hold.
  package func add(
    key: Key, _ value: MetricValue, step: Int64, time: Double
  ) throws(TrackingError) {
    key.bytes.withUnsafeBytes { bytes in
      let marks = EventCodec.beginPoints(step: step, time: time, to: &buffer)
      EventCodec.appendPoint(key: bytes, tag: PointTag(bytes), value, to: &buffer)
      EventCodec.endPoints(marks, to: &buffer)
    }
    if buffer.count >= Self.piece { try flush() }
  }

  /// A value that is not a number.
  package func add(_ value: EventValue, step: Int64, time: Double) throws(TrackingError) {
    EventCodec.append(value, step: step, time: time, to: &buffer)
    try flush()
  }

  /// Writes what was gathered.
  package func flush() throws(TrackingError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[done...])
      let count = try SystemCalls.write(descriptor, rest, at: written, name)
      guard count > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
      done += count
      written += Int64(count)
    }
    buffer.truncate(to: 0)
  }
}

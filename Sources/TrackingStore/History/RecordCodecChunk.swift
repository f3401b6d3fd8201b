/// A piece of a record too long for one frame.
package struct RecordChunk {
  var id: UInt64 = 0
  var index: UInt64 = 0
  var count: UInt64 = 0
  var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

  init(id: UInt64, index: UInt64, count: UInt64, bytes: UnsafeRawBufferPointer) {
    self.id = id
    self.index = index
    self.count = count
    self.bytes = bytes
  }

  /// Reads a `Chunk`; nil if the bytes make no sense.
  init?(_ message: UnsafeRawBufferPointer) {
    var reader = ProtobufReader(message)
    while reader.next() {
      switch reader.field {
      case .varint(1): id = reader.varint()
      case .varint(2): index = reader.varint()
      case .varint(3): count = reader.varint()
      case .bytes(4): bytes = reader.bytes()
      default: reader.skip()
      }
    }
    if reader.malformed { return nil }
  }

  /// Appends the whole `Record` message that holds the piece.
  func encode(to writer: inout ProtobufWriter) {
    let start = writer.begin(.bytes(RecordCodec.Kind.chunk))
    writer.put(1, id)
    writer.put(2, index)
    writer.put(3, count)
    writer.putBytes(4, bytes)
    writer.end(start)
  }

  /// Whether this piece completes its record.
  var isLast: Bool { index &+ 1 == count }
}

/// Puts the pieces of long records together again.
struct RecordAssembly {
  private var id: UInt64 = 0
  private var next: UInt64 = 0
  private var bytes: [UInt8] = []

  /// Takes a piece; returns the whole message when it was the last one. A piece out of order ends
  /// the record that it belongs to.
  mutating func add(_ chunk: RecordChunk) -> [UInt8]? {
    if chunk.index == 0 {
      (id, next) = (chunk.id, 0)
      bytes.removeAll()
    }
    guard chunk.id == id, chunk.index == next, chunk.index < chunk.count else {
      (id, next) = (0, .max)
      bytes.removeAll()
      return nil
    }
    bytes.append(contentsOf: chunk.bytes)
    next &+= 1
    guard chunk.isLast else { return nil }
    defer { bytes.removeAll() }
    (id, next) = (0, .max)
    return bytes
  }
}

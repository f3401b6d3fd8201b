import FileSystem
package import TrackingEntities

/// Records as the message `Record` of `docs/format/record.proto`.
package enum RecordCodec {
  /// The numbers of the kinds, which are never used again for anything else.
  enum Kind {
    static let header: UInt64 = 2
    static let param: UInt64 = 3
    static let tag: UInt64 = 4
    static let note: UInt64 = 5
    static let status: UInt64 = 6
    static let artifact: UInt64 = 7
    static let selection: UInt64 = 8
    static let fact: UInt64 = 9
    static let end: UInt64 = 10
    static let chunk: UInt64 = 11
  }

  static let lamport: UInt64 = 1

  /// Appends the message; refuses only values that are nested too deep.
  package static func encode(
    _ record: Record, lamport: UInt64, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    writer.put(RecordCodec.lamport, lamport)
    let start = writer.begin(.bytes(number(of: record)))
    switch record {
    case .header(let header): encode(header, to: &writer)
    case .param(let key, let value), .fact(let key, let value):
      writer.put(1, key.bytes)
      try encode(value, as: 2, to: &writer)
    case .tag(let name, let removed):
      writer.put(1, name)
      writer.put(2, removed)
    case .note(let text): writer.put(1, text)
    case .status(let status, let failure):
      writer.put(1, number(of: status))
      encode(failure, as: 2, to: &writer)
    case .artifact(let artifact): try encode(artifact, to: &writer)
    case .selection(let selection): encode(selection, to: &writer)
    case .end(let end): encode(end, to: &writer)
    }
    writer.end(start)
  }

  private static func number(of record: Record) -> UInt64 {
    switch record {
    case .header: Kind.header
    case .param: Kind.param
    case .tag: Kind.tag
    case .note: Kind.note
    case .status: Kind.status
    case .artifact: Kind.artifact
    case .selection: Kind.selection
    case .fact: Kind.fact
    case .end: Kind.end
    }
  }

  /// What a `Record` message holds.
  package enum Decoded {
    case record(Record, lamport: UInt64)
    /// A part of a longer record.
    case chunk(RecordChunk)
    /// A kind of the future.
    case unknown(lamport: UInt64)
  }

  /// Reads a message; nil if the bytes make no sense.
  package static func decode(_ bytes: UnsafeRawBufferPointer) -> Decoded? {
    var lamport: UInt64 = 0
    var kind: (number: UInt64, body: UnsafeRawBufferPointer)?
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(RecordCodec.lamport): lamport = reader.varint()
      case let field where field.isBytes: kind = (field.number, reader.bytes())
      default: reader.skip()
      }
    }
    guard !reader.malformed else { return nil }
    guard let kind, (Kind.header...Kind.chunk).contains(kind.number) else {
      return .unknown(lamport: lamport)
    }
    if kind.number == Kind.chunk { return RecordChunk(kind.body).map { .chunk($0) } }
    return decode(kind.number, kind.body).map { .record($0, lamport: lamport) }
  }

  private static func decode(_ kind: UInt64, _ body: UnsafeRawBufferPointer) -> Record? {
    switch kind {
    case Kind.header: decodeHeader(body).map { .header($0) }
    case Kind.param: decodeNamedValue(body).map { .param(key: $0.key, value: $0.value) }
    case Kind.tag: decodeTag(body)
    case Kind.note: decodeNote(body)
    case Kind.status: decodeStatus(body)
    case Kind.artifact: decodeArtifact(body).map { .artifact($0) }
    case Kind.selection: decodeSelection(body).map { .selection($0) }
    case Kind.fact: decodeNamedValue(body).map { .fact(section: $0.key, value: $0.value) }
    default: decodeEnd(body).map { .end($0) }
    }
  }
}

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

/// Values with their types, nested, in order.
extension RecordCodec {
  static func encode(
    _ value: Value, as field: UInt64, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    try encode(value, as: field, depth: EventFormat.deepestValue, to: &writer)
  }

  private static func encode(
    _ value: Value, as field: UInt64, depth: Int, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    guard depth > 0 else {
      throw TrackingError(
        .serialisation,
        "a value is nested more than \(EventFormat.deepestValue) levels deep; save it as an artifact"
      )
    }
    let start = writer.begin(.bytes(field))
    switch value {
    case .null: writer.putNumber(1, 1)
    case .boolean(let flag): writer.putNumber(2, flag ? 1 : 0)
    case .integer(let integer): writer.putSigned(3, integer)
    case .bigInteger(let digits): writer.putText(4, digits)
    case .number(let number): writer.putDouble(5, number)
    case .text(let text): writer.putText(6, text)
    case .list(let elements):
      let list = writer.begin(.bytes(7))
      for element in elements { try encode(element, as: 1, depth: depth - 1, to: &writer) }
      writer.end(list)
    case .map(let entries):
      let map = writer.begin(.bytes(8))
      for entry in entries {
        let mark = writer.begin(.bytes(1))
        writer.put(1, entry.key.bytes)
        try encode(entry.value, as: 2, depth: depth - 1, to: &writer)
        writer.end(mark)
      }
      writer.end(map)
    }
    writer.end(start)
  }

  static func decodeValue(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Value? {
    guard depth > 0 else { return nil }
    var value = Value.null
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(2): value = .boolean(reader.flag())
      case .varint(3): value = .integer(reader.signed())
      case .bytes(4): value = .bigInteger(reader.text())
      case .fixed64(5): value = .number(reader.double())
      case .bytes(6), .bytes(9): value = .text(reader.text())
      case .bytes(7):
        guard let list = decodeList(reader.bytes(), depth: depth) else { return nil }
        value = .list(list)
      case .bytes(8):
        guard let map = decodeMap(reader.bytes(), depth: depth) else { return nil }
        value = .map(map)
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : value
  }

  private static func decodeList(_ bytes: UnsafeRawBufferPointer, depth: Int) -> [Value]? {
    var elements: [Value] = []
    var reader = ProtobufReader(bytes)
    while reader.next() {
      guard case .bytes(1) = reader.field else {
        reader.skip()
        continue
      }
      guard let element = decodeValue(reader.bytes(), depth: depth - 1) else { return nil }
      elements.append(element)
    }
    return reader.malformed ? nil : elements
  }

  private static func decodeMap(_ bytes: UnsafeRawBufferPointer, depth: Int) -> [Value.Entry]? {
    var entries: [Value.Entry] = []
    var reader = ProtobufReader(bytes)
    while reader.next() {
      guard case .bytes(1) = reader.field else {
        reader.skip()
        continue
      }
      guard let entry = decodeEntry(reader.bytes(), depth: depth - 1) else { return nil }
      entries.append(entry)
    }
    return reader.malformed ? nil : entries
  }

  static func decodeEntry(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Value.Entry? {
    var entry = Value.Entry(Key(bytes: []), .null)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): entry.key = Key(bytes: Array(reader.bytes()))
      case .bytes(2):
        guard let value = decodeValue(reader.bytes(), depth: depth) else { return nil }
        entry.value = value
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : entry
  }
}

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

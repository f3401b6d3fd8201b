internal import TrackingEntities

/// Changes of status, failures and the end of a session.
extension RecordCodec {
  static func number(of status: ExperimentStatus) -> UInt64 {
    switch status {
    case .unknown: 0
    case .running: 1
    case .completed: 2
    case .failed: 3
    case .interrupted: 4
    case .crashed: 5
    }
  }

  private static func status(_ number: UInt64) -> ExperimentStatus {
    ExperimentStatus.allCases.first { self.number(of: $0) == number } ?? .unknown
  }

  static func decodeStatus(_ bytes: UnsafeRawBufferPointer) -> Record? {
    var status = ExperimentStatus.unknown
    var failure: Failure?
    var sound = true
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): status = self.status(reader.varint())
      case .bytes(2): sound = decode(reader.bytes(), into: &failure) && sound
      default: reader.skip()
      }
    }
    return reader.malformed || !sound ? nil : .status(status, failure)
  }

  static func encode(_ failure: Failure?, as field: UInt64, to writer: inout ProtobufWriter) {
    guard let failure else { return }
    let start = writer.begin(.bytes(field))
    writer.put(1, failure.type)
    writer.put(2, failure.message)
    writer.put(3, failure.traceback)
    writer.end(start)
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, into failure: inout Failure?
  ) -> Bool {
    var found = Failure(type: "", message: "")
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): found.type = reader.text()
      case .bytes(2): found.message = reader.text()
      case .bytes(3): found.traceback = reader.text()
      default: reader.skip()
      }
    }
    failure = found
    return !reader.malformed
  }

  static func encode(_ end: SessionEnd, to writer: inout ProtobufWriter) {
    writer.put(1, number(of: end.status))
    encode(end.failure, as: 2, to: &writer)
    writer.put(3, end.duration)
    writer.put(4, end.closed)
    writer.put(5, end.dropped)
  }

  static func decodeEnd(_ bytes: UnsafeRawBufferPointer) -> SessionEnd? {
    var end = SessionEnd(status: .unknown, duration: 0, closed: "")
    var sound = true
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): end.status = status(reader.varint())
      case .bytes(2): sound = decode(reader.bytes(), into: &end.failure) && sound
      case .fixed64(3): end.duration = reader.double()
      case .bytes(4): end.closed = reader.text()
      case .varint(5): end.dropped = reader.varint()
      default: reader.skip()
      }
    }
    return reader.malformed || !sound ? nil : end
  }
}

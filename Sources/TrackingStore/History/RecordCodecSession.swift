internal import TrackingEntities

/// The header of a file and who an experiment is.
extension RecordCodec {
  static func encode(_ header: SessionHeader, to writer: inout ProtobufWriter) {
    writer.put(1, header.format)
    writer.put(2, header.minimumReader)
    let experiment = writer.begin(.bytes(3))
    encode(header.experiment, to: &writer)
    writer.end(experiment)
    writer.put(4, header.writer)
    writer.put(5, header.role.rawValue)
    writer.put(6, header.session)
    writer.put(7, header.label)
    if let rank = header.rank { writer.putSigned(8, rank) }
    writer.put(9, header.amends)
    let process = writer.begin(.bytes(10))
    encode(header.process, to: &writer)
    writer.end(process)
  }

  static func decodeHeader(_ bytes: UnsafeRawBufferPointer) -> SessionHeader? {
    var header = SessionHeader(
      experiment: ExperimentIdentity(id: "", name: "", rerun: 0, kind: "", created: 0),
      writer: "", role: .owner, session: 0,
      process: ProcessIdentity(host: "", boot: "", namespace: 0, pid: 0, start: 0),
      format: 0, minimumReader: 0)
    var sound = true
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): header.format = reader.varint()
      case .varint(2): header.minimumReader = reader.varint()
      case .bytes(3): sound = decode(reader.bytes(), into: &header.experiment) && sound
      case .bytes(4): header.writer = reader.text()
      // A role of the future gets the least rights.
      case .varint(5): header.role = WriterRole(rawValue: reader.varint()) ?? .editor
      case .varint(6): header.session = reader.varint()
      case .bytes(7): header.label = reader.text()
      case .varint(8): header.rank = reader.signed()
      case .varint(9): header.amends = reader.flag()
      case .bytes(10): sound = decode(reader.bytes(), into: &header.process) && sound
      default: reader.skip()
      }
    }
    return reader.malformed || !sound ? nil : header
  }

  private static func encode(_ experiment: ExperimentIdentity, to writer: inout ProtobufWriter) {
    writer.put(1, experiment.id)
    writer.put(2, experiment.name)
    writer.put(3, experiment.number)
    writer.put(4, experiment.child)
    writer.put(5, experiment.rerun)
    writer.put(6, experiment.kind)
    writer.put(7, experiment.parent)
    writer.put(8, experiment.created)
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, into experiment: inout ExperimentIdentity
  ) -> Bool {
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): experiment.id = reader.text()
      case .bytes(2): experiment.name = reader.text()
      case .varint(3): experiment.number = reader.varint()
      case .varint(4): experiment.child = reader.varint()
      case .varint(5): experiment.rerun = reader.varint()
      case .bytes(6): experiment.kind = reader.text()
      case .bytes(7): experiment.parent = reader.text()
      case .fixed64(8): experiment.created = reader.double()
      default: reader.skip()
      }
    }
    return !reader.malformed
  }

  private static func encode(_ process: ProcessIdentity, to writer: inout ProtobufWriter) {
    writer.put(1, process.host)
    writer.put(2, process.boot)
    writer.put(3, process.namespace)
    writer.put(4, process.pid)
    writer.put(5, process.start)
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, into process: inout ProcessIdentity
  ) -> Bool {
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): process.host = reader.text()
      case .bytes(2): process.boot = reader.text()
      case .varint(3): process.namespace = reader.varint()
      case .varint(4): process.pid = reader.varint()
      case .varint(5): process.start = reader.varint()
      default: reader.skip()
      }
    }
    return !reader.malformed
  }
}

import FileSystem
import TrackingEntities

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

/// Artifacts and selections.
extension RecordCodec {
  static func encode(
    _ artifact: Artifact, to writer: inout ProtobufWriter
  ) throws(TrackingError) {
    writer.put(1, artifact.path)
    writer.put(2, artifact.size)
    writer.put(3, artifact.sha256)
    writer.put(4, artifact.kind)
    writer.put(5, artifact.version)
    writer.put(6, artifact.keptAs)
    writer.put(7, artifact.removed)
    try encode(artifact.details, as: 8, to: &writer)
  }

  static func decodeArtifact(_ bytes: UnsafeRawBufferPointer) -> Artifact? {
    var artifact = Artifact(path: "", size: 0, sha256: "", kind: "", version: 0, details: .null)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): artifact.path = reader.text()
      case .varint(2): artifact.size = reader.varint()
      case .bytes(3): artifact.sha256 = reader.text()
      case .bytes(4): artifact.kind = reader.text()
      case .varint(5): artifact.version = reader.varint()
      case .bytes(6): artifact.keptAs = reader.text()
      case .varint(7): artifact.removed = reader.flag()
      case .bytes(8):
        guard let details = decodeValue(reader.bytes(), depth: EventFormat.deepestValue) else {
          return nil
        }
        artifact.details = details
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : artifact
  }

  static func encode(_ selection: Selection, to writer: inout ProtobufWriter) {
    writer.put(1, selection.selected)
    for reason in selection.rationale { writer.putText(2, reason) }
    writer.put(3, selection.by)
  }

  static func decodeSelection(_ bytes: UnsafeRawBufferPointer) -> Selection? {
    var selection = Selection(selected: false)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): selection.selected = reader.flag()
      case .bytes(2): selection.rationale.append(reader.text())
      case .bytes(3): selection.by = reader.text()
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : selection
  }
}

/// Tags, notes, params and facts.
extension RecordCodec {
  static func decodeTag(_ bytes: UnsafeRawBufferPointer) -> Record? {
    var (name, removed) = ("", false)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .bytes(1): name = reader.text()
      case .varint(2): removed = reader.flag()
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : .tag(name: name, removed: removed)
  }

  static func decodeNote(_ bytes: UnsafeRawBufferPointer) -> Record? {
    var text = ""
    var reader = ProtobufReader(bytes)
    while reader.next() {
      if case .bytes(1) = reader.field { text = reader.text() } else { reader.skip() }
    }
    return reader.malformed ? nil : .note(text)
  }

  static func decodeNamedValue(_ bytes: UnsafeRawBufferPointer) -> (key: Key, value: Value)? {
    decodeEntry(bytes, depth: EventFormat.deepestValue).map { ($0.key, $0.value) }
  }
}

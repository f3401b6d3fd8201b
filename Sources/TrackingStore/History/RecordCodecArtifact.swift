internal import TrackingEntities

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
  }

  static func decodeSelection(_ bytes: UnsafeRawBufferPointer) -> Selection? {
    var selection = Selection(selected: false)
    var reader = ProtobufReader(bytes)
    while reader.next() {
      switch reader.field {
      case .varint(1): selection.selected = reader.flag()
      case .bytes(2): selection.rationale.append(reader.text())
      default: reader.skip()
      }
    }
    return reader.malformed ? nil : selection
  }
}

import EventLog
package import FileSystem
import TrackingEntities

/// What metadata.yaml says of the event files that it was made from: how long each of them was. An event
/// file never becomes shorter, so one that is has lost what somebody was told to be stored.
package struct WriterStamps {
  /// One event file as it was.
  struct Stamp {
    let file: String
    let size: UInt64
    let header: SessionHeader
  }

  let stamps: [Stamp]
  /// What metadata.yaml alone tells of the experiment.
  let metadata: ExperimentSnapshot
  /// metadata.yaml without its last line, and what is in it.
  let body: [UInt8]
  let members: Value

  /// Reads them from metadata.yaml; nil where somebody else wrote or changed it.
  init?(_ metadata: [UInt8]) {
    guard let body = Views.unsealed(metadata).map(Array.init),
      let members = try? YAMLParser.parse(body),
      members["format"]?.integer == Int64(SessionHeader.currentFormat)
    else { return nil }
    (self.body, self.members) = (body, members)
    self.metadata = MetadataView.decode(
      metadata: members, params: .map([]), metrics: .map([]), folder: "")
    stamps = self.metadata.writers.map {
      Stamp(file: $0.file, size: $0.size, header: $0.header)
    }
  }

  /// As they are in an experiment's folder.
  package init?(in directory: Directory) {
    guard let metadata = try? directory.read(Views.metadata) else { return nil }
    self.init(metadata)
  }

  func stamp(of file: String) -> Stamp? { stamps.first { $0.file.isSame(as: file) } }

  /// What the event files have lost since.
  ///
  /// - Parameters:
  ///   - logs: The event files as they were read after metadata.yaml: a running experiment grows.
  ///   - counts: Whose files count.
  func losses(
    in logs: [WriterFile], of directory: Directory,
    where counts: (SessionHeader) -> Bool = { _ in true }
  ) -> [TFRecordDamage] {
    stamps.filter { counts($0.header) }.compactMap { stamp in
      guard let log = logs.first(where: { $0.file.isSame(as: stamp.file) })?.log else {
        // A writer whose file was taken away goes on in another one, with all that was in the first.
        let isMoved = logs.contains { $0.log.header?.writer == stamp.header.writer }
        return isMoved ? nil : stamp.loss(from: nil)
      }
      // What is pending and cannot be read is told by whoever reads the file, or is only late.
      guard log.size < stamp.size,
        case .nothing? = try? PendingContent.read(directory, of: log.file)
      else { return nil }
      return stamp.loss(from: log.size)
    }
  }

  /// Whether the event files may have lost something, by their sizes alone: a quick look at the lines of
  /// metadata.yaml, as `MetadataView` writes them.
  static func mayExceed(
    _ files: [(file: String, size: UInt64)], _ metadata: [UInt8]
  ) -> Bool {
    metadata.withUnsafeBufferPointer { bytes in
      guard let start = ViewLines.start(of: "writers:\n", in: bytes) else { return false }
      var lines = ViewLines(bytes: bytes, place: start)
      _ = lines.skip("writers:\n")
      while lines.skip("  - file: ") {
        let name = lines.rest()
        let size = lines.integer("    size: ")
        guard let name, let size,
          let file = files.first(where: { $0.file.utf8.elementsEqual(name) }),
          file.size >= UInt64(clamping: size)
        else { return true }
        while lines.skip("    ") { _ = lines.rest() }
      }
      return false
    }
  }
}

extension WriterStamps.Stamp {
  fileprivate func loss(from present: UInt64?) -> TFRecordDamage {
    let held = "held \(size) bytes when \(Views.metadata) was written"
    guard let present else {
      return TFRecordDamage(
        file: file, offset: 0, length: size,
        reason:
          "'\(file)' is missing: it \(held), and what was in them is lost unless there is a copy")
    }
    return TFRecordDamage(
      file: file, offset: present, length: size - present,
      reason: "'\(file)' was cut short at byte \(present): it \(held), and what was in the last "
        + "\(size - present) of them is lost unless there is a copy")
  }
}

package import EventLog
import FileSystem
package import TrackingEntities

/// What event files have lost since metadata.yaml was written.
extension ExperimentReader {
  /// A snapshot completed by what metadata.yaml knows of event files that have lost something.
  ///
  /// Where the views were made from all that is left and more, they are what is known. Where something was
  /// logged since, the event files are, but for an end that they have lost.
  ///
  /// - Parameters:
  ///   - snapshot: What the event files say.
  ///   - logs: The event files as they were read after metadata.yaml.
  /// - Returns: The snapshot, and whether something is lost.
  package func completed(
    _ snapshot: ExperimentSnapshot, _ logs: [WriterFile], by stamps: WriterStamps
  ) -> (snapshot: ExperimentSnapshot, hasLosses: Bool) {
    let writers = snapshot.writers.map { ($0.file, $0.header) }
    let losses =
      isGrowing(snapshot.status, writers, stamps) ? [] : stamps.losses(in: logs, of: directory)
    if losses.isEmpty { return (snapshot, false) }
    var completed = snapshot
    if !stamps.areOlder(than: logs), let views = whole(stamps.body, stamps.members, nil) {
      completed = views
      completed.problems += snapshot.problems.filter { !views.problems.contains($0) }
    } else if snapshot.status == .running, stamps.metadata.status.isFinal,
      !stamps.knowNotOfOwner(in: logs)
    {
      completed.status = stamps.metadata.status
      completed.failure = stamps.metadata.failure
      completed.ended = stamps.metadata.ended
      completed.duration = stamps.metadata.duration
      completed.closed = stamps.metadata.closed
      completed.elapsed = nil
    }
    completed.history = .damaged
    completed.problems += losses.map(\.description)
    return (completed, true)
  }

  /// Whether the writer may be at work, on this computer or another one: a file system of a network may
  /// show its metadata.yaml sooner than the end of its event file.
  private func isGrowing(
    _ status: ExperimentStatus, _ writers: [(file: String, header: SessionHeader)],
    _ stamps: WriterStamps
  ) -> Bool {
    status == .running && !stamps.metadata.status.isFinal && liveStatus(of: writers) != .crashed
  }

  /// The event files that may hold points, in order of their writers, each with the number of its writer
  /// among those of the snapshot; and what cannot be read in any of them.
  package func historyFiles() throws(TrackingError) -> (
    files: [(writer: UInt32, file: String)], damages: [TFRecordDamage]
  ) {
    let files = try ExperimentFiles.eventFiles(in: directory, entries: try directory.entries())
    let metadata = files.isEmpty ? nil : (try? directory.read(Views.metadata)) ?? nil
    var heads: [WriterFile] = []
    for file in files {
      let log = try SessionLogReader.readHeader(directory: directory, file: file.file)
      heads.append(WriterFile(file: file.file, log: log))
    }
    var damages: [TFRecordDamage] = []
    let sizes = heads.map { (file: $0.file, size: $0.log.size) }
    let mayBeShort = metadata.map { WriterStamps.mayExceed(sizes, $0) } ?? false
    if mayBeShort || heads.contains(where: { $0.log.header == nil }) {
      let stamps = metadata.flatMap(WriterStamps.init)
      stamps?.complete(&heads)
      damages = heads.filter { $0.log.header == nil }.flatMap(\.log.damages)
      damages += stamps.map { losses(of: heads, $0) } ?? []
    }
    // Which of two copies counts is known only when both have been read.
    if SnapshotFold.holdCopies(heads) { heads = SnapshotFold.withoutCopies(try read(files)) }
    let holders = SnapshotFold.order(heads).filter { $0.log.header != nil }.enumerated()
      .filter { $0.element.log.header?.role != .editor }
    return (holders.map { (UInt32(clamping: $0.offset), $0.element.file) }, damages)
  }

  /// What is lost of the points.
  private func losses(of heads: [WriterFile], _ stamps: WriterStamps) -> [TFRecordDamage] {
    let writers = heads.compactMap { head in head.log.header.map { (head.file, $0) } }
    if isGrowing(.running, writers, stamps) { return [] }
    return stamps.losses(in: heads, of: directory) { $0.role != .editor }
  }
}

extension WriterStamps {
  /// Whether something was logged since metadata.yaml was written.
  fileprivate func areOlder(than logs: [WriterFile]) -> Bool {
    logs.contains { file in
      guard let stamp = stamp(of: file.file) else { return file.log.header != nil }
      return file.log.size > stamp.size
    }
  }

  /// Whether the experiment was resumed since.
  fileprivate func knowNotOfOwner(in logs: [WriterFile]) -> Bool {
    logs.contains { file in
      guard let header = file.log.header, stamp(of: file.file) == nil else { return false }
      return header.role == .owner && !header.amends
    }
  }

  /// Puts in who writes the files whose first record is damaged.
  fileprivate func complete(_ heads: inout [WriterFile]) {
    for place in heads.indices where heads[place].log.header == nil {
      heads[place].log.header = stamp(of: heads[place].file)?.header
    }
  }
}

package import EventLog
import FileSystem
package import TrackingEntities

/// What event files have lost since `.summary.json` was written.
extension ExperimentReader {
  /// A snapshot completed by what the summary knows of event files that have lost something.
  ///
  /// Where it was made from all that is left and more, it is what is known. Where something was
  /// logged since, the event files are, but for an end that they have lost.
  ///
  /// - Parameters:
  ///   - snapshot: What the event files say.
  ///   - logs: The event files as they were read after the summary.
  /// - Returns: The snapshot, and whether something is lost.
  package func completed(
    _ snapshot: ExperimentSnapshot, _ logs: [WriterFile], by summary: SummaryFile
  ) -> (snapshot: ExperimentSnapshot, hasLosses: Bool) {
    let told = summary.snapshot(folder: folder)
    let writers = snapshot.writers.map { ($0.file, $0.header) }
    let losses =
      isGrowing(snapshot.status, writers, told) ? [] : summary.losses(in: logs, of: directory)
    if losses.isEmpty { return (snapshot, false) }
    var completed = snapshot
    if summary.isExact, !summary.isOlder(than: logs) {
      completed = told
      completed.problems += snapshot.problems.filter { !told.problems.contains($0) }
    } else if snapshot.status == .running, told.status.isFinal, !summary.knowsNotOfOwner(in: logs) {
      completed.status = told.status
      completed.failure = told.failure
      completed.ended = told.ended
      completed.duration = told.duration
      completed.closed = told.closed
      completed.elapsed = nil
    }
    completed.history = .damaged
    completed.problems += losses.map(\.description)
    return (completed, true)
  }

  /// What the event files have lost since the summary was written.
  package func losses(of logs: [WriterFile]) -> [TFRecordDamage] {
    guard let summary = readSummary() else { return [] }
    let told = summary.snapshot(folder: folder)
    let writers = logs.compactMap { log in log.log.header.map { (log.file, $0) } }
    if !told.status.isFinal, liveStatus(of: writers) != .crashed { return [] }
    return summary.losses(in: logs, of: directory)
  }

  /// Whether the writer may be at work, on this computer or another one: a file system of a network
  /// may show its `.summary.json` sooner than the end of its event file.
  private func isGrowing(
    _ status: ExperimentStatus, _ writers: [(file: String, header: SessionHeader)],
    _ told: ExperimentSnapshot
  ) -> Bool {
    status == .running && !told.status.isFinal && liveStatus(of: writers) != .crashed
  }

  /// The event files that may hold points, in order of their writers, each with the number of its
  /// writer among those of the snapshot; and what cannot be read in any of them.
  package func historyFiles() throws(TrackingError) -> (
    files: [(writer: UInt32, file: String)], damages: [TFRecordDamage]
  ) {
    let files = try ExperimentFiles.eventFiles(in: directory, entries: try directory.entries())
    let bytes = files.isEmpty ? nil : (try? directory.read(Views.summary)) ?? nil
    var heads: [WriterFile] = []
    for file in files {
      let log = try SessionLogReader.readHeader(directory: directory, file: file.file)
      heads.append(WriterFile(file: file.file, log: log))
    }
    var damages: [TFRecordDamage] = []
    let sizes = heads.map { (file: $0.file, size: $0.log.size) }
    let mayBeShort = bytes.map { SummaryFile.mayExceed(sizes, $0) } ?? false
    if mayBeShort || heads.contains(where: { $0.log.header == nil }) {
      let summary = bytes.flatMap(SummaryFile.init)
      summary?.complete(&heads)
      damages = heads.filter { $0.log.header == nil }.flatMap(\.log.damages)
      damages += summary.map { losses(of: heads, $0) } ?? []
    }
    // Which of two copies counts is known only when both have been read.
    if SnapshotFold.holdCopies(heads) { heads = SnapshotFold.withoutCopies(try read(files)) }
    let holders = SnapshotFold.order(heads).filter { $0.log.header != nil }.enumerated()
      .filter { $0.element.log.header?.role != .editor }
    return (holders.map { (UInt32(clamping: $0.offset), $0.element.file) }, damages)
  }

  /// What is lost of the points.
  private func losses(of heads: [WriterFile], _ summary: SummaryFile) -> [TFRecordDamage] {
    let writers = heads.compactMap { head in head.log.header.map { (head.file, $0) } }
    if isGrowing(.running, writers, summary.snapshot(folder: folder)) { return [] }
    return summary.losses(in: heads, of: directory) { $0.role != .editor }
  }
}

extension SummaryFile {
  /// What the event files have lost since: none ever becomes shorter, so one that is has lost what
  /// somebody was told to be stored.
  ///
  /// - Parameters:
  ///   - logs: The event files as they were read after the summary: a running experiment grows.
  ///   - counts: Whose files count.
  fileprivate func losses(
    in logs: [WriterFile], of directory: Directory,
    where counts: (SessionHeader) -> Bool = { _ in true }
  ) -> [TFRecordDamage] {
    writers.filter { counts($0.header) }.compactMap { writer in
      guard let log = logs.first(where: { $0.file.isSame(as: writer.file) })?.log else {
        // A writer whose file was taken away goes on in another one, with all that was in the
        // first.
        let isMoved = logs.contains { $0.log.header?.writer == writer.header.writer }
        return isMoved ? nil : writer.loss(from: nil)
      }
      // What is pending and cannot be read is told by whoever reads the file, or is only late.
      guard log.size < writer.size,
        case .nothing? = try? PendingContent.read(directory, of: log.file)
      else { return nil }
      return writer.loss(from: log.size)
    }
  }

  private func writer(of file: String) -> ExperimentSnapshot.Writer? {
    writers.first { $0.file.isSame(as: file) }
  }

  /// Whether something was logged since it was written.
  fileprivate func isOlder(than logs: [WriterFile]) -> Bool {
    logs.contains { file in
      guard let writer = writer(of: file.file) else { return file.log.header != nil }
      return file.log.size > writer.size
    }
  }

  /// Whether the experiment was resumed since.
  fileprivate func knowsNotOfOwner(in logs: [WriterFile]) -> Bool {
    logs.contains { file in
      guard let header = file.log.header, writer(of: file.file) == nil else { return false }
      return header.role == .owner && !header.amends
    }
  }

  /// Puts in who writes the files whose first record is damaged.
  fileprivate func complete(_ heads: inout [WriterFile]) {
    for place in heads.indices where heads[place].log.header == nil {
      heads[place].log.header = writer(of: heads[place].file)?.header
    }
  }
}

extension ExperimentSnapshot.Writer {
  fileprivate func loss(from present: UInt64?) -> TFRecordDamage {
    let held = "held \(size) bytes when \(Views.summary) was written"
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

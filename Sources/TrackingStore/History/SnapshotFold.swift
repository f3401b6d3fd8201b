package import TrackingEntities

/// Folds the event files of one experiment into what is known of it.
///
/// Records of all writers are ordered by their Lamport counter, ties by writer. Points are ordered by
/// writer: the owner's sessions first, then the others by number; the owner's last value is shown.
package struct SnapshotFold {
  private var snapshot: SnapshotContent
  /// How long the sessions that ended took together.
  private var duration = 0.0

  /// The snapshot; liveness is not looked at here, so a dead experiment still reads as running.
  ///
  /// - Returns: nil if no file has a header, that is, nothing of ours is there.
  package static func fold(_ files: [WriterFile], folder: String) -> ExperimentSnapshot? {
    let ordered = order(withoutCopies(files))
    guard let identity = ordered.lazy.compactMap({ $0.log.header?.experiment }).first else {
      return nil
    }
    var fold = SnapshotFold(snapshot: SnapshotContent(identity: identity, folder: folder))
    fold.addWriters(ordered)
    fold.addMetrics(ordered)
    fold.addRecords(ordered)
    return ExperimentSnapshot(fold.snapshot)
  }

  /// The owner's sessions by number, then the attached writers by number, then the editors.
  package static func order(_ files: [WriterFile]) -> [WriterFile] {
    files.sorted { left, right in
      guard let a = left.log.header, let b = right.log.header else {
        return left.log.header != nil || (right.log.header == nil && left.file < right.file)
      }
      if a.role != b.role { return a.role.rawValue < b.role.rawValue }
      if a.session != b.session { return a.session < b.session }
      return left.file.utf8.lexicographicallyPrecedes(right.file.utf8)
    }
  }

  /// Whether one file is a copy of another's beginning.
  static func holdCopies(_ files: [WriterFile]) -> Bool {
    files.contains { file in
      files.contains { $0.file != file.file && $0.log.isSameStream(as: file.log) }
    }
  }

  /// Of two files that are one stream, as after a copy of a half-written folder, the longer one.
  static func withoutCopies(_ files: [WriterFile]) -> [WriterFile] {
    files.filter { file in
      !files.contains { other in
        other.file != file.file && other.log.isSameStream(as: file.log)
          && (other.log.validLength, other.file) > (file.log.validLength, file.file)
      }
    }
  }

  private mutating func addWriters(_ files: [WriterFile]) {
    for file in files {
      if let header = file.log.header {
        snapshot.writers.append(.init(file: file.file, size: file.log.size, header: header))
      }
      snapshot.lastWrite = max(snapshot.lastWrite, file.log.lastWrite)
      for damage in file.log.damages {
        snapshot.history = .damaged
        snapshot.problems.append(damage.description)
      }
    }
  }

  private mutating func addMetrics(_ files: [WriterFile]) {
    if let only = files.first, files.count == 1 {
      snapshot.metrics = only.log.metrics
      return
    }
    var places: [Key: Int] = [:]
    for file in files {
      let isOwner = file.log.header?.role == .owner
      for series in file.log.metrics {
        if let place = places[series.key] {
          snapshot.metrics[place].merge(series, continues: isOwner)
        } else {
          places[series.key] = snapshot.metrics.count
          snapshot.metrics.append(series)
        }
      }
    }
  }

  private mutating func addRecords(_ files: [WriterFile]) {
    let headers = files.map(\.log.header)
    var records: [(stamped: StampedRecord, writer: String, place: Int)] = []
    for (place, file) in files.enumerated() {
      guard let header = headers[place] else { continue }
      records += file.log.records.map { ($0, header.writer, place) }
    }
    for (place, file) in files.enumerated() {
      guard let header = headers[place] else { continue }
      let start = StampedRecord(
        .header(header), time: file.log.started, lamport: file.log.headerLamport)
      records.append((start, header.writer, place))
    }
    records.sort {
      $0.stamped.lamport != $1.stamped.lamport
        ? $0.stamped.lamport < $1.stamped.lamport
        : $0.writer.utf8.lexicographicallyPrecedes($1.writer.utf8)
    }
    var params: [Key: Int] = [:]
    for record in records {
      if let header = headers[record.place] { apply(record.stamped, by: header, &params) }
    }
  }

  private mutating func apply(
    _ stamped: StampedRecord, by writer: SessionHeader, _ params: inout [Key: Int]
  ) {
    switch stamped.record {
    case .header(let header):
      if header.role == .owner && !header.amends {
        run()
      }
    case .param(let key, let value):
      if let place = params[key] {
        snapshot.params[place].replace(with: value)
      } else {
        params[key] = snapshot.params.count
        snapshot.params.append(.init(key: key, value: value))
      }
    case .tag(let name, let removed):
      snapshot.tags.removeAll { removed && $0.utf8.elementsEqual(name.utf8) }
      if !removed, !snapshot.tags.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
        snapshot.tags.append(name)
      }
    case .note(let text):
      snapshot.notes.append(.init(time: stamped.time, text: text))
    case .status(let status, let failure):
      // Who joined a running experiment has no say in how it stands.
      guard writer.role != .attached else { return }
      if status == .running { return run() }
      snapshot.status = status
      snapshot.failure = failure ?? (status == .failed ? snapshot.failure : nil)
    case .artifact(let artifact):
      snapshot.apply(artifact)
    case .selection(let selection):
      snapshot.selection = selection.selected ? selection : nil
    case .fact(let section, let value):
      snapshot.apply(section: section, value)
    case .end(let end):
      snapshot.dropped &+= end.dropped
      guard writer.role == .owner, !writer.amends else { return }
      snapshot.status = end.status
      snapshot.failure = end.failure ?? (end.status == .failed ? snapshot.failure : nil)
      snapshot.ended = stamped.time
      duration += end.duration
      snapshot.duration = duration
      snapshot.closed = end.closed
    }
  }

  /// A session begins, or goes on after its end.
  private mutating func run() {
    (snapshot.status, snapshot.failure, snapshot.ended) = (.running, nil, nil)
    (snapshot.duration, snapshot.closed) = (nil, "")
  }
}

extension ExperimentSnapshot.Param {
  fileprivate mutating func replace(with value: Value) {
    guard value != self.value else { return }
    previous.append(self.value)
    self.value = value
  }
}

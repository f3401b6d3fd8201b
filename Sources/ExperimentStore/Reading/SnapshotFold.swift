package import EventLog
import FileSystem
package import TrackingEntities

/// Folds the event files of one experiment into what is known of it.
///
/// Records of all writers are ordered by their Lamport counter, ties by writer. Points are ordered
/// by writer: the owner's sessions first, then the others by number. The owner's last value is
/// shown, else the one at the highest step of those that joined.
package struct SnapshotFold {
  private var snapshot: SnapshotContent
  /// How long the sessions that are over took together.
  private var duration = 0.0
  /// When each writer was last at work.
  private let latest: [Double]
  /// The owner's session that has not ended: whose it is, and when it began or continued.
  private var open: (place: Int, since: Double)?
  /// The paths of all artifacts so far.
  private var known: Set<Key> = []
  /// What was counted for crashed sessions, until a later record of theirs shows that they were
  /// not.
  private var estimates: [Int: Double] = [:]

  /// The snapshot; liveness is not looked at here, so a dead experiment still reads as running.
  ///
  /// - Returns: nil if no file has a header, that is, nothing of ours is there.
  package static func fold(_ files: [WriterFile], folder: String) -> ExperimentSnapshot? {
    let ordered = order(withoutCopies(files))
    guard let identity = ordered.lazy.compactMap({ $0.log.header?.experiment }).first else {
      return nil
    }
    var fold = SnapshotFold(
      snapshot: SnapshotContent(identity: identity, folder: folder),
      latest: ordered.map(\.log.latest))
    fold.addWriters(ordered)
    fold.addMetrics(ordered)
    fold.addRecords(ordered)
    fold.snapshot.elapsed = fold.open.map {
      fold.duration + fold.work(of: $0, until: Clock.now())
    }
    // A repair records that nobody ended it; it took as long as it gave signs of life.
    if fold.snapshot.status == .crashed, fold.snapshot.duration == nil {
      fold.snapshot.duration = fold.snapshot.elapsed
    }
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
    var places: [Key: (place: Int, isOwners: Bool)] = [:]
    for file in files {
      let isOwner = file.log.header?.role == .owner
      for series in file.log.metrics {
        if let known = places[series.key] {
          snapshot.metrics[known.place].merge(
            series, last: isOwner ? .later : known.isOwners ? .earlier : .furthest)
        } else {
          places[series.key] = (snapshot.metrics.count, isOwner)
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
      if let header = headers[record.place] {
        apply(record.stamped, by: header, at: record.place, &params)
      }
    }
  }

  private mutating func apply(
    _ stamped: StampedRecord, by writer: SessionHeader, at place: Int, _ params: inout [Key: Int]
  ) {
    switch stamped.record {
    case .header(let header):
      if header.role == .owner && !header.amends {
        run(place, since: stamped.time)
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
      if status == .running { return run(place, since: stamped.time) }
      snapshot.status = status
      snapshot.failure = failure ?? (status == .failed ? snapshot.failure : nil)
      if writer.role == .editor { end(for: status, at: stamped.time) }
    case .artifact(let artifact):
      // Of thousands of files nearly all are the only one of their path.
      if known.insert(Key(artifact.path)).inserted {
        if !artifact.removed { snapshot.artifacts.append(artifact) }
      } else {
        snapshot.apply(artifact)
      }
    case .selection(let selection):
      snapshot.selection = selection.selected ? selection : nil
      snapshot.selection?.time = stamped.time
    case .fact(let section, let value):
      snapshot.apply(section: section, value)
    case .end(let end):
      snapshot.dropped &+= end.dropped
      guard writer.role == .owner, !writer.amends else { return }
      snapshot.status = end.status
      snapshot.failure = end.failure ?? (end.status == .failed ? snapshot.failure : nil)
      snapshot.ended = stamped.time
      duration += end.duration - (estimates.removeValue(forKey: place) ?? 0)
      if open?.place == place { open = nil }
      snapshot.duration = duration
      snapshot.closed = end.closed
    }
  }

  /// Somebody else says how an experiment ended whose own process has not said it.
  private mutating func end(for status: ExperimentStatus, at time: Double) {
    guard snapshot.ended == nil, status.isFinal, status != .crashed else { return }
    snapshot.ended = time
    snapshot.duration = max(0, time - snapshot.identity.created)
  }

  /// A session begins, or continues after its end.
  private mutating func run(_ place: Int, since time: Double) {
    (snapshot.status, snapshot.failure, snapshot.ended) = (.running, nil, nil)
    (snapshot.duration, snapshot.closed) = (nil, "")
    if let open {
      if open.place == place { return }
      let estimate = work(of: open, until: time)
      duration += estimate
      estimates[open.place, default: 0] += estimate
    }
    open = (place, time)
  }

  /// How long a session without an end was at work: up to its last write.
  private func work(of session: (place: Int, since: Double), until end: Double) -> Double {
    max(0, min(latest[session.place], end) - session.since)
  }
}

extension ExperimentSnapshot.Param {
  fileprivate mutating func replace(with value: Value) {
    guard value != self.value else { return }
    previous.append(self.value)
    self.value = value
  }
}

extension SnapshotContent {
  /// Takes a stored artifact in, or out; the newest version of a path stays first of its path.
  mutating func apply(_ artifact: Artifact) {
    let same = { (other: Artifact) in other.path.utf8.elementsEqual(artifact.path.utf8) }
    artifacts.removeAll { same($0) && $0.version == artifact.version }
    if artifact.removed { return }
    let place =
      artifacts.firstIndex { same($0) && $0.version < artifact.version }
      ?? artifacts.lastIndex(where: same).map { $0 + 1 } ?? artifacts.count
    artifacts.insert(artifact, at: place)
  }

  /// Takes a fact in: members of the same name are replaced, others stay.
  mutating func apply(section: Key, _ value: Value) {
    guard let place = facts.firstIndex(where: { $0.key == section }) else {
      facts.append(.init(section, value))
      return
    }
    guard case .map(var members) = facts[place].value, case .map(let later) = value else {
      facts[place].value = value
      return
    }
    for member in later {
      if let known = members.firstIndex(where: { $0.key == member.key }) {
        members[known].value = member.value
      } else {
        members.append(member)
      }
    }
    facts[place].value = .map(members)
  }
}

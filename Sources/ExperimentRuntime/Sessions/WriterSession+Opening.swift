import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

extension WriterSession {
  /// What a writer is wanted for.
  enum Purpose { case points, records }

  /// The writer for a purpose, opened if there is none yet.
  mutating func writer(for purpose: Purpose) throws(TrackingError) -> EventWriter {
    do throws(TrackingError) {
      return try openedWriter(for: purpose)
    } catch {
      if writer?.isOpen != true { place.rest() }
      throw error
    }
  }

  private mutating func openedWriter(
    for purpose: Purpose
  ) throws(TrackingError) -> EventWriter {
    if let writer, purpose == .records || header?.role != .editor {
      if !writer.isOpen {
        try place.keepOpen()
        try writer.reopen()
        rename(to: writer.file)
      }
      return writer
    }
    switch role {
    case .owner:
      return try open(role: .owner, in: try directory, at: "")
    case .attached(let label, let rank):
      return try openAttached(label, rank: rank)
    case .loaded where purpose == .records:
      return try openEditor()
    case .loaded:
      if try isBeingWritten() { return try openAttached("writer", rank: nil) }
      number = try ownersSessions() + 1
      return try open(role: .owner, in: try directory, at: "", amends: true)
    }
  }

  private mutating func openAttached(
    _ label: String, rank: Int64?
  ) throws(TrackingError) -> EventWriter {
    let directory = try directory
    let writers = try directory.makeFolder(ExperimentFiles.writers)
    var number: UInt64 = 1
    while true {
      let name = rank != nil && number == 1 ? label : "\(label)-\(number)"
      if try writers.claimFolder(name) {
        self.number = number
        return try open(
          role: .attached, in: try writers.folder(name),
          at: "\(ExperimentFiles.writers)/\(name)/", label: name, rank: rank)
      }
      number += 1
    }
  }

  private mutating func openEditor() throws(TrackingError) -> EventWriter {
    let directory = try directory
    let edits = try directory.makeFolder(ExperimentFiles.edits)
    return try open(role: .editor, in: edits, at: ExperimentFiles.edits + "/")
  }

  private mutating func open(
    role: WriterRole, in folder: Directory, at prefix: String, label: String = "",
    rank: Int64? = nil, amends: Bool = false
  ) throws(TrackingError) -> EventWriter {
    try place.keepOpen()
    if role == .owner, number > 1 {
      let directory = try directory
      notices += try PendingReplay.run(in: directory)
      try? directory.removeLeftovers(
        of: Views.files + GitFiles.names + [ExperimentFiles.renewed, ExperimentFiles.settings])
      StagingArea.removeLeftovers(in: directory)
    }
    let id = UniqueID.make(digits: 16)
    let header = SessionHeader(
      experiment: identity, writer: id, role: role, session: number, label: label, rank: rank,
      amends: amends, process: writingProcess)
    if self.role == .loaded { lamport = max(lamport, try highestLamport()) }
    if let writer {
      writer.close()
      lost &+= writer.dropped &+ writer.deferred
    }
    lamport &+= 1
    let now = Clock.now()
    let opened =
      role == .editor
      ? try EventWriter.create(
        in: folder, file: id + ExperimentFiles.editSuffix, header: header, lamport: lamport, at: now
      )
      : try EventWriter.create(
        in: folder, header: header, lamport: lamport, writes: batching, at: now)
    log = WriterLog(header: header, lamport: lamport, started: now)
    (mayBeBehind, artifacts, valueTags) = (false, nil, nil)
    settings = ShownSettings()
    (itemsSynced, lossAtEnd, toldAtEnd) = (0, 0, 0)
    others = [:]
    file = prefix + opened.file
    openedFile = file
    self.header = header
    writer = opened
    return opened
  }

  /// Whose life says whether the experiment is still running.
  private var writingProcess: ProcessIdentity {
    guard let host else { return ProcessFacts.current() }
    return ProcessIdentity(host: host, boot: "", namespace: 0, pid: 0, start: 0)
  }

  /// The writer may have had to continue in another file.
  mutating func rename(to name: String) {
    let folder = file.pathParent
    file = folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// Whether the owner is alive, or may be: then no other process writes points in the folder.
  private func isBeingWritten() throws(TrackingError) -> Bool {
    let status = try ExperimentReader(try directory, folder: folder).read()?.status
    return status == .running || status == .unknown
  }

  private func ownersSessions() throws(TrackingError) -> UInt64 {
    try ExperimentReader(try directory, folder: folder).writerFiles()
      .compactMap { $0.log.header }.filter { $0.role == .owner }.map(\.session).max() ?? 0
  }

  func highestLamport() throws(TrackingError) -> UInt64 {
    try ExperimentReader(try directory, folder: folder).writerFiles()
      .map(\.log.highestLamport).max() ?? 0
  }
}

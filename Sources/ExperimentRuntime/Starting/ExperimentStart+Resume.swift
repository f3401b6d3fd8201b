import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

/// Resuming and joining an experiment that is there.
extension ExperimentStart {
  /// The newest experiment of exactly this name, or the one with the identifier that the options
  /// say, in the increment or inside another experiment.
  func newest(_ name: String, in parent: String?) throws(TrackingError) -> ExperimentSnapshot? {
    try candidates(beginningWith: FolderName.safe(for: name), in: parent)
      // A start that was cut off inside its first write left nothing that could be resumed.
      .filter { $0.identity.name.utf8.elementsEqual(name.utf8) && !$0.isUnreadable }
      .filter { options.id == nil || $0.identity.id == options.id }
      .max { ($0.identity.rerun, $0.identity.created) < ($1.identity.rerun, $1.identity.created) }
  }

  /// The experiments whose folders begin like this, in the increment or inside another experiment.
  /// No other is looked into.
  private func candidates(
    beginningWith base: String, in parent: String?
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    let catalog = ExperimentCatalog(experiments)
    var found: [ExperimentSnapshot] = []
    for folder in try experiments.folders(beginningWith: base, in: parent) {
      found.append(try catalog.snapshotOrRefusal(of: folder))
    }
    return found.filter { ReproducedExperiment.allows($0, environment) }
  }

  func refuseIfBusy(_ snapshot: ExperimentSnapshot, force: Bool) throws(TrackingError) {
    let owner = snapshot.writers.last { $0.header.role == .owner && !$0.header.amends }
    let process = owner?.header.process
    let place = process.map { "process \($0.pid) on \($0.host)" } ?? "another process"
    if snapshot.status == .running, try !isLeftBehind(owner, in: snapshot.folder) {
      let isHeld = try isHeld(owner, in: snapshot.folder)
      if isHeld || !force {
        throw TrackingError(
          .experimentBusy,
          "'\(snapshot.name)' is being written by \(place); wait for it, or join it"
            + (isHeld ? "" : "; resume=\"force\" resumes a copy of what it writes"))
      }
    }
    if snapshot.status == .unknown && !force {
      throw TrackingError(
        .experimentBusy,
        "it is unknown here whether \(place) still writes '\(snapshot.name)'; "
          + "resume=\"force\" resumes it anyway")
    }
  }

  /// Whether this process wrote it and released it without recording an end.
  private func isLeftBehind(
    _ owner: ExperimentSnapshot.Writer?, in folder: String
  ) throws(TrackingError) -> Bool {
    guard let owner, owner.header.process == ProcessFacts.current() else { return false }
    let directory = try experiments.directory.folder(folder)
    if OpenExperiments.find(directory)?.isUnderWay == true { return false }
    return Liveness.isLocked(directory, owner.file) == false
  }

  /// Whether the owner certainly writes this very file, and not the one that it is a copy of.
  private func isHeld(
    _ owner: ExperimentSnapshot.Writer?, in folder: String
  ) throws(TrackingError) -> Bool {
    guard let owner else { return false }
    return Liveness.isLocked(try experiments.directory.folder(folder), owner.file) != false
  }

  func resume(_ snapshot: ExperimentSnapshot, force: Bool) throws(TrackingError) -> Experiment {
    let directory = try experiments.directory.folder(snapshot.folder)
    // Of several that resume it at once exactly one may find it free and make it its own.
    return try Turn.taken(in: directory) { () throws(TrackingError) in
      try refuseIfMoved(snapshot, from: directory)
      return try resume(try read(snapshot, in: directory), in: directory, force: force)
    }
  }

  /// What is known of an experiment by now.
  func read(
    _ snapshot: ExperimentSnapshot, in directory: Directory
  ) throws(TrackingError) -> ExperimentSnapshot {
    try ExperimentReader(directory, folder: snapshot.folder).read() ?? snapshot
  }

  /// Refuses an experiment that another process has archived, renamed or deleted since it was
  /// found.
  func refuseIfMoved(
    _ snapshot: ExperimentSnapshot, from directory: Directory
  ) throws(TrackingError) {
    if let present = try experiments.directory.folderIfPresent(snapshot.folder),
      present.isSame(as: directory)
    {
      return
    }
    throw TrackingError(
      .experimentNotFound,
      "'\(snapshot.name)' was moved or deleted while it was about to be written; try again")
  }

  private func resume(
    _ snapshot: ExperimentSnapshot, in directory: Directory, force: Bool
  ) throws(TrackingError) -> Experiment {
    let open = OpenExperiments.find(directory)
    if let open, open.isUnderWay {
      _ = try open.record(givenRecords())
      return open
    }
    try refuseIfBusy(snapshot, force: force)
    let files = try ExperimentReader(directory, folder: snapshot.folder).writerFiles()
    let sessions = files.compactMap { $0.log.header }.filter { $0.role == .owner }.map(\.session)
    let session = WriterSession(
      identity: snapshot.identity, place: open?.place ?? RestingDirectory(directory),
      folder: snapshot.folder, role: .owner, sync: options.sync ?? .atClose,
      strict: options.strict,
      number: (sessions.max() ?? 0) &+ 1, lamport: files.map(\.log.highestLamport).max() ?? 0,
      nextSteps: snapshot.nextSteps)
    let experiment = open ?? adopt(session)
    if let open { open.resume(in: session) }
    // A crashed process could not record it itself.
    let crash: [Record] = [.status(.crashed, nil), .status(.running, nil)]
    try begin(experiment, snapshot.status == .crashed ? crash : [])
    // The next save tries it again.
    try? experiment.withSession { (session) throws(TrackingError) in
      // From now on the summary tells of the files as they are.
      if session.notices.isEmpty { session.tell(snapshot.damageNotice) }
      try session.settleUnfinishedSave()
    }
    return experiment
  }

  /// Joins what rank 0 of this run starts; nil where each rank has a name of its own.
  func join(_ run: DistributedRun, _ name: String?) throws(TrackingError) -> Experiment? {
    guard case .join(let patience) = options.ranks else { return nil }
    func started(_ base: String) throws(TrackingError) -> [ExperimentSnapshot] {
      try candidates(beginningWith: base, in: nil)
        .sorted { $0.identity.created < $1.identity.created }
    }
    let base = name.map { FolderName.safe(for: $0) } ?? ""
    let snapshot = try run.await(
      patience: patience, { () throws(TrackingError) in try started(base) },
      others: name == nil ? nil : { () throws(TrackingError) in try started("") })
    return try snapshot.map { (snapshot) throws(TrackingError) in
      try join(snapshot, rank: run.rank)
    }
  }

  func join(_ snapshot: ExperimentSnapshot, rank: Int64?) throws(TrackingError) -> Experiment {
    let directory = try experiments.directory.folder(snapshot.folder)
    if let open = OpenExperiments.find(directory), open.isUnderWay { return open }
    let label = rank.map { "rank-\($0)" } ?? "worker"
    let role = WriterSession.Role.attached(label: label, rank: rank)
    let session: WriterSession
    if let rested = OpenExperiments.takeRested(directory, as: role, strict: options.strict) {
      session = rested
    } else {
      let files = try ExperimentReader(directory, folder: snapshot.folder).writerFiles()
      session = WriterSession(
        identity: snapshot.identity, place: RestingDirectory(directory), folder: snapshot.folder,
        role: role, sync: options.sync ?? .atClose, strict: options.strict,
        lamport: files.map(\.log.highestLamport).max() ?? 0)
    }
    let experiment = adopt(session)
    let given = givenRecords()
    if !given.isEmpty { _ = try experiment.record(given) }
    return experiment
  }
}

extension ExperimentSnapshot {
  /// Whether no file says which experiment it is.
  fileprivate var isUnreadable: Bool { identity.id.isEmpty && history == .damaged }
}

extension Experiment {
  /// Whether this process writes it and decides how it ends.
  package var isUnderWay: Bool { lockedSession { $0.isUnderWay } }

  /// Begins another session; the one before has ended.
  fileprivate func resume(in session: WriterSession) {
    lockedSession {
      $0.release()
      $0 = session
    }
  }
}

/// `resume: auto`: a job that runs again resumes what it was writing.
extension ExperimentStart {
  /// Resumes the experiment that an earlier attempt of this job left, or starts one.
  ///
  /// Processes of one job that start at the same moment take turns, so each gets one of its own.
  func startForJob(
    _ name: String?, in parent: String?, _ fresh: () throws(TrackingError) -> Experiment
  ) throws(TrackingError) -> Experiment {
    // An inner experiment without a name is always the next one.
    guard let job = SchedulerJob(environment), name != nil || parent == nil else {
      return try fresh()
    }
    return try Turn.taken(in: experiments.directory) { () throws(TrackingError) in
      for snapshot in try left(by: job, name, in: parent) {
        let isLater = job.isLater(than: snapshot)
        guard isLater || isUnfinished(snapshot) else { continue }
        do throws(TrackingError) {
          return try resume(snapshot, force: isLater)
        } catch  where error.code == .experimentBusy {
          continue
        }
      }
      return try fresh()
    }
  }

  /// The experiments of the job that have this name, the first one first; without a name, those
  /// that were started without one.
  private func left(
    by job: SchedulerJob, _ name: String?, in parent: String?
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    let base = name.map { FolderName.safe(for: $0) } ?? "exp-"
    return try candidates(beginningWith: base, in: parent)
      .filter { snapshot in
        let wanted = name ?? snapshot.label()
        return job.isOf(snapshot) && snapshot.identity.name.utf8.elementsEqual(wanted.utf8)
      }
      .sorted { $0.identity.created < $1.identity.created }
  }

  /// Whether the same attempt of the job may resume it: its process is gone and did not
  /// complete it. One that is open in this process, or was ended by it, is another one of the same
  /// name.
  private func isUnfinished(_ snapshot: ExperimentSnapshot) -> Bool {
    let owner = snapshot.writers.last { $0.header.role == .owner && !$0.header.amends }
    return snapshot.status != .completed && owner?.header.process != ProcessFacts.current()
  }
}

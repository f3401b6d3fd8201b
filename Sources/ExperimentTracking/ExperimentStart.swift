package import TrackingEntities
package import TrackingStore

/// Starts, resumes, replaces and joins experiments.
package struct ExperimentStart {
  let experiments: ExperimentsFolder
  let options: ExperimentOptions
  /// Where relative facts such as the git repository are looked for.
  let workingDirectory: String
  let environment: [String: String]

  package init(
    in experiments: ExperimentsFolder, options: ExperimentOptions, workingDirectory: String,
    environment: [String: String]
  ) {
    self.experiments = experiments
    self.options = options
    self.workingDirectory = workingDirectory
    self.environment = environment
  }

  /// The experiment of that name, started as the options say.
  package func start(_ name: String?) throws(TrackingError) -> Experiment {
    guard options.rerun != .fresh else {
      if let run = DistributedRun(environment), run.rank > 0 { return try join(run, name) }
      return try fresh(name)
    }
    guard let name else {
      throw TrackingError(
        .invalidArgument,
        "an experiment without a name is always a new one; give the name to "
          + "resume, replace or join")
    }
    try ExperimentName.validate(name)
    let newest = try newest(name)
    switch (options.rerun, newest) {
    case (.fresh, _), (.resumeOrStart, nil), (.replace, nil):
      return try fresh(name)
    case (.resume, nil), (.forceResume, nil), (.join, nil):
      throw ExperimentLookup.notFound(name, in: try ExperimentCatalog(experiments).lookupEntries())
    case (.replace, let newest?):
      try refuseIfBusy(newest, force: false)
      _ = try experiments.archive(newest.folder)
      return try fresh(name, replacing: true)
    case (.join, let newest?):
      return try join(newest, rank: options.rank)
    case (.resume, let newest?), (.resumeOrStart, let newest?):
      return try resume(newest, force: false)
    case (.forceResume, let newest?):
      return try resume(newest, force: true)
    }
  }

  /// A new experiment inside another.
  package func start(_ name: String?, in parent: Experiment) throws(TrackingError) -> Experiment {
    let catalog = ExperimentCatalog(experiments)
    let claimed = try experiments.claimChild(in: parent.folder, name: name, index: options.child) {
      () throws(TrackingError) in
      try catalog.snapshots(children: true, archived: false)
        .filter { $0.folder.hasPrefix(parent.folder + "/") }.map(\.identity.child)
    }
    return try begin(claimed, parent: parent.identity.id)
  }

  private func fresh(
    _ name: String?, replacing: Bool = false
  ) throws(TrackingError) -> Experiment {
    let catalog = ExperimentCatalog(experiments)
    let claimed = try experiments.claim(name: name, replacing: replacing) {
      () throws(TrackingError) in try catalog.numbers()
    }
    return try begin(claimed, parent: "")
  }

  private func begin(
    _ claimed: ClaimedFolder, parent: String
  ) throws(TrackingError) -> Experiment {
    let identity = ExperimentIdentity(
      id: UniqueID.make(digits: 32), name: claimed.name, number: claimed.number,
      child: claimed.child, rerun: claimed.rerun, kind: options.kind, parent: parent,
      created: Clock.now())
    let session = WriterSession(
      identity: identity, directory: claimed.directory, folder: claimed.folder, standing: .owner,
      sync: options.sync)
    let experiment = make(session)
    try begin(experiment)
    return experiment
  }

  private func make(_ session: WriterSession) -> Experiment {
    Experiment(
      increment: experiments.increment.id, folder: session.folder,
      path: session.directory.path, directory: session.directory, session: session,
      strict: options.strict)
  }

  /// Opens the event file and stores what is known at the start; fails if that cannot be stored.
  private func begin(
    _ experiment: Experiment, _ earlier: [Record] = []
  ) throws(TrackingError) {
    let records = earlier + firstRecords()
    try experiment.withSession { (session) throws(TrackingError) in
      _ = try session.writer(for: .records)
      switch session.record(records) {
      case .stored: break
      case .deferred(let error), .dropped(let error): throw error
      }
      try session.refresh(durable: false)
    }
  }

  private func firstRecords() -> [Record] {
    var records: [Record] = []
    if let run = DistributedRun(environment) { records.append(run.fact) }
    if !options.about.isEmpty {
      records.append(.fact(section: "about", value: .map(options.about)))
    }
    let captured = Capture.quick(
      workingDirectory: workingDirectory, arguments: options.arguments, environment: environment)
    for section in captured where options.wants(section.key) {
      records.append(.fact(section: section.key, value: section.value))
    }
    if !options.environment.isEmpty, options.capture.contains(.environment) {
      records.append(.fact(section: "environment", value: .map(options.environment)))
    }
    records += options.params.map { .param(key: $0.key, value: $0.value) }
    records += options.tags.map { .tag(name: $0, removed: false) }
    return records
  }

  // MARK: Going on with one that is there

  /// The newest experiment of exactly this name.
  private func newest(_ name: String) throws(TrackingError) -> ExperimentSnapshot? {
    let base = FolderName.safe(for: name)
    let catalog = ExperimentCatalog(experiments)
    return try experiments.list(archived: false).experiments
      .filter { !$0.isChild && $0.folder.utf8.starts(with: base.utf8) }
      .map { catalog.snapshot(of: $0.folder) }
      .filter { $0.identity.name.utf8.elementsEqual(name.utf8) }
      .max { ($0.identity.rerun, $0.identity.created) < ($1.identity.rerun, $1.identity.created) }
  }

  private func refuseIfBusy(
    _ snapshot: ExperimentSnapshot, force: Bool
  ) throws(TrackingError) {
    let owner = snapshot.writers.last { $0.header.role == .owner }?.header.process
    let place = owner.map { "process \($0.pid) on \($0.host)" } ?? "another process"
    if snapshot.status == .running {
      throw TrackingError(
        .experimentBusy, "'\(snapshot.name)' is being written by \(place); wait for it, or join it")
    }
    if snapshot.status == .unknown && !force {
      throw TrackingError(
        .experimentBusy,
        "whether \(place) still writes '\(snapshot.name)' cannot be told from here; "
          + "resume=\"force\" goes on all the same")
    }
  }

  private func resume(
    _ snapshot: ExperimentSnapshot, force: Bool
  ) throws(TrackingError) -> Experiment {
    try refuseIfBusy(snapshot, force: force)
    let directory = try experiments.directory.folder(snapshot.folder)
    let files = try ExperimentReader(directory, folder: snapshot.folder).writerFiles()
    let sessions = files.compactMap { $0.log.header }.filter { $0.role == .owner }.map(\.session)
    let session = WriterSession(
      identity: snapshot.identity, directory: directory, folder: snapshot.folder,
      standing: .owner, sync: options.sync, number: (sessions.max() ?? 0) + 1,
      lamport: files.map(\.log.highestLamport).max() ?? 0, nextSteps: snapshot.nextSteps)
    let experiment = make(session)
    try begin(experiment)
    return experiment
  }

  /// Joins what rank 0 of this run starts.
  private func join(_ run: DistributedRun, _ name: String?) throws(TrackingError) -> Experiment {
    let catalog = ExperimentCatalog(experiments)
    let base = name.map { FolderName.safe(for: $0) } ?? ""
    let snapshot = try run.await { () throws(TrackingError) in
      try experiments.list(archived: false).experiments
        .filter { !$0.isChild && $0.folder.utf8.starts(with: base.utf8) }
        .map { catalog.snapshot(of: $0.folder) }
        .sorted { $0.identity.created < $1.identity.created }
    }
    return try join(snapshot, rank: run.rank)
  }

  private func join(
    _ snapshot: ExperimentSnapshot, rank: Int64?
  ) throws(TrackingError) -> Experiment {
    let directory = try experiments.directory.folder(snapshot.folder)
    let label = rank.map { "rank-\($0)" } ?? "worker"
    return make(
      WriterSession(
        identity: snapshot.identity, directory: directory, folder: snapshot.folder,
        standing: .attached(label: label, rank: rank), sync: options.sync,
        lamport: try ExperimentReader(directory, folder: snapshot.folder).writerFiles()
          .map(\.log.highestLamport).max() ?? 0))
  }
}

extension ExperimentOptions {
  fileprivate func wants(_ section: Key) -> Bool {
    Capture(rawValue: section.text).map(capture.contains) ?? false
  }
}

extension ExperimentSnapshot {
  /// The step after the highest of each metric, from which automatic steps go on.
  package var nextSteps: [Key: Int64] {
    var steps: [Key: Int64] = [:]
    for metric in metrics {
      steps[metric.key] = metric.highestStep == .max ? .max : metric.highestStep + 1
    }
    return steps
  }
}

import EnvironmentCapture
package import ExperimentStore
import FileSystem
package import TrackingEntities

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
    try check()
    if options.rerun == .fresh || options.rerun == .auto {
      if let run, run.rank > 0, let joined = try join(run, name) { return joined }
      guard options.rerun == .auto else { return try fresh(name) }
      return try startForJob(name, in: nil) { () throws(TrackingError) in try fresh(name) }
    }
    return try resume(try named(name), in: nil) { (replacing) throws(TrackingError) in
      try fresh(name, replacing: replacing)
    }
  }

  /// The experiment of that name inside another.
  package func start(_ name: String?, in parent: Experiment) throws(TrackingError) -> Experiment {
    try check()
    if options.rerun == .replace {
      throw TrackingError(
        .invalidArgument, "an experiment inside another cannot be replaced; start it again")
    }
    if options.rerun == .fresh { return try child(name, of: parent) }
    if options.rerun == .auto {
      return try startForJob(name, in: parent.folder) { () throws(TrackingError) in
        try child(name, of: parent)
      }
    }
    return try resume(try named(name), in: parent.folder) { _ throws(TrackingError) in
      try child(name, of: parent)
    }
  }

  /// The run of several processes that this one is a part of, unless each is on its own.
  private var run: DistributedRun? {
    options.ranks == .separate ? nil : DistributedRun(environment)
  }

  private func check() throws(TrackingError) {
    try ValueDepth.check(options.params, "parameter")
    try ValueDepth.check(options.about, "fact")
    try ValueDepth.check(options.environment, "fact of the environment")
    if options.params.contains(where: { $0.key.bytes.isEmpty }) {
      throw TrackingError(.invalidArgument, "a parameter needs a name; the key is empty")
    }
    if options.tags.contains(where: \.isEmpty) {
      throw TrackingError(.invalidArgument, "a tag needs text; it is empty")
    }
    if let id = options.id, !UniqueID.isOne(id, digits: 32) {
      throw TrackingError(
        .invalidArgument, "an identifier has 32 hexadecimal digits in lower case; this is '\(id)'")
    }
    if let created = options.created, !created.isFinite {
      throw TrackingError(.invalidArgument, "the time of the start must be a finite number")
    }
    if options.child == 0 {
      throw TrackingError(.invalidArgument, "the place of a child counts from 1; it is 0")
    }
  }

  private func named(_ name: String?) throws(TrackingError) -> String {
    guard let name else {
      throw TrackingError(
        .invalidArgument,
        "an experiment without a name is always a new one; give the name to "
          + "resume, replace or join")
    }
    try ExperimentName.validate(name)
    return name
  }

  /// Resumes the newest of that name, as the options say, or starts one.
  private func resume(
    _ name: String, in parent: String?,
    _ fresh: (_ replacing: Bool) throws(TrackingError) -> Experiment
  ) throws(TrackingError) -> Experiment {
    switch (options.rerun, try newest(name, in: parent)) {
    case (.fresh, _), (.auto, _), (.resumeOrStart, nil), (.replace, nil):
      return try fresh(false)
    case (.resume, nil) where ReproducedExperiment.isUnderWay(environment),
      (.forceResume, nil) where ReproducedExperiment.isUnderWay(environment):
      return try fresh(false)
    case (.resume, nil), (.forceResume, nil), (.join, nil):
      throw ExperimentLookup.notFound(name, in: try ExperimentCatalog(experiments).lookupEntries())
    case (.replace, let newest?):
      try moveAway(newest)
      return try fresh(true)
    case (.join, let newest?):
      return try join(newest, rank: options.rank)
    case (.resume, let newest?), (.resumeOrStart, let newest?):
      return try resume(newest, force: false)
    case (.forceResume, let newest?):
      return try resume(newest, force: true)
    }
  }

  /// Archives an experiment in whose place another one starts.
  private func moveAway(_ snapshot: ExperimentSnapshot) throws(TrackingError) {
    try refuseIfBusy(snapshot, force: false)
    let directory = try experiments.directory.folder(snapshot.folder)
    try Turn.taken(in: directory) { () throws(TrackingError) in
      try refuseIfMoved(snapshot, from: directory)
      try refuseIfBusy(try read(snapshot, in: directory), force: false)
      _ = try experiments.archive(snapshot.folder)
    }
  }

  private func child(_ name: String?, of parent: Experiment) throws(TrackingError) -> Experiment {
    let catalog = ExperimentCatalog(experiments)
    let claimed = try experiments.claimChild(in: parent.folder, name: name, index: options.child) {
      () throws(TrackingError) in
      try catalog.snapshots(children: true, archived: false)
        .filter { $0.folder.isContinuation(of: parent.folder + "/") }.map(\.identity.child)
    }
    return try begin(claimed, in: parent)
  }

  private func fresh(_ name: String?, replacing: Bool = false) throws(TrackingError) -> Experiment {
    let catalog = ExperimentCatalog(experiments)
    let claimed = try experiments.claim(name: name, replacing: replacing) {
      () throws(TrackingError) in try catalog.numbers()
    }
    return try begin(claimed, in: nil)
  }

  private func begin(
    _ claimed: ClaimedFolder, in parent: Experiment?
  ) throws(TrackingError) -> Experiment {
    let identity = ExperimentIdentity(
      id: options.id ?? UniqueID.make(digits: 32), name: claimed.name, number: claimed.number,
      child: claimed.child, rerun: claimed.rerun, kind: options.kind,
      parent: parent?.identity.id ?? "",
      created: options.created ?? Clock.now())
    var session = WriterSession(
      identity: identity, place: RestingDirectory(claimed.directory), folder: claimed.folder,
      role: .owner,
      sync: options.sync ?? parent?.sync ?? .atClose, strict: options.strict)
    if options.sync == nil { session.surrounding = parent }
    let experiment = experiment(of: session)
    OpenExperiments.begin(experiment)
    do throws(TrackingError) {
      try begin(experiment)
    } catch {
      // No other process knows the folder yet, and it would look like a running experiment.
      experiments.directory.removeTree(claimed.folder)
      throw error
    }
    return experiment
  }

  /// The experiment of a folder that was there before, or the one that this process has open there.
  func adopt(_ session: WriterSession) -> Experiment {
    OpenExperiments.adopt(experiment(of: session))
  }

  private func experiment(of session: WriterSession) -> Experiment {
    var session = session
    session.writes = options.writes
    session.program = options.program
    session.environment = environment
    session.host = options.host
    session.sampler = options.systemMetricsInterval.map { SystemSampler(every: $0) }
    return Experiment(
      increment: experiments.increment, folder: session.folder,
      path: session.place.path, session: session)
  }

  /// Opens the event file and stores what is known at the start; fails if that cannot be stored.
  func begin(
    _ experiment: Experiment, _ earlier: [Record] = []
  ) throws(TrackingError) {
    let records = earlier + firstRecords()
    try experiment.withSession { (session) throws(TrackingError) in
      do throws(TrackingError) {
        _ = try session.writer(for: .records)
        switch session.record(records) {
        case .stored: break
        case .deferred(let error), .dropped(let error): throw error
        }
        if experiment.identity.kind != Self.combination { try session.refresh() }
      } catch {
        session.withdraw()
        throw error
      }
    }
  }

  /// The kind of experiment of which a sweep makes hundreds. Its views are written by what is
  /// logged after a second, or by its end: most are over before anybody can look.
  private static var combination: String { "combination" }

  private func firstRecords() -> [Record] {
    var records: [Record] = []
    if let run { records.append(run.fact) }
    if let job = SchedulerJob(environment) { records.append(job.fact) }
    if let reproduced = ReproducedExperiment.fact(environment) { records.append(reproduced) }
    if !options.about.isEmpty {
      records.append(.fact(section: "about", value: .map(options.about)))
    }
    let captured = Capture.quick(
      workingDirectory: workingDirectory, program: options.program,
      arguments: options.arguments, environment: environment)
    for section in captured where options.wants(section.key) {
      records.append(.fact(section: section.key, value: section.value))
    }
    if !options.environment.isEmpty, options.capture.contains(.environment) {
      records.append(.fact(section: "environment", value: .map(options.environment)))
    }
    return records + givenRecords()
  }

  /// What the options give to an experiment that is there already too.
  func givenRecords() -> [Record] {
    options.params.map { .param(key: $0.key, value: $0.value) }
      + options.tags.map { .tag(name: $0, removed: false) }
  }
}

extension ExperimentOptions {
  fileprivate func wants(_ section: Key) -> Bool {
    Capture(rawValue: section.text).map(capture.contains) ?? false
  }
}

extension ExperimentSnapshot {
  /// The step after the highest of each metric, from which automatic steps continue.
  package var nextSteps: [Key: Int64] {
    var steps: [Key: Int64] = [:]
    for metric in metrics {
      steps[metric.key] = metric.highestStep == .max ? .max : metric.highestStep + 1
    }
    return steps
  }
}

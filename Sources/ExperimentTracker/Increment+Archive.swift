public import ExperimentAnalysis
public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Increment {
  /// Moves the experiments that fulfil some conditions to `_archive`, or says which it would move.
  ///
  /// ```swift
  /// var conditions = ArchiveConditions()
  /// conditions.olderThan = try AgeLimit("6mo", now: now)
  /// let plan = try increment.archive(conditions)
  /// let report = try increment.archive(conditions, dryRun: false)
  /// ```
  ///
  /// Top-level experiments are moved one by one, each with all that is inside it. One that cannot
  /// be moved, or that another process has resumed meanwhile, is kept, and the report says why.
  ///
  /// - Parameters:
  ///   - conditions: Which experiments.
  ///   - dryRun: Whether nothing is moved.
  /// - Throws: `invalidArgument` if there is no condition; `experimentNotFound` for a name that no
  ///   experiment has.
  public func archive(
    _ conditions: ArchiveConditions, dryRun: Bool = true
  ) throws(TrackingError) -> ArchiveReport {
    guard !conditions.isEmpty else {
      throw TrackingError(
        .invalidArgument,
        "nothing says which experiments are archived; give their age, a condition or their names")
    }
    guard let experiments = try experimentsFolder() else {
      guard let first = conditions.names?.first else { return ArchiveReport(dryRun: dryRun) }
      throw hasNone(first)
    }
    let catalog = ExperimentCatalog(experiments)
    var report = ArchiveReport(
      of: try catalog.snapshots(children: true, archived: false), conditions,
      named: try conditions.names.map { (names) throws(TrackingError) in
        try folders(of: names, catalog)
      },
      in: name, now: Clock.now())
    report.isDryRun = dryRun
    if dryRun { return report }
    var moved: Experiment?
    for (place, entry) in report.entries.enumerated() where entry.action == .archive {
      do throws(TrackingError) {
        let experiment = try load(entry, experiments)
        let now = try experiment.archive(force: conditions.force, refreshes: false)
        report.moved(place, to: now.folder)
        moved = experiment
      } catch {
        report.failed(place, because: error.message)
      }
    }
    if let moved { ComparisonRefresh.afterRemoval(of: moved) }
    return report
  }

  /// The experiment that was planned to be moved, if it is still the same.
  private func load(
    _ entry: ArchiveReport.Entry, _ experiments: ExperimentsFolder
  ) throws(TrackingError) -> Experiment {
    let path = Directory.join(experiments.directory.path, entry.snapshot.folder)
    let experiment = try load(path)
    guard experiment.identity.id == entry.snapshot.identity.id else {
      throw ExperimentPlace.gone(entry.snapshot.name, path)
    }
    return experiment
  }

  /// The folders of the top-level experiments that have these names.
  private func folders(
    of names: [String], _ catalog: ExperimentCatalog
  ) throws(TrackingError) -> Set<String> {
    let entries = try catalog.lookupEntries().filter { !$0.archived }
    var folders: Set<String> = []
    for name in names {
      let own = name.without(beginning: catalog.experiments.directory.path + "/") ?? name
      guard let found = try ExperimentLookup.find(own, in: entries) else {
        throw ExperimentLookup.notFound(name, in: entries)
      }
      guard found.folder.pathParts.count == 1 else {
        throw TrackingError(
          .invalidArgument,
          "'\(name)' is inside another experiment and is archived with it only")
      }
      folders.insert(found.folder)
    }
    return folders
  }

  /// Brings an archived experiment back.
  ///
  /// - Parameter query: As for `load`; only the archives are searched.
  /// - Returns: The experiment, under a further number if its folder's name is taken by now.
  @discardableResult
  public func restore(_ query: String) throws(TrackingError) -> Experiment {
    try loadArchived(query).restore()
  }

  /// Takes an experiment away: to `_archive`, from where `restore` brings it back, or for good.
  ///
  /// - Parameters:
  ///   - query: As for `load`.
  ///   - forever: Whether its files are removed.
  ///   - force: As for `Experiment.archive` and `Experiment.delete`.
  /// - Returns: The experiment in the archive; nil if it is gone for good.
  @discardableResult
  public func delete(
    _ query: String, forever: Bool = false, force: Bool = false
  ) throws(TrackingError) -> Experiment? {
    let experiment = try load(query)
    if !forever { return try experiment.archive(force: force) }
    try experiment.delete(force: force)
    return nil
  }

  /// Archives as the C API and Python ask for it.
  ///
  /// - Parameter increment: The one to archive from, unless the options name others.
  package static func archive(
    in increment: Increment?, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> ArchiveReport {
    var options = try OptionReader(json, for: caller)
    let increments = try chosen(&options, besides: increment)
    var conditions = ArchiveConditions()
    conditions.olderThan = try options.text("older_than").map { (text) throws(TrackingError) in
      try AgeLimit(text, now: Clock.now())
    }
    conditions.filter = try options.text("where").map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    conditions.names = try options.texts("names")
    conditions.force = try options.flag("force") ?? false
    let dryRun = try options.flag("dry_run") ?? true
    try options.end()
    if increments.count > 1, conditions.names != nil {
      throw options.wrong("names", "left out where several increments are meant")
    }
    var report = ArchiveReport(dryRun: dryRun)
    for increment in increments {
      report.append(try increment.archive(conditions, dryRun: dryRun))
    }
    return report
  }
}

public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Experiment {
  /// Moves the experiment, with all that is inside it, to `_archive` of its increment, from where
  /// `restore` brings it back. Listings and comparisons leave archived ones out.
  ///
  /// - Parameter force: Whether to move it even if it is unknown whether another host still writes
  ///   it.
  /// - Returns: The experiment at its new place; this object is of no more use.
  /// - Throws: `experimentBusy` if it, or one inside it, is running; `invalidArgument` if it is
  ///   inside another or archived already.
  @discardableResult
  public func archive(force: Bool = false) throws(TrackingError) -> Experiment {
    try move(to: "archive", allowing: force ? [.unknown] : []) { (place) throws(TrackingError) in
      try place.experiments.archive(folder)
    }
  }

  /// Moves the experiment back from `_archive`; under a further number if its folder's name is
  /// taken by now.
  ///
  /// - Returns: The experiment at its new place; this object is of no more use.
  /// - Throws: `invalidArgument` if it is not in the archive.
  @discardableResult
  public func restore() throws(TrackingError) -> Experiment {
    try move(to: "restore", allowing: [.unknown]) { (place) throws(TrackingError) in
      try place.experiments.restore(folder)
    }
  }

  /// Deletes the experiment with all that is inside it, for good. What a link in it points to
  /// stays.
  ///
  /// It is out of every listing in one step, before the first of its files goes: there is never
  /// half an experiment. Its number is not used again.
  ///
  /// - Parameter force: Whether one that is running, or may be, is deleted too.
  /// - Throws: `experimentBusy`; `storage` if some of its files cannot be removed, which says where
  ///   they are.
  public func delete(force: Bool = false) throws(TrackingError) {
    let place = try place()
    try place.refuseBusy(to: "delete", allowing: force ? [.running, .unknown] : [])
    letGo()
    let (parent, name) = try place.experiments.withdraw(folder)
    for left in ExperimentsFolder.leftBehind(in: parent) {
      parent.removeTree(left)
    }
    ComparisonRefresh.afterRemoval(of: self)
    guard parent.exists(name) else { return }
    throw TrackingError(
      .storage,
      "'\(self.name)' is deleted, but some of its files cannot be removed; they are in "
        + "'\(Directory.join(parent.path, name))': make its folders writable and remove it")
  }

  private func move(
    to verb: String, allowing statuses: Set<ExperimentStatus>,
    _ body: (Place) throws(TrackingError) -> String
  ) throws(TrackingError) -> Experiment {
    let place = try place()
    try place.refuseBusy(to: verb, allowing: statuses)
    letGo()
    let folder = try body(place)
    ComparisonRefresh.afterRemoval(of: self)
    return try place.increment.load(place.experiments.directory.path + "/" + folder)
  }

  /// Stores what waits and closes the files that this process writes.
  private func letGo() {
    try? flush()
    _ = lockedSession { $0.release() }
  }

  /// Where the experiment lies, after a look that it still does.
  private func place() throws(TrackingError) -> Place {
    let increment = try Increment.around(self)
    guard let experiments = try increment.experimentsFolder() else {
      throw gone(in: increment)
    }
    guard let present = try experiments.directory.folderIfPresent(folder),
      let directory = try? directory, present.isSame(as: directory)
    else { throw gone(in: increment) }
    return Place(increment: increment, experiments: experiments, folder: folder)
  }

  private func gone(in increment: Increment) -> TrackingError {
    TrackingError(
      .experimentNotFound,
      "'\(name)' is no longer in '\(path)': it was moved or deleted; load it again")
  }

  private struct Place {
    let increment: Increment
    let experiments: ExperimentsFolder
    let folder: String

    /// Refuses an experiment that is still written, or that one is inside of which is.
    func refuseBusy(
      to verb: String, allowing statuses: Set<ExperimentStatus>
    ) throws(TrackingError) {
      let catalog = ExperimentCatalog(experiments)
      var snapshots: [ExperimentSnapshot] = []
      let problems = experiments.visit(below: folder) {
        snapshots.append(catalog.snapshot(of: $0.listed.folder))
      }
      if let problem = problems.first, !statuses.contains(.unknown) {
        throw TrackingError(
          .storage,
          "cannot \(verb) '\(folder)': it is unknown whether a process writes "
            + "'\(problem.folder)': \(problem.message)")
      }
      for snapshot in snapshots {
        guard !statuses.contains(snapshot.status), !snapshot.status.isFinal else { continue }
        let process = snapshot.writers.last { $0.header.role == .owner }?.header.process
        let writer = process.map { "process \($0.pid) on \($0.host)" } ?? "another process"
        throw TrackingError(
          .experimentBusy,
          snapshot.status == .running
            ? "cannot \(verb) '\(snapshot.name)': it is running, in \(writer); finish it first"
            : "cannot \(verb) '\(snapshot.name)': it is unknown here whether \(writer) still writes it; "
              + "use force to do it anyway")
      }
    }
  }
}

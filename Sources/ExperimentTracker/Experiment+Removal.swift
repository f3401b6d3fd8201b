import ExperimentAnalysis
public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Experiment {
  /// Moves the experiment, with all that is inside it, to `_archive` of its increment, from where
  /// `restore` brings it back. Listings and comparisons leave archived ones out.
  ///
  /// - Parameter force: Whether to move it even if it is tagged `production`, selected or
  ///   unreadable, or if it is unknown whether another host still writes it.
  /// - Returns: The experiment at its new place; this object is of no more use.
  /// - Throws: `experimentBusy` if it, or one inside it, is running, or is not to be moved without
  ///   force; `invalidArgument` if it is inside another or archived already.
  @discardableResult
  public func archive(force: Bool = false) throws(TrackingError) -> Experiment {
    try archive(force: force, refreshes: true)
  }

  /// - Parameter refreshes: Whether the comparison is written again; once is enough for many.
  func archive(force: Bool, refreshes: Bool) throws(TrackingError) -> Experiment {
    try ExperimentsFolder.checkMayBeArchived(folder)
    return try move(
      "archive", { MoveRefusal.find(in: $0, forced: force) }, forced: force, refreshes: refreshes
    ) { (place) throws(TrackingError) in try place.experiments.archive(folder) }
  }

  /// Moves the experiment back from `_archive`; under a further number if its folder's name is
  /// taken by now.
  ///
  /// - Returns: The experiment at its new place; this object is of no more use.
  /// - Throws: `invalidArgument` if it is not in the archive.
  @discardableResult
  public func restore() throws(TrackingError) -> Experiment {
    try move("restore", { MoveRefusal.find(in: $0, forced: true) }, forced: true) {
      (place) throws(TrackingError) in try place.experiments.restore(folder)
    }
  }

  /// Deletes the experiment with all that is inside it, for good. What a link in it points to
  /// stays.
  ///
  /// It is out of every listing in one step, before the first of its files goes: there is never
  /// half an experiment. Its number is not used again.
  ///
  /// - Parameter force: Whether one that is running, or may be, or is tagged `production` or
  ///   selected, is deleted too.
  /// - Throws: `experimentBusy`; `storage` if some of its files cannot be removed, which says where
  ///   they are.
  public func delete(force: Bool = false) throws(TrackingError) {
    let place = try place().place
    let (parent, name) = try place.move(
      "delete", forced: force, unless: { force ? nil : MoveRefusal.find(in: $0, forced: false) },
      prepare: letGo
    ) { () throws(TrackingError) in try place.experiments.withdraw(folder) }
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
    _ verb: String, _ refusal: ([ExperimentSnapshot]) -> MoveRefusal?, forced: Bool,
    refreshes: Bool = true, _ body: (ExperimentPlace) throws(TrackingError) -> String
  ) throws(TrackingError) -> Experiment {
    let (increment, place) = try place()
    let folder = try place.move(verb, forced: forced, unless: refusal, prepare: letGo) {
      () throws(TrackingError) in try body(place)
    }
    if refreshes { ComparisonRefresh.afterRemoval(of: self) }
    return try increment.load(place.experiments.directory.path + "/" + folder)
  }

  /// Stores what waits and closes the files that this process writes.
  private func letGo() {
    try? flush()
    _ = lockedSession { $0.release() }
  }

  /// Where the experiment lies, after a look that it still does.
  private func place() throws(TrackingError) -> (increment: Increment, place: ExperimentPlace) {
    let increment = try Increment.around(self)
    guard let experiments = try increment.experimentsFolder() else {
      throw ExperimentPlace.gone(name, path)
    }
    let place = try ExperimentPlace(folder, in: experiments, called: name) { present in
      (try? directory).map { present.isSame(as: $0) } ?? false
    }
    return (increment, place)
  }
}

import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// Where an experiment lies, and how it is moved from there.
///
/// A move is one rename, so that a process that dies leaves the experiment whole in one of two
/// places. It is made in the turn of the experiment's folder, in which others resume it, and after
/// a second look at what is to be moved: an experiment that was resumed meanwhile stays.
struct ExperimentPlace {
  let increment: String
  let experiments: ExperimentsFolder
  /// Relative to `experiments/`.
  let folder: String
  let directory: Directory

  /// The place of an experiment that may have been moved since it was looked at.
  ///
  /// - Throws: `experimentNotFound` if it is not there any more.
  init(
    _ folder: String, in experiments: ExperimentsFolder, called name: String,
    is isSame: (Directory) -> Bool = { _ in true }
  ) throws(TrackingError) {
    guard let present = try experiments.directory.folderIfPresent(folder), isSame(present) else {
      throw Self.gone(name, Directory.join(experiments.directory.path, folder))
    }
    (increment, directory) = (experiments.increment, present)
    (self.experiments, self.folder) = (experiments, folder)
  }

  static func gone(_ name: String, _ path: String) -> TrackingError {
    TrackingError(
      .experimentNotFound,
      "'\(name)' is no longer in '\(path)': it was moved or deleted; load it again")
  }

  /// What is known of it and of all that is inside it.
  private func snapshots(_ verb: String, forced: Bool) throws(TrackingError) -> [ExperimentSnapshot]
  {
    let catalog = ExperimentCatalog(experiments)
    var snapshots: [ExperimentSnapshot] = []
    let problems = experiments.visit(below: folder) {
      snapshots.append(catalog.snapshot(of: $0.listed.folder))
    }
    if let problem = problems.first, !forced {
      throw TrackingError(
        .storage,
        "cannot \(verb) '\(folder)': it is unknown whether a process writes "
          + "'\(problem.folder)': \(problem.message)")
    }
    return snapshots
  }

  /// Moves it unless a rule says that it stays.
  ///
  /// - Parameters:
  ///   - verb: What is done, for messages.
  ///   - refusal: Why it stays, by the state of all that is moved.
  ///   - prepare: Called where it may be moved, before the turn.
  ///   - move: Makes the move.
  func move<Result>(
    _ verb: String, forced: Bool,
    unless refusal: ([ExperimentSnapshot]) -> MoveRefusal?, prepare: () -> Void,
    _ move: () throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    try refuse(verb, refusal(try snapshots(verb, forced: forced)))
    prepare()
    return try Turn.taken(in: directory) { () throws(TrackingError) in
      guard let present = try experiments.directory.folderIfPresent(folder),
        present.isSame(as: directory)
      else { throw Self.gone(folder.lastPathPart, directory.path) }
      try refuse(verb, refusal(try snapshots(verb, forced: forced)))
      return try move()
    }
  }

  private func refuse(_ verb: String, _ refusal: MoveRefusal?) throws(TrackingError) {
    guard let refusal else { return }
    let advice =
      refusal.kind == .running ? "finish it first" : "use force to \(verb) it anyway"
    throw TrackingError(
      .experimentBusy, "cannot \(verb) '\(refusal.name)': it \(refusal.reason); \(advice)")
  }
}

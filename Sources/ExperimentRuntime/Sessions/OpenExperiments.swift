internal import CPlatform
import ExperimentStore
package import FileSystem
import Glibc

/// The experiments that this process has open. Opening one again gives the same object, so that a
/// process is one writer of an experiment, however many handles it has.
///
/// Experiments are told apart by their folder and not by their id: a copy of a store has the same
/// ids.
package enum OpenExperiments {
  private typealias Folder = RestingDirectory.Identity

  private final class Reference {
    weak var experiment: Experiment?
    init(_ experiment: Experiment) { self.experiment = experiment }
  }

  private static let lock = ForkSafeLock()
  /// Guarded by `lock`.
  private nonisolated(unsafe) static var references: [Folder: Reference] = [:]
  /// Sessions that are closed and may be resumed, the latest last; guarded by `lock`.
  private nonisolated(unsafe) static var rested: [(folder: Folder, session: WriterSession)] = []

  /// The experiment in a folder, if this process has it open and it still lies where it lay.
  package static func find(_ directory: Directory) -> Experiment? {
    guard let folder = Folder(directory),
      let open = withReferences({ (open, _) in open[folder]?.experiment }),
      let present = SystemCalls.statusFollowingLinks(open.path),
      FileIdentity(present) == folder.file
    else { return nil }
    return open
  }

  /// Keeps the session of an experiment that this process has closed. Those used last are kept.
  static func keep(_ session: WriterSession) {
    guard let folder = session.place.identity else { return }
    withReferences { (_, rested) in
      rested.removeAll { $0.folder == folder }
      rested.append((folder, session))
      if rested.count > mostRested { rested.removeFirst() }
    }
  }

  private static let mostRested = 32

  /// The session with which this process took part in the experiment of a folder before, by the
  /// same right; from now on it is the caller's.
  package static func takeRested(
    _ directory: Directory, as role: WriterSession.Role, strict: Bool = false
  ) -> WriterSession? {
    guard let folder = Folder(directory) else { return nil }
    return withReferences { (_, rested) in
      guard
        let place = rested.firstIndex(where: {
          $0.folder == folder && $0.session.role == role && $0.session.strict == strict
            && $0.session.place.path.isSame(as: directory.path)
        })
      else { return nil }
      return rested.remove(at: place).session
    }
  }

  /// Remembers an experiment; gives the one that another thread opened meanwhile, if there is one.
  package static func adopt(_ experiment: Experiment) -> Experiment {
    if let directory = try? experiment.directory, let open = find(directory) { return open }
    if let folder = experiment.place.identity {
      withReferences { (open, _) in open[folder] = Reference(experiment) }
    }
    return experiment
  }

  /// Remembers an experiment whose folder was made just now: what was known of a folder with the
  /// same identity is about one that is gone.
  static func begin(_ experiment: Experiment) {
    guard let folder = experiment.place.identity else { return }
    withReferences { (open, rested) in
      open[folder] = Reference(experiment)
      rested.removeAll { $0.folder == folder }
    }
  }

  static func forget(_ experiment: Experiment) {
    guard let folder = experiment.place.identity else { return }
    // The reference is empty by now, unless the folder was opened again.
    withReferences { (open, _) in
      if open[folder]?.experiment == nil { open[folder] = nil }
    }
  }

  /// A forked child has opened nothing yet; what it inherited becomes a writer of its own
  /// elsewhere.
  private static func withReferences<Result>(
    _ body: (
      inout [Folder: Reference], inout [(folder: Folder, session: WriterSession)]
    ) -> Result
  ) -> Result {
    lock.withLock { forked in
      // Not released: a thread that is not here may have been in the middle of changing it.
      if forked {
        withUnsafeMutablePointer(to: &references) { $0.initialize(to: [:]) }
        withUnsafeMutablePointer(to: &rested) { $0.initialize(to: []) }
      }
      return body(&references, &rested)
    }
  }
}

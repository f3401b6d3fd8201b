internal import CPlatform
import Glibc
package import TrackingStore

/// The experiments that this process has open. Opening one again gives the same object, so that a
/// process is one writer of an experiment, however many handles it has.
///
/// Experiments are told apart by their folder and not by their id: a copy of a store has the same ids.
package enum OpenExperiments {
  private struct Folder: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private final class Reference {
    weak var experiment: Experiment?
    init(_ experiment: Experiment) { self.experiment = experiment }
  }

  private static let lock = ForkSafeLock()
  /// Guarded by `lock`.
  private nonisolated(unsafe) static var references: [Folder: Reference] = [:]

  /// The experiment in a folder, if this process has it open and it still lies where it lay.
  package static func find(_ directory: Directory) -> Experiment? {
    guard let folder = folder(of: directory),
      let open = withReferences({ $0[folder]?.experiment }),
      let present = SystemCalls.statusFollowingLinks(open.path), Self.folder(present) == folder
    else { return nil }
    return open
  }

  /// Remembers an experiment; gives the one that another thread opened meanwhile, if there is one.
  package static func adopt(_ experiment: Experiment) -> Experiment {
    if let open = find(experiment.directory) { return open }
    if let folder = folder(of: experiment.directory) {
      withReferences { $0[folder] = Reference(experiment) }
    }
    return experiment
  }

  static func forget(_ experiment: Experiment) {
    guard let folder = folder(of: experiment.directory) else { return }
    // The reference is empty by now, unless the folder was opened again.
    withReferences { if $0[folder]?.experiment == nil { $0[folder] = nil } }
  }

  /// A forked child has opened nothing yet; what it inherited becomes a writer of its own elsewhere.
  private static func withReferences<Result>(
    _ body: (inout [Folder: Reference]) -> Result
  ) -> Result {
    lock.withLock { forked in
      // Not released: a thread that is not here may have been in the middle of changing it.
      if forked { withUnsafeMutablePointer(to: &references) { $0.initialize(to: [:]) } }
      return body(&references)
    }
  }

  private static func folder(of directory: Directory) -> Folder? {
    (try? SystemCalls.status(directory.descriptor)).map(folder)
  }

  private static func folder(_ status: stat) -> Folder {
    Folder(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}

import CPlatform
import EventLog
import FileSystem
import Glibc
import TrackingEntities

/// The folders below `.saving/` in which artifacts are written. Who writes in one has it locked,
/// and the lock is released when the process ends: one that is not locked was left behind.
enum StagingArea {
  /// Makes a folder that is locked until it is closed, and removes what dead writers left.
  static func claim(
    in directory: Directory
  ) throws(TrackingError) -> (name: String, folder: Directory) {
    var attempts = 0
    while true {
      attempts += 1
      let name = UniqueID.make(digits: 16)
      do throws(TrackingError) {
        if let folder = try claim(name, in: directory) { return (name, folder) }
        discard(name, in: directory)
        if attempts >= mostAttempts {
          let path = Directory.join(directory.path, ExperimentFiles.saving)
          throw TrackingError.storage("lock", path, EWOULDBLOCK)
        }
      } catch {
        discard(name, in: directory)
        // Another thread that has just saved may take `.saving` away between two steps.
        if error.systemCode != ENOENT || attempts >= mostAttempts { throw error }
      }
    }
  }

  private static let mostAttempts = 100

  /// Makes and locks a folder; nil if somebody took it for one that was left behind before it was
  /// locked.
  private static func claim(
    _ name: String, in directory: Directory
  ) throws(TrackingError) -> Directory? {
    let isNew = try directory.claimFolder(ExperimentFiles.saving)
    let area = try directory.folder(ExperimentFiles.saving)
    if !isNew { removeLeftovers(below: area) }
    // Nobody else may put a link in the place of a file that is about to be written.
    _ = try area.claimFolder(name, mode: 0o700)
    let folder = try area.folder(name)
    if SystemCalls.lockFolder(folder.descriptor) == false { return nil }
    return try SystemCalls.status(folder.descriptor).st_nlink > 0 ? folder : nil
  }

  /// Removes what processes left behind that died while they saved something in an experiment.
  static func removeLeftovers(in directory: Directory) {
    guard let area = try? directory.folderIfPresent(ExperimentFiles.saving) else { return }
    removeLeftovers(below: area)
    try? SystemCalls.remove(directory.descriptor, ExperimentFiles.saving, folder: true)
  }

  private static func removeLeftovers(below area: Directory) {
    guard SystemCalls.seesAllLocks(area.descriptor) else { return }
    for entry in (try? area.entries()) ?? [] where entry.kind == .folder {
      guard let folder = try? area.folder(entry.name) else { continue }
      // Kept until it is gone, so that no process begins to write in it meanwhile.
      if SystemCalls.lockFolder(folder.descriptor) == true {
        withExtendedLifetime(folder) { area.removeTree(entry.name) }
      }
    }
  }

  /// Removes a folder with what is left in it, and `.saving` with the last one.
  static func discard(_ name: String, in directory: Directory) {
    let staging = ExperimentFiles.saving + "/" + name
    directory.removeTree(staging)
    // Once more if a step failed: what stays is a half-written file that is never used.
    if directory.exists(staging) { directory.removeTree(staging) }
    try? SystemCalls.remove(directory.descriptor, ExperimentFiles.saving, folder: true)
  }
}

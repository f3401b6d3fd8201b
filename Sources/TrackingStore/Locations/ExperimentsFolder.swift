internal import Glibc
package import TrackingEntities

/// The `experiments/` of an increment, held open.
package struct ExperimentsFolder: Sendable {
  /// The increment's folder, as `0042-recommendation-model`.
  package let increment: String
  /// The folder itself.
  package let directory: Directory

  static let archive = "_archive"

  package init(increment: String, directory: Directory) {
    self.increment = increment
    self.directory = directory
  }

  /// Opens the folder; nil if there is none and none may be made.
  ///
  /// - Parameter create: whether an experiment is about to start. Reading never makes anything.
  package static func open(
    _ increment: IncrementLocation, create: Bool
  ) throws(TrackingError) -> ExperimentsFolder? {
    let outer = try Directory.open(increment.path)
    do throws(TrackingError) {
      let inner = try create ? outer.makeFolder("experiments") : outer.folder("experiments")
      return ExperimentsFolder(increment: increment.id, directory: inner)
    } catch {
      if error.systemCode == ENOENT && !create { return nil }
      let path = Directory.join(increment.path, "experiments")
      if error.systemCode == ELOOP {
        return try openLink(path, increment)
      }
      if error.systemCode == ENOTDIR {
        throw TrackingError(
          .storage, "'\(path)' is a file; experiments need a folder of that name: move it away",
          systemCode: ENOTDIR)
      }
      throw error
    }
  }

  /// A link is followed within the project only.
  private static func openLink(
    _ path: String, _ increment: IncrementLocation
  ) throws(TrackingError) -> ExperimentsFolder {
    guard RootPath.resolves(path, inside: increment.root.path),
      let target = SystemCalls.realPath(path)
    else {
      throw TrackingError(
        .storage,
        "'\(path)' is a link out of the project, or to nothing, and is not followed; put a folder "
          + "there, or mount the other disk there",
        systemCode: ELOOP)
    }
    return ExperimentsFolder(increment: increment.id, directory: try Directory.open(target))
  }

  /// Moves a top-level experiment to the archive and says where it is now, relative to
  /// `experiments/`.
  package func archive(_ folder: String) throws(TrackingError) -> String {
    if folder.pathParts != [folder] || [".", "..", ExperimentsFolder.archive].contains(folder) {
      throw TrackingError(
        .invalidArgument,
        "cannot archive '\(NameText.shown(folder))': only a whole top-level experiment is moved")
    }
    let archive = try directory.makeFolder(ExperimentsFolder.archive)
    var target = folder
    var next: UInt64 = 2
    while true {
      if !archive.exists(target) {
        do throws(TrackingError) {
          try SystemCalls.rename(directory.descriptor, folder, archive.descriptor, target)
          return Directory.join(ExperimentsFolder.archive, target)
        } catch  where error.systemCode == ENOTEMPTY || error.systemCode == EEXIST {}
      }
      target = "\(folder)-\(next)"
      next &+= 1
    }
  }

  /// The archive, if there is one.
  func openArchive() throws(TrackingError) -> Directory? {
    try directory.folderIfPresent(ExperimentsFolder.archive)
  }
}

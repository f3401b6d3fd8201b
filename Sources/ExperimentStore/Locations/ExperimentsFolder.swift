package import FileSystem
internal import Glibc
package import TrackingEntities

/// The `experiments/` of an increment, held open.
package struct ExperimentsFolder: Sendable {
  /// The increment's folder, as `0042-recommendation-model`.
  package let increment: String
  /// The folder itself.
  package let directory: Directory

  package static let archive = "_archive"

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
    let outer = try increment.root.open(increment.path)
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
    return ExperimentsFolder(increment: increment.id, directory: try increment.root.open(target))
  }

  /// Moves a top-level experiment to the archive and says where it is now, relative to
  /// `experiments/`.
  package func archive(_ folder: String) throws(TrackingError) -> String {
    try Self.checkMayBeArchived(folder)
    let archive = try directory.makeFolder(ExperimentsFolder.archive)
    let target = try move(folder, from: directory, to: archive)
    return Directory.join(ExperimentsFolder.archive, target)
  }

  /// Refuses what is no top-level experiment, or is in the archive already.
  package static func checkMayBeArchived(_ folder: String) throws(TrackingError) {
    if Self.isArchived(folder), folder.pathParts.count == 2 {
      throw TrackingError(
        .invalidArgument,
        "'\(NameText.shown(folder))' is in the archive already; restore it, or delete it for good")
    }
    if folder.pathParts != [folder] || [".", "..", ExperimentsFolder.archive].contains(folder) {
      throw TrackingError(
        .invalidArgument,
        "cannot archive '\(NameText.shown(folder))': only a whole top-level experiment is moved")
    }
  }

  /// Moves an archived experiment back and says where it is now, relative to `experiments/`.
  package func restore(_ folder: String) throws(TrackingError) -> String {
    guard folder.pathParts.count == 2, folder.pathParts.first == ExperimentsFolder.archive,
      let name = folder.pathParts.last, let archive = try openArchive()
    else {
      throw TrackingError(
        .invalidArgument,
        "cannot restore '\(NameText.shown(folder))': only a whole experiment in the archive is moved "
          + "back")
    }
    return try move(name, from: archive, to: directory)
  }

  /// Moves a folder under its name or, if that is taken, under the next free one.
  private func move(
    _ folder: String, from source: Directory, to target: Directory
  ) throws(TrackingError) -> String {
    var name = folder
    var next: UInt64 = 2
    while true {
      if !target.exists(name) {
        do throws(TrackingError) {
          try SystemCalls.rename(source.descriptor, folder, target.descriptor, name)
          return name
        } catch  where error.systemCode == ENOTEMPTY || error.systemCode == EEXIST {}
      }
      name = "\(folder)-\(next)"
      next &+= 1
    }
  }

  /// Takes an experiment's folder out of every listing in one step; only its bytes are left.
  ///
  /// - Returns: The folder that holds it now and its name there, to be removed.
  package func withdraw(
    _ folder: String
  ) throws(TrackingError) -> (parent: Directory, name: String) {
    var parts = folder.pathParts
    guard let name = parts.popLast(), !parts.contains(".."), ![".", ".."].contains(name),
      folder != ExperimentsFolder.archive
    else {
      throw TrackingError(
        .invalidArgument, "'\(NameText.shown(folder))' is not the folder of an experiment")
    }
    let parent =
      try parts.isEmpty ? directory : directory.folder(parts.joined(separator: "/"))
    let aside = Directory.temporaryName(for: ExperimentsFolder.deleted)
    try SystemCalls.rename(parent.descriptor, name, parent.descriptor, aside)
    return (parent, aside)
  }

  /// What a deletion left behind that was cut short, in a folder of experiments.
  package static func leftBehind(in parent: Directory) -> [String] {
    ((try? parent.entries()) ?? []).filter { entry in
      entry.kind == .folder && entry.name.isContinuation(of: ".\(deleted).")
        && entry.name.isEnding(in: ".tmp")
    }.map(\.name)
  }

  private static let deleted = "deleted"

  /// The path of a folder once it is in the archive.
  package static func archived(_ folder: String) -> String { Directory.join(archive, folder) }

  /// Whether a folder, relative to `experiments/`, lies in the archive.
  package static func isArchived(_ folder: String) -> Bool {
    folder.isContinuation(of: archive + "/")
  }

  /// The archive, if there is one.
  func openArchive() throws(TrackingError) -> Directory? {
    try directory.folderIfPresent(ExperimentsFolder.archive)
  }
}

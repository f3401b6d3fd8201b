internal import CPlatform
import EventLog
import FileSystem
import Glibc
public import TrackingEntities

/// An artifact between its first byte and its appearance under its name: it is written in a folder
/// of its own below `.saving/`, so that nothing half-written is ever seen under the name.
///
/// ```swift
/// let staged = try experiment.stageArtifact("model.bin")
/// write(to: staged.absolutePath)
/// try staged.commit(kind: "model")
/// ```
///
/// What is neither committed nor discarded is removed with the object, or after the process.
public final class StagedArtifact: Sendable {
  /// The path that it will have in the experiment's folder.
  public let path: String
  private let experiment: Experiment
  /// The experiment's folder.
  let directory: Directory
  private let folder: Directory
  private let folderName: String
  /// Another folder for those who write by a path, where another user could change the one above.
  private let outside: (parent: Directory, name: String, folder: Directory)?
  private let lock = ForkSafeLock()
  /// Guarded by `lock`.
  nonisolated(unsafe) private var isDiscarded = false
  /// The artifact's own name, the last part of its path.
  package let name: String

  /// - Parameters:
  ///   - path: A valid artifact path.
  ///   - isForOthers: Whether something else writes it, by a path.
  package init(
    _ path: String, in experiment: Experiment, isForOthers: Bool = false
  ) throws(TrackingError) {
    self.path = path
    self.experiment = experiment
    name = path.lastPathPart
    directory = try experiment.directory
    (folderName, folder) = try StagingArea.claim(in: directory)
    do throws(TrackingError) {
      outside =
        try !isForOthers || folder.isPrivate && folder.heldPath != nil
        ? nil : Self.makeOutside(folderName)
    } catch {
      StagingArea.discard(folderName, in: directory)
      throw error
    }
  }

  /// A folder for temporary files that is nobody else's: for file systems without owners and modes,
  /// and for systems without `/proc`.
  private static func makeOutside(
    _ name: String
  ) throws(TrackingError) -> (parent: Directory, name: String, folder: Directory) {
    let parent = try Directory.open(ProcessContext.variable("TMPDIR") ?? "/tmp")
    let name = ".specweave-" + name
    guard try parent.claimFolder(name, mode: 0o700) else {
      throw TrackingError.storage("mkdir", Directory.join(parent.path, name), EEXIST)
    }
    return (parent, name, try parent.folder(name))
  }

  /// Where something else may write it: an absolute path. It leads through a descriptor into a
  /// folder in which only this user can make anything, so that nobody gets the writer to follow a
  /// link of his.
  public var absolutePath: String {
    let folder = outside?.folder ?? folder
    return Directory.join(folder.heldPath ?? folder.path, name)
  }

  /// Gives the artifact its name.
  ///
  /// - Throws: `notFound` if nothing was written.
  @discardableResult
  public func commit(
    kind: String = "file", details: KeyValuePairs<String, Value> = [:]
  ) throws(TrackingError) -> Artifact {
    try experiment.commit(self, kind: kind, details: [Value.Entry](details))
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(TrackingError) -> ArtifactContent {
    try ArtifactCopy.write(bytes, to: folder, name)
  }

  /// Copies a file or a folder that the user named.
  package func copy(
    from source: String, links: FolderCopy.Links
  ) throws(TrackingError) -> ArtifactContent {
    let descriptor = try SystemCalls.openSource(source)
    let mode: mode_t
    do {
      defer { SystemCalls.close(descriptor) }
      mode = try SystemCalls.status(descriptor).st_mode
      if platform_is_regular(mode) != 0 {
        return try ArtifactCopy.copy(descriptor, source, to: (folder, name))
      }
    }
    guard platform_is_directory(mode) != 0 else {
      throw TrackingError(
        .invalidArgument, "'\(source)' is neither a file nor a folder, so it cannot be saved")
    }
    let origin = try Directory.open(source)
    let around = try foldersAround()
    // Such a folder would be copied into itself without end.
    if around.contains(FileIdentity(try SystemCalls.status(origin.descriptor))) {
      throw TrackingError(
        .invalidArgument,
        "'\(origin.path)' holds the experiment itself; choose a folder that does not")
    }
    return try FolderCopy.copy(
      origin, to: try folder.makeFolder(name), links: links, forbidden: around)
  }

  /// An empty path is more often an unset variable than the wish to keep everything.
  static func refuseWorkingDirectory(_ source: String) throws(TrackingError) {
    let parts = source.pathParts.filter { $0 != "." }
    guard source.isEmpty || (parts.isEmpty && !source.isAbsolutePath) else { return }
    throw TrackingError(
      .invalidArgument,
      "the path '\(source)' is the working directory, which is not copied unasked; to save all of it, give its full path '\(ProcessContext.workingDirectory)'"
    )
  }

  /// The folders that the artifact is about to lie in, up to the root.
  private func foldersAround() throws(TrackingError) -> [FileIdentity] {
    var current = folder
    var around = [FileIdentity(try SystemCalls.status(current.descriptor))]
    while true {
      current = try current.parent()
      let above = FileIdentity(try SystemCalls.status(current.descriptor))
      if around.last == above { return around }
      around.append(above)
    }
  }

  /// Hashes what something else wrote, and copies it where it was written elsewhere.
  package func contentWritten() throws(TrackingError) -> ArtifactContent {
    let written = outside?.folder ?? folder
    let status: stat
    do {
      status = try SystemCalls.status(written.descriptor, name)
    } catch  where error.systemCode == ENOENT {
      throw TrackingError(
        .notFound, "nothing was written at '\(absolutePath)', so '\(path)' cannot be saved")
    }
    if platform_is_directory(status.st_mode) != 0 {
      let target = try outside == nil ? nil : folder.makeFolder(name)
      return try FolderCopy.copy(try written.folder(name), to: target)
    }
    guard platform_is_regular(status.st_mode) != 0 else {
      throw TrackingError(
        .invalidArgument,
        "what was written at '\(absolutePath)' is neither a file nor a folder, so it cannot be saved"
      )
    }
    let file = try SystemCalls.open(written.descriptor, name, O_RDONLY | O_NONBLOCK)
    defer { SystemCalls.close(file) }
    return try ArtifactCopy.copy(file, name, to: outside == nil ? nil : (folder, name))
  }

  /// Gives the artifact its name.
  ///
  /// What has the name is kept below `.versions/` from then on. Until the save is recorded there is
  /// a note of it, for the case that this process is killed.
  ///
  /// - Parameters:
  ///   - version: the version of what has the name now.
  ///   - content: what the artifact holds.
  /// - Returns: where that is kept from now on, below `.versions/`; nil if nothing had the name.
  package func publish(
    over version: UInt64, _ content: ArtifactContent
  ) throws(TrackingError) -> String? {
    let (parent, name) = try Self.parent(of: path, in: directory)
    do {
      try SystemCalls.renameNew(folder.descriptor, self.name, parent.descriptor, name)
      return nil
    } catch  where error.systemCode == EEXIST {}
    let (versions, kept) = try Self.freeName(
      "\(ExperimentFiles.versions)/\(path).v\(max(1, version))", in: directory)
    let save = UnfinishedSave(
      path: path, kept: kept, version: version &+ 1, sha256: content.sha256)
    do throws(TrackingError) {
      try save.note(in: directory)
      try replace(name, in: parent, keeping: versions, kept.lastPathPart)
    } catch {
      UnfinishedSave.forget(in: directory)
      throw error
    }
    return kept
  }

  /// Swaps the two where that is possible: at no moment is anything else than one of them under the
  /// name, and the older one is never in a folder that a kill leaves to be removed.
  private func replace(
    _ name: String, in parent: Directory, keeping versions: Directory, _ kept: String
  ) throws(TrackingError) {
    try SystemCalls.renameNew(folder.descriptor, self.name, versions.descriptor, kept)
    do throws(TrackingError) {
      try SystemCalls.exchange(versions.descriptor, kept, parent.descriptor, name)
    } catch {
      try SystemCalls.renameNew(versions.descriptor, kept, folder.descriptor, self.name)
      guard error.meansUnknownToFileSystem else { throw error }
      try replaceInSteps(name, in: parent, keeping: versions, kept)
    }
  }

  /// As `publish` where a file system swaps no names: what has the name is kept first, then
  /// replaced.
  private func replaceInSteps(
    _ name: String, in parent: Directory, keeping versions: Directory, _ kept: String
  ) throws(TrackingError) {
    // A second name, where files can have one, leaves no moment at which nothing has the first.
    let isLinked = SystemCalls.link(parent.descriptor, name, versions.descriptor, kept)
    if !isLinked {
      try SystemCalls.renameNew(parent.descriptor, name, versions.descriptor, kept)
    }
    do throws(TrackingError) {
      try SystemCalls.rename(folder.descriptor, self.name, parent.descriptor, name)
    } catch {
      if isLinked {
        try SystemCalls.remove(versions.descriptor, kept)
      } else {
        try SystemCalls.renameNew(versions.descriptor, kept, parent.descriptor, name)
      }
      throw error
    }
  }

  /// A path that nothing has: files that a user put there are kept too.
  private static func freeName(
    _ path: String, in directory: Directory
  ) throws(TrackingError) -> (Directory, String) {
    let (parent, name) = try parent(of: path, in: directory)
    var free = name
    var number = 2
    while parent.exists(free) {
      free = "\(name)-\(number)"
      number += 1
    }
    return (parent, (path.without(ending: name) ?? "") + free)
  }

  private static func parent(
    of path: String, in directory: Directory
  ) throws(TrackingError) -> (Directory, String) {
    (try directory.makeFolder(path.pathParent), path.lastPathPart)
  }

  /// Removes what was written, unless it was committed. Idempotent.
  public func discard() {
    let isOver = lock.withLock { forked in
      defer { isDiscarded = true }
      // It is the parent's.
      return isDiscarded || forked
    }
    if isOver { return }
    if let outside { outside.parent.removeTree(outside.name) }
    StagingArea.discard(folderName, in: directory)
  }
}

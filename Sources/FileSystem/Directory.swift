internal import CPlatform
import Glibc
package import TrackingEntities

/// A folder held open: all work below it goes through the descriptor, so it may be renamed
/// meanwhile and nothing outside it can be reached, whatever the names or links inside.
package final class Directory: Sendable {
  /// The path it was opened with, for messages and for people; never used for access.
  package let path: String
  package let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { SystemCalls.close(descriptor) }

  /// Opens a folder that the user named.
  package static func open(_ path: String) throws(TrackingError) -> Directory {
    Directory(path: path, descriptor: try SystemCalls.openRoot(path))
  }

  /// Opens a folder below this one.
  ///
  /// - Parameter shown: The path for people, where it is another than that of the folders.
  package func folder(
    _ name: String, shownAs shown: String? = nil
  ) throws(TrackingError) -> Directory {
    let descriptor = try SystemCalls.open(self.descriptor, name, O_RDONLY | O_DIRECTORY)
    return Directory(path: shown ?? Directory.join(path, name), descriptor: descriptor)
  }

  /// Opens the folder around this one, wherever it is by now.
  package func parent() throws(TrackingError) -> Directory {
    Directory(
      path: Directory.join(path, ".."), descriptor: try SystemCalls.openParent(of: descriptor))
  }

  /// A path that leads through the descriptor, whoever renames folders or puts links in their
  /// place: for programs that take a path and nothing else. Nil where the system has no such paths.
  ///
  /// It leads to the folder while this is held, for this process and those that it starts.
  package var heldPath: String? {
    guard let process = SystemCalls.readLink(AT_FDCWD, "/proc/self") else { return nil }
    let path = "/proc/\(process)/fd/\(descriptor)"
    return isReached(by: path) ? path : nil
  }

  /// Whether a path leads here, links followed.
  private func isReached(by path: String) -> Bool {
    guard let found = SystemCalls.statusFollowingLinks(path),
      let own = try? SystemCalls.status(descriptor)
    else { return false }
    return FileIdentity(found) == FileIdentity(own)
  }

  /// Whether only this user, and root, can put something into the folder.
  package var isPrivate: Bool {
    guard let status = try? SystemCalls.status(descriptor) else { return false }
    return status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  /// Where the folder is by now, for people.
  package var currentPath: String {
    if isReached(by: path) { return path }
    return SystemCalls.realPath("/proc/self/fd/\(descriptor)") ?? path
  }

  /// Whether the file system that the folder is on was taken away from all paths (umount(8) with
  /// `-l`): what is written goes where nobody reads it. False where that is unknown, and where
  /// the folder was deleted or only moved.
  package var isUnmounted: Bool {
    if isReached(by: path) { return false }
    if let moved = SystemCalls.realPath("/proc/self/fd/\(descriptor)"), isReached(by: moved) {
      return false
    }
    guard let status = try? SystemCalls.status(descriptor), status.st_nlink > 0,
      let facts = ProcessFacts.read("/proc/self/fdinfo/\(descriptor)"),
      let mounts = ProcessFacts.read("/proc/self/mountinfo", whole: true), !mounts.isEmpty
    else { return false }
    let name = "mnt_id:"
    guard
      let line = facts.split(separator: "\n").first(where: { $0.utf8.starts(with: name.utf8) }),
      let mount = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first
    else { return false }
    return !mounts.split(separator: "\n").contains {
      $0.prefix { !$0.isWhitespace }.utf8.elementsEqual(mount.utf8)
    }
  }

  /// As `folder`; nil if there is none of that name.
  package func folderIfPresent(_ name: String) throws(TrackingError) -> Directory? {
    let flags = O_RDONLY | O_DIRECTORY
    guard let descriptor = try SystemCalls.openIfPresent(self.descriptor, name, flags) else {
      return nil
    }
    return Directory(path: Directory.join(path, name), descriptor: descriptor)
  }

  /// Opens a folder below this one and makes it, parents included, where it is missing.
  package func makeFolder(_ path: String) throws(TrackingError) -> Directory {
    var current = self
    for part in path.pathParts {
      _ = try current.claimFolder(part)
      current = try current.folder(part)
    }
    return current
  }

  /// Makes one folder; false if something of that name is there already.
  package func claimFolder(
    _ name: String, mode: UInt32 = 0o777
  ) throws(TrackingError) -> Bool {
    do {
      try SystemCalls.makeDirectory(descriptor, name, mode)
      return true
    } catch  where error.systemCode == EEXIST {
      return false
    }
  }

  /// Whether something of that name is there, links not followed.
  package func exists(_ name: String) -> Bool {
    (try? SystemCalls.statusIfPresent(descriptor, name)) != nil
  }

  /// Whether both are the same folder, whatever they are called by now.
  package func isSame(as other: Directory) -> Bool {
    guard let own = try? SystemCalls.status(descriptor),
      let others = try? SystemCalls.status(other.descriptor)
    else { return false }
    return FileIdentity(own) == FileIdentity(others)
  }

  /// Opens a folder below this one and says what is in it, `.` and `..` left out.
  package func listedFolder(
    _ name: String
  ) throws(TrackingError) -> (folder: Directory, entries: [DirectoryEntry]) {
    let folder = try folder(name)
    // Nobody else has the descriptor yet, whose place in the folder is shared by all who do.
    return (folder, try folder.entries(by: folder.descriptor))
  }

  /// The names in the folder with their kind, in no order, `.` and `..` left out.
  package func entries() throws(TrackingError) -> [DirectoryEntry] {
    let copy = try SystemCalls.open(descriptor, ".", O_RDONLY | O_DIRECTORY)
    defer { SystemCalls.close(copy) }
    return try entries(by: copy)
  }

  /// The names that fit, in no order; nil if there are more than `limit`, of which the rest is not
  /// read.
  package func names(
    atMost limit: Int, where fits: (DirectoryEntry) -> Bool
  ) throws(TrackingError) -> [String]? {
    let copy = try SystemCalls.open(descriptor, ".", O_RDONLY | O_DIRECTORY)
    defer { SystemCalls.close(copy) }
    var found: [String] = []
    try visitEntries(by: copy) { entry in
      if fits(entry) { found.append(entry.name) }
      return found.count <= limit
    }
    return found.count <= limit ? found : nil
  }

  private func entries(by descriptor: Int32) throws(TrackingError) -> [DirectoryEntry] {
    var found: [DirectoryEntry] = []
    try visitEntries(by: descriptor) { entry in
      found.append(entry)
      return true
    }
    return found
  }

  /// - Parameter body: Says whether it wants more.
  private func visitEntries(
    by descriptor: Int32, _ body: (DirectoryEntry) -> Bool
  ) throws(TrackingError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 15, alignment: 8)
    defer { buffer.deallocate() }
    while let start = buffer.baseAddress {
      let filled = try SystemCalls.list(descriptor, buffer, path)
      if filled == 0 { return }
      var place = 0
      while place < filled {
        if let entry = entry(start + place), !body(entry) { return }
        place += platform_entry_size(start + place)
      }
    }
  }

  private func entry(_ entry: UnsafeRawPointer) -> DirectoryEntry? {
    guard let name = String(validatingCString: platform_entry_name(entry)) else {
      // The store has no such names; it is reported as left out.
      let start = UnsafeRawPointer(platform_entry_name(entry))
      let bytes = UnsafeRawBufferPointer(start: start, count: strlen(platform_entry_name(entry)))
      return DirectoryEntry(name: "", kind: .other, shown: String(escapingInvalid: Array(bytes)))
    }
    if name == "." || name == ".." { return nil }
    let kind: DirectoryEntry.Kind =
      switch Int32(platform_entry_type(entry)) {
      case Int32(DT_DIR): .folder
      case Int32(DT_REG): .file
      case Int32(DT_UNKNOWN): self.kind(of: name)
      default: .other
      }
    return DirectoryEntry(
      name: name, kind: kind, inode: platform_entry_inode(entry), shown: name)
  }

  private func kind(of name: String) -> DirectoryEntry.Kind {
    guard let information = try? SystemCalls.status(descriptor, name) else { return .other }
    if platform_is_directory(information.st_mode) != 0 { return .folder }
    return platform_is_regular(information.st_mode) != 0 ? .file : .other
  }

  /// Joins two parts of a path.
  package static func join(_ parent: String, _ name: String) -> String {
    parent.isEnding(in: "/") ? parent + name : parent + "/" + name
  }
}

/// A folder that is open only while it is in use, so that a program may have any number of
/// experiments that are over. It is opened again by its path, and must then still be the same
/// folder.
package final class RestingDirectory: @unchecked Sendable {
  /// The path it was opened with.
  package let path: String
  /// Which folder it is: the device, the number there, and when it was made, because numbers are
  /// given again.
  package let identity: Identity?
  private let lock = ForkSafeLock()
  /// Guarded by `lock`, as the next.
  private var kept: Directory?
  private weak var latest: Directory?

  package struct Identity: Hashable, Sendable {
    package let file: FileIdentity
    private let birth: Int64

    package init?(_ directory: Directory) {
      guard let status = try? SystemCalls.status(directory.descriptor) else { return nil }
      file = FileIdentity(status)
      birth = platform_birth(directory.descriptor)
    }
  }

  package init(_ directory: Directory) {
    path = directory.path
    identity = Identity(directory)
    latest = directory
    // What could not be recognised again stays open.
    kept = identity == nil ? directory : nil
  }

  /// The folder, open as long as the result is held.
  ///
  /// - Throws: `experimentNotFound` if something else, or nothing, is at its path by now.
  package func open() throws(TrackingError) -> Directory {
    try lock.withLock { (_) throws(TrackingError) in
      if let open = kept ?? latest { return open }
      let found = try reopened()
      latest = found
      return found
    }
  }

  /// Leaves it open until it may rest again.
  package func keepOpen() throws(TrackingError) {
    let directory = try open()
    lock.withLock { _ in kept = directory }
  }

  package func rest() {
    // Closed outside the lock.
    let closed = lock.withLock { _ in
      defer { if identity != nil { kept = nil } }
      return kept
    }
    withExtendedLifetime(closed) {}
  }

  private func reopened() throws(TrackingError) -> Directory {
    do throws(TrackingError) {
      let found = try Directory.open(path)
      if Identity(found) == identity { return found }
    } catch  where error.systemCode != ENOENT && error.systemCode != ENOTDIR {
      throw error
    } catch {}
    throw TrackingError(
      .experimentNotFound,
      "'\(path)' is no longer there: it was moved or deleted; load it again", systemCode: ENOENT)
  }
}

/// One name in a folder.
package struct DirectoryEntry: Sendable, Equatable {
  package enum Kind: Sendable { case file, folder, other }
  /// Empty where it is not UTF-8.
  package let name: String
  package let kind: Kind
  /// Its number on the disk; 0 where unknown.
  package var inode: UInt64 = 0
  /// The name for people; what is not UTF-8 in it is escaped.
  package let shown: String
}

extension [DirectoryEntry] {
  /// Whether something of that name is among them.
  package func has(_ name: String) -> Bool { contains { $0.name.isSame(as: name) } }
}

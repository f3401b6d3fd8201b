package import CPlatform
package import FileSystem
import Glibc
package import TrackingEntities

/// How long the event files of an experiment are, what is pending included, for who asks again and
/// again.
///
/// Whatever is recorded makes one of them longer, so as long as the sizes stay the same nothing new
/// is known. To ask costs a question for each file: a folder is listed again only when it changed.
package struct EventFileSizes: Sendable {
  private var folders: [String: Folder] = [:]
  private var buffers: [String: Buffer] = [:]

  /// What was found in a folder.
  private struct Folder {
    let stamp: FileStamp
    /// Whether whatever changes after this look changes the stamp too.
    let isSettled: Bool
    var files: [String] = []
    var folders: [String] = []
    /// The event files for which something may be pending.
    var pending: Set<String> = []
  }

  /// Where the buffer of an event file lies, by the pending file that says so.
  private struct Buffer {
    let stamp: FileStamp
    let pointer: PendingPointer?
  }

  package init() {}

  /// Adds the names and sizes.
  ///
  /// - Parameter owners: Whether the files of the owner's sessions count; not, if they are this
  ///   process's.
  package mutating func add(
    to hasher: inout Hasher, in directory: Directory, owners: Bool
  ) throws(TrackingError) {
    if owners { _ = try add(".", of: .sessions, to: &hasher, in: directory) }
    _ = try add(ExperimentFiles.edits, of: .edits, to: &hasher, in: directory)
    let writers = try add(ExperimentFiles.writers, of: .folders, to: &hasher, in: directory)
    for writer in writers {
      let path = "\(ExperimentFiles.writers)/\(writer)"
      _ = try add(path, of: .sessions, to: &hasher, in: directory)
    }
  }

  /// What counts in a folder.
  private enum Content {
    case sessions
    case edits
    case folders
  }

  /// - Returns: The folders in it.
  private mutating func add(
    _ path: String, of content: Content, to hasher: inout Hasher, in directory: Directory
  ) throws(TrackingError) -> [String] {
    guard let folder = try folder(path, of: content, in: directory) else {
      hasher.combine(0)
      return []
    }
    hasher.combine(1)
    for file in folder.files {
      // The event file holds what came before the pending bytes if its size is asked for
      // afterwards.
      let pending = folder.pending.contains(file) ? try pending(for: file, in: directory) : nil
      let size = try SystemCalls.statusIfPresent(directory.descriptor, file)?.st_size ?? -1
      hasher.combine(file)
      hasher.combine(size)
      if let pending { hasher.combine(pending.size(with: UInt64(clamping: size))) }
    }
    return folder.folders
  }

  private mutating func folder(
    _ path: String, of content: Content, in directory: Directory
  ) throws(TrackingError) -> Folder? {
    let status =
      try path == "."
      ? SystemCalls.status(directory.descriptor)
      : SystemCalls.statusIfPresent(directory.descriptor, path)
    guard let status else {
      folders[path] = nil
      return nil
    }
    let stamp = FileStamp(status)
    if let known = folders[path], known.isSettled, known.stamp == stamp { return known }
    var folder = Folder(stamp: stamp, isSettled: stamp.isSettled)
    let entries = try path == "." ? directory.entries() : directory.listedFolder(path).entries
    let prefix = path == "." ? "" : path + "/"
    for entry in entries {
      switch (content, entry.kind) {
      case (.sessions, .file):
        if entry.name.isContinuation(of: ExperimentFiles.eventPrefix) {
          folder.files.append(prefix + entry.name)
        } else if let file = PendingLayout.eventFile(of: entry.name) {
          folder.pending.insert(prefix + file)
        }
      case (.edits, .file):
        if entry.name.isEnding(in: ExperimentFiles.editSuffix) {
          folder.files.append(prefix + entry.name)
        }
      case (.folders, .folder): folder.folders.append(entry.name)
      default: break
      }
    }
    folder.files.sort()
    folder.folders.sort()
    folders[path] = folder
    return folder
  }

  /// What is pending for an event file beside which a pending file lies.
  private mutating func pending(
    for file: String, in directory: Directory
  ) throws(TrackingError) -> PendingSize {
    guard let name = PendingLayout.name(of: file),
      let status = try SystemCalls.statusIfPresent(directory.descriptor, name)
    else { return .nothing }
    let stamp = FileStamp(status)
    let buffer: Buffer
    if let known = buffers[file], known.stamp == stamp {
      buffer = known
    } else {
      // What says nothing, or cannot be read, is reported by the reader of the event file.
      let found = try? PendingPointer.read(name, in: directory)
      if case .pointer(let pointer)? = found {
        buffer = Buffer(stamp: stamp, pointer: pointer)
      } else {
        buffer = Buffer(stamp: stamp, pointer: nil)
      }
      buffers[file] = buffer
    }
    guard let word = try buffer.pointer?.word() else { return .unknown }
    return .until(word)
  }

  /// How far an event file reaches with what is pending.
  private enum PendingSize {
    case nothing
    /// The buffer cannot be seen.
    case unknown
    case until(PendingWord)

    func size(with file: UInt64) -> UInt64 {
      switch self {
      case .nothing: file
      case .unknown: PendingContent.unknownSize
      case .until(let word): file < word.base ? file : max(file, word.base &+ UInt64(word.used))
      }
    }
  }
}

/// What changes when a file or folder is written to, or another one takes its place.
package struct FileStamp: Hashable, Sendable {
  private let file: FileIdentity
  private let size: Int64
  private let seconds: Int64
  private let nanoseconds: Int64

  package init(_ status: stat) {
    file = FileIdentity(status)
    size = Int64(status.st_size)
    (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
  }

  /// Whether whatever is written from now on changes the stamp too. Clocks of file systems advance
  /// in steps: of some milliseconds, or of a second or two where they tell whole seconds.
  package var isSettled: Bool {
    let step = nanoseconds == 0 ? 2.5 : 0.05
    return Double(seconds) + Double(nanoseconds) / 1e9 < Clock.now() - step
  }
}

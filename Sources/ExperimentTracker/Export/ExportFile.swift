import CPlatform
import ExperimentRuntime
import FileSystem
import Glibc
import TrackingEntities

/// A new file that text is written into, piece by piece.
final class ExportFile {
  /// So many bytes are gathered before they are written.
  private static let piece = 1 << 16

  private let name: String
  private let descriptor: Int32
  private var waiting: [UInt8] = []
  private var written: Int64 = 0

  init(_ name: String, in directory: Directory) throws(TrackingError) {
    self.name = name
    descriptor = try SystemCalls.open(directory.descriptor, name, O_WRONLY | O_CREAT | O_EXCL)
  }

  deinit { SystemCalls.close(descriptor) }

  func write(_ text: String) throws(TrackingError) {
    waiting += text.utf8
    if waiting.count >= Self.piece { try flush() }
  }

  func flush() throws(TrackingError) {
    var done = 0
    while done < waiting.count {
      var result: Result<Int, TrackingError> = .success(0)
      waiting.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        do throws(TrackingError) {
          result = .success(try SystemCalls.write(descriptor, rest, at: written, name))
        } catch {
          result = .failure(error)
        }
      }
      let count = try result.get()
      guard count > 0 else { throw TrackingError.storage("write", name, ENOSPC) }
      done += count
      written += Int64(count)
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

/// The place that an export is written to: it is built beside it, and is there whole or not at all.
struct ExportPlace {
  /// Says of a folder that it is an export, so that another may replace it.
  static let marker = "specweave-export.json"

  /// Absolute.
  let path: String
  private let parent: Directory
  private let name: String

  /// - Parameter path: Relative to the working directory, or absolute.
  init(_ path: String) throws(TrackingError) {
    var parts = path.pathParts
    guard let name = parts.popLast(), name != ".", name != ".." else {
      throw TrackingError(.invalidArgument, "'\(path)' is no name of a file or folder to make")
    }
    self.name = name
    let around = (path.isAbsolutePath ? "/" : "") + parts.joined(separator: "/")
    parent = try Directory.open(around.isEmpty ? "." : around)
    let home = SystemCalls.realPath("/proc/self/fd/\(parent.descriptor)")
    self.path = Directory.join(home ?? parent.path, name)
  }

  /// Writes a file, which takes the place of one that is there.
  func writeFile(
    _ fill: (ExportFile) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    if let present = SystemCalls.statusFollowingLinks(path), present.st_mode & S_IFMT != S_IFREG {
      throw TrackingError(
        .invalidArgument, "'\(path)' is no file and is not replaced; name another one")
    }
    let partial = Directory.temporaryName(for: name)
    do throws(TrackingError) {
      let file = try ExportFile(partial, in: parent)
      try fill(file)
      try file.flush()
      try SystemCalls.rename(parent.descriptor, partial, parent.descriptor, name)
    } catch {
      try? SystemCalls.remove(parent.descriptor, partial)
      throw error
    }
  }

  /// Writes a folder.
  ///
  /// - Parameter overwrite: Whether it takes the place of an earlier export.
  func writeFolder(
    overwrite: Bool, _ fill: (Directory) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    let replaces = try isThere(overwrite: overwrite)
    let partial = Directory.temporaryName(for: name)
    do throws(TrackingError) {
      try SystemCalls.makeDirectory(parent.descriptor, partial)
      try fill(try parent.folder(partial))
      try put(partial, replaces: replaces)
    } catch {
      parent.removeTree(partial)
      throw error
    }
  }

  /// Whether an earlier export is to be replaced; an empty folder simply is.
  private func isThere(overwrite: Bool) throws(TrackingError) -> Bool {
    guard let present = SystemCalls.statusFollowingLinks(path) else { return false }
    guard present.st_mode & S_IFMT == S_IFDIR, let folder = try? parent.folder(name) else {
      throw TrackingError(
        .invalidArgument, "'\(path)' is no folder and is not replaced; name another one")
    }
    let names = try folder.entries()
    if names.isEmpty { return false }
    guard overwrite else {
      throw TrackingError(
        .invalidArgument,
        "'\(path)' is there already; name another folder, or ask to replace an earlier export "
          + "(--force, overwrite)")
    }
    guard names.has(Self.marker) else {
      throw TrackingError(
        .invalidArgument,
        "'\(path)' is no export, because it has no \(Self.marker), and is not replaced; name "
          + "another folder or remove it")
    }
    return true
  }

  private func put(_ partial: String, replaces: Bool) throws(TrackingError) {
    guard replaces else {
      try SystemCalls.rename(parent.descriptor, partial, parent.descriptor, name)
      return
    }
    do throws(TrackingError) {
      try SystemCalls.exchange(parent.descriptor, partial, parent.descriptor, name)
      parent.removeTree(partial)
    } catch  where error.meansUnknownToFileSystem {
      let old = Directory.temporaryName(for: name)
      try SystemCalls.rename(parent.descriptor, name, parent.descriptor, old)
      try SystemCalls.rename(parent.descriptor, partial, parent.descriptor, name)
      parent.removeTree(old)
    }
  }
}

import CPlatform
package import ExperimentStore
import FileSystem
import Glibc
package import TrackingEntities

/// Where experiments go when `SPECWEAVE_MODE=disabled`: a folder of the process's own below the
/// system's temporary folder, gone when the process ends.
///
/// So every call does and returns what it always does, and nothing is left anywhere: for the tests
/// of users' own code. The folder is locked while its process lives, so that what a killed one left
/// is known and removed by the next.
package enum DisabledStore {
  private static let prefix = "specweave-disabled-"
  private static let unlocked = ".new"
  private static let lock = ForkSafeLock()
  nonisolated(unsafe) private static var path = ""
  nonisolated(unsafe) private static var held: Directory?
  nonisolated(unsafe) private static var owner: UInt64 = 0

  /// Whether the environment switches tracking off.
  package static func isWanted(_ environment: [String: String]) -> Bool {
    environment["SPECWEAVE_MODE"] == "disabled"
  }

  /// The increment of a name, made if need be: whatever is asked for is there.
  package static func increment(_ name: String?) throws(TrackingError) -> IncrementLocation {
    let root = try folder()
    let wanted = name?.pathParts.last.map { String($0.suffix(60)) }
    let id = wanted.map(FolderName.safe(for:)) ?? IncrementCreation.first
    _ = try Directory.open(root).makeFolder(".specweave/increments/\(id)/experiments")
    return IncrementLocation(
      id: id, key: String(id.prefix(4)), path: "\(root)/.specweave/increments/\(id)",
      root: ProjectRoot(path: root), lifecycle: nil, created: true, rule: .disabled)
  }

  private static func folder() throws(TrackingError) -> String {
    try lock.withLock { (_) throws(TrackingError) in
      if !path.isEmpty && owner == platform_generation() { return path }
      let base = try Directory.open(ProcessContext.variable("TMPDIR") ?? "/tmp")
      removeLeft(in: base)
      let name = prefix + UniqueID.make(digits: 16)
      let made = try base.makeFolder(name + unlocked)
      _ = SystemCalls.lockFolder(made.descriptor)
      // Under its own name only now that it is locked: others remove what is not.
      try SystemCalls.rename(base.descriptor, name + unlocked, base.descriptor, name)
      if path.isEmpty { atexit { DisabledStore.remove() } }
      path = Directory.join(base.path, name)
      held = made
      owner = platform_generation()
      return path
    }
  }

  /// Removes the folders of processes that were killed.
  private static func removeLeft(in base: Directory) {
    let names = try? base.names(atMost: 1000) {
      $0.name.hasPrefix(prefix) && !$0.name.hasSuffix(unlocked)
    }
    for name in names.flatMap({ $0 }) ?? [] {
      guard let left = try? base.folderIfPresent(name),
        SystemCalls.lockFolder(left.descriptor) == true
      else { continue }
      base.removeTree(name)
    }
  }

  /// Removes the folder, if this process and no fork of it made it.
  private static func remove() {
    guard owner == platform_generation(), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
      let parent = try? Directory.open(String(path[..<slash]))
    else { return }
    parent.removeTree(String(path[path.index(after: slash)...]))
  }
}

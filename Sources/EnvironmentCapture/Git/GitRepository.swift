internal import ExperimentStore
internal import FileSystem
import Glibc
package import TrackingEntities

/// The repository around a folder, read from its files without running git: costs microseconds and
/// executes nothing.
package struct GitRepository: Sendable {
  /// The top level of the work tree, or the repository itself if it is bare. For running git, never
  /// to be written down.
  package let top: String
  /// Whether there is no work tree.
  package let isBare: Bool
  private let own: Directory
  private let shared: Directory
  /// The folder that was asked for, relative to the top level; `.` for the top level itself.
  private let place: String

  /// Finds the repository that a folder belongs to, walking up.
  package static func find(from path: String) -> GitRepository? {
    guard let start = resolved(path) else { return nil }
    var parts = start.pathParts
    while true {
      let folder = "/" + parts.joined(separator: "/")
      if let repository = at(folder, start: start) { return repository }
      if parts.popLast() == nil { return nil }
    }
  }

  /// The repository of a program, or where it lies in none, of the folder in which it runs.
  ///
  /// - Parameter program: the file that is run; nil if there is none.
  package static func find(from path: String, program: String?) -> GitRepository? {
    let working = find(from: path)
    guard let program, let own = find(from: folder(of: program)) else { return working }
    guard let working else { return own }
    // What holds the program's repository as a submodule says more: its commit names both.
    return own.top == working.top || own.isSubmodule(of: working) ? working : own
  }

  /// The repository whose top level is exactly this folder.
  static func exactly(at top: String) -> GitRepository? {
    resolved(top).flatMap { at($0, start: $0) }
  }

  /// The folder that holds a file.
  static func folder(of file: String) -> String {
    let folder = file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[..<$0]) } ?? "."
    return folder.isEmpty ? "/" : folder
  }

  /// Whether git keeps this repository as a submodule of another.
  func isSubmodule(of other: GitRepository) -> Bool {
    guard let own = GitRepository.resolved(own.path),
      let modules = GitRepository.resolved(Directory.join(other.shared.path, "modules"))
    else { return false }
    return own.utf8.starts(with: (modules + "/").utf8)
  }

  /// Whether a file lies in the work tree of this repository or of a submodule.
  func holds(_ file: String?) -> Bool {
    guard let file, !isBare, let folder = GitRepository.resolved(GitRepository.folder(of: file))
    else { return false }
    return (folder + "/").utf8.starts(with: (top == "/" ? top : top + "/").utf8)
  }

  /// Where its objects lie; may lead over links.
  var objectsPath: String { Directory.join(shared.path, "objects") }

  /// Whether there can be submodules.
  var mayHaveSubmodules: Bool {
    shared.exists("modules") || (try? Directory.open(top).exists(".gitmodules")) == true
  }

  private static func at(_ top: String, start: String) -> GitRepository? {
    let place = start == top ? "." : start.without(beginning: Directory.join(top, "")) ?? "."
    let marker = Directory.join(top, ".git")
    if let own = try? Directory.open(marker), isRepository(own) {
      return GitRepository(top: top, isBare: false, own: own, shared: own, place: place)
    }
    guard let folder = try? Directory.open(top) else { return nil }
    if let target = pointer(folder, ".git", prefix: "gitdir:"),
      let own = try? Directory.open(target)
    {
      let common = pointer(own, "commondir", prefix: "")
      let shared = common.flatMap { try? Directory.open($0) } ?? own
      guard isRepository(shared) else { return nil }
      return GitRepository(top: top, isBare: false, own: own, shared: shared, place: place)
    }
    guard folder.exists("HEAD"), isRepository(folder) else { return nil }
    return GitRepository(top: top, isBare: true, own: folder, shared: folder, place: place)
  }

  private static func isRepository(_ folder: Directory) -> Bool {
    folder.exists("objects") && (folder.exists("refs") || folder.exists("reftable"))
  }

  /// The path that a small file of git points to, relative to the folder that holds it.
  private static func pointer(_ folder: Directory, _ file: String, prefix: String) -> String? {
    guard let bytes = try? folder.read(file, limit: 8192),
      let text = String(validating: bytes, as: UTF8.self), text.hasPrefix(prefix)
    else { return nil }
    var path = text.dropFirst(prefix.count).drop { $0 == " " }
    while path.last?.isNewline == true { path.removeLast() }
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    return path.utf8.first == UInt8(ascii: "/")
      ? String(path) : Directory.join(folder.path, String(path))
  }

  /// The absolute path without links.
  static func resolved(_ path: String) -> String? {
    guard !path.utf8.contains(0), let folder = try? Directory.open(path) else { return nil }
    return SystemCalls.readLink(AT_FDCWD, "/proc/self/fd/\(folder.descriptor)")
  }
}

extension GitRepository {
  /// The branch that is checked out; nil on a detached head.
  package var branch: String? { GitReferences(own: own, shared: shared).head().branch }

  /// What identifies the code: `repository`, `directory`, `commit`, `branch`, `detached`, `remote`,
  /// `shallow`. Only what is known is there; names and relative paths, no credentials.
  package func facts() -> Value {
    let head = GitReferences(own: own, shared: shared).head()
    var facts: [Value.Entry] = []
    func add(_ key: Key, _ value: String?) {
      if let value { facts.append(Value.Entry(key, .text(value))) }
    }
    add("commit", head.commit)
    add("branch", head.branch)
    if head.commit != nil, head.branch == nil {
      facts.append(Value.Entry("detached", true))
    }
    if head.commit == nil, !head.unreadable { add("problem", "no commits") }
    add("remote", remote())
    add("repository", top.pathParts.last)
    add("directory", place)
    if isBare { facts.append(Value.Entry("bare", true)) }
    if shared.exists("shallow") { facts.append(Value.Entry("shallow", true)) }
    return .map(facts)
  }

  /// Whether only git itself can tell the commit.
  var needsGit: Bool { GitReferences(own: own, shared: shared).head().unreadable }

  /// Whether `HEAD` names a commit; also true where only git can tell.
  var hasCommits: Bool {
    let head = GitReferences(own: own, shared: shared).head()
    return head.commit != nil || head.unreadable
  }

  /// Whether the repository's own settings can name programs that convert files.
  var mayDefineFilters: Bool {
    if own.exists("config.worktree") { return true }
    guard let bytes = try? shared.read("config", limit: 1 << 20) else { return true }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return text.contains("filter") || text.contains("include")
  }

  /// The address of `origin`, else of the first remote.
  private func remote() -> String? {
    guard let bytes = try? shared.read("config", limit: 1 << 20) else { return nil }
    let configuration = GitConfiguration(bytes)
    let names = ["origin"] + configuration.subsections(of: "remote")
    for name in names {
      if let address = configuration.value("remote", name, "url") {
        return GitRemote.shareable(address)
      }
    }
    return nil
  }
}

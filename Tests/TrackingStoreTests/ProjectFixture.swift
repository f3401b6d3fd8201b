import Glibc
import TrackingEntities
import TrackingStore

/// A folder tree below the system's temporary folder, removed at the end.
final class ProjectFixture {
  let path: String

  init() throws {
    var template = Array("\(ProjectFixture.temporary)/project.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TrackingError.storage("make", "project", errno) }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = SystemCalls.realPath(made) ?? made
  }

  deinit { ProjectFixture.remove(path) }

  static var temporary: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// Makes a folder with its parents.
  @discardableResult
  func folder(_ name: String) throws -> String {
    _ = try Directory.open(path).makeFolder(name)
    return path + "/" + name
  }

  /// Makes a file with its parents.
  func file(_ name: String, _ text: String = "") throws {
    let parts = name.split(separator: "/")
    if parts.count > 1 { try folder(parts.dropLast().joined(separator: "/")) }
    _ = try Directory.open(path).create(name, Array(text.utf8))
  }

  func link(_ name: String, to target: String) {
    symlink(target, path + "/" + name)
  }

  /// Makes an increment with SpecWeave's metadata.
  func increment(_ name: String, status: String? = nil) throws {
    try folder(".specweave/increments/\(name)")
    guard let status else { return }
    try file(".specweave/increments/\(name)/metadata.json", #"{"status": "\#(status)"}"#)
  }

  /// All paths in the tree, sorted.
  func tree() throws -> [String] { try ProjectFixture.tree(path, "") }

  private static func tree(_ path: String, _ prefix: String) throws -> [String] {
    var found: [String] = []
    for entry in try Directory.open(path).entries() {
      found.append(prefix + entry.name)
      if entry.kind == .folder {
        found += try tree(path + "/" + entry.name, prefix + entry.name + "/")
      }
    }
    return found.sorted()
  }

  private static func remove(_ path: String) {
    for entry in (try? Directory.open(path).entries()) ?? [] {
      let below = path + "/" + entry.name
      if entry.kind == .folder { remove(below) } else { unlink(below) }
    }
    rmdir(path)
  }

  func root() throws -> ProjectRoot? { try ProjectRoot.find(from: path, environment: [:]) }

  /// Resolves an increment as an experiment's start does, or as a reader.
  func resolve(
    _ argument: String? = nil, from folder: String? = nil, environment: [String: String] = [:],
    create: Bool = false
  ) throws -> IncrementLocation {
    let start = folder ?? path
    return try IncrementResolver.resolve(
      argument, environment: environment, workingDirectory: start,
      root: ProjectRoot.find(from: start, environment: environment), create: create)
  }
}

/// An increment with a folder of experiments, in a project that lives as long.
struct ExperimentsFixture {
  let project: ProjectFixture
  let experiments: ExperimentsFolder

  init() throws {
    project = try ProjectFixture()
    let increment = try project.resolve("0042-topic", create: true)
    guard let folder = try ExperimentsFolder.open(increment, create: true) else {
      throw TrackingError(.internalError, "no folder")
    }
    experiments = folder
  }
}

/// The error that some work throws, if any.
func refusal(_ work: () throws -> Void) -> TrackingError? {
  do {
    try work()
    return nil
  } catch {
    return error as? TrackingError
  }
}

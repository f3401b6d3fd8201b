import ExperimentStore
import Glibc
import TrackingEntities
import TrackingTestSupport

/// A temporary folder that becomes a project.
final class ProjectFixture {
  private let project: TemporaryFolder

  init() throws { project = try TemporaryFolder() }

  var path: String { project.path }

  /// Makes a folder with its parents.
  @discardableResult
  func folder(_ name: String) throws -> String { try project.make(name) }

  /// Makes a file with its parents.
  func file(_ name: String, _ text: String = "") throws { try project.write(name, text) }

  func link(_ name: String, to target: String) { project.link(name, to: target) }

  /// Makes an increment with SpecWeave's metadata.
  func increment(_ name: String, status: String? = nil) throws {
    try folder(".specweave/increments/\(name)")
    guard let status else { return }
    try file(".specweave/increments/\(name)/metadata.json", #"{"status": "\#(status)"}"#)
  }

  /// All paths in the tree, sorted.
  func tree() -> [String] { FileTree.paths(path) }

  func root() throws -> ProjectRoot? { try ProjectRoot.find(from: path, environment: [:]) }

  /// Resolves an increment as an experiment's start does, or as a reader.
  func resolve(
    _ argument: String? = nil, from folder: String? = nil, environment: [String: String] = [:],
    create: Bool = false, branch: String? = nil
  ) throws -> IncrementLocation {
    let start = folder ?? path
    return try IncrementResolver.resolve(
      argument, environment: environment, workingDirectory: start,
      root: ProjectRoot.find(from: start, environment: environment), create: create,
      branch: { branch })
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

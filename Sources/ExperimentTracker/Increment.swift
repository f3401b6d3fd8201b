import EnvironmentCapture
public import ExperimentRuntime
package import ExperimentStore
import FileSystem
public import TrackingEntities

/// An increment: the folder that groups experiments.
public final class Increment: Sendable {
  package let location: IncrementLocation
  private let start: String

  private init(_ location: IncrementLocation, from start: String) {
    self.location = location
    self.start = start
  }

  /// The folder's name, as `0042-recommendation-model`.
  public var name: String { location.id }
  /// The folder's absolute path.
  public var path: String { location.path }
  /// Why this increment was chosen, as "from the working directory".
  public var reason: String { location.rule.rawValue }

  /// Finds an increment and makes nothing.
  ///
  /// - Parameters:
  ///   - name: `42`, `0042`, `0042E`, the folder's name, a path, or `0042...`; nil looks at
  ///     `SPECWEAVE_INCREMENT_ID`, the directory, the git branch, and for the one in flight.
  ///   - directory: Where to look from, relative to the working directory; nil is that itself.
  /// - Throws: `incrementNotFound`, `ambiguousIncrement`.
  public static func find(
    _ name: String? = nil, from directory: String? = nil
  ) throws(TrackingError) -> Increment {
    try resolve(name, from: directory, create: false)
  }

  /// As `find`, and makes what is missing: a full `NNNN-slug` whose number is free, and
  /// `0001-experiments` in a project without any increment.
  public static func findOrCreate(
    _ name: String? = nil, from directory: String? = nil
  ) throws(TrackingError) -> Increment {
    try resolve(name, from: directory, create: true)
  }

  private static func resolve(
    _ name: String?, from directory: String?, create: Bool
  ) throws(TrackingError) -> Increment {
    let start = start(from: directory)
    let environment = ProcessContext.environment
    if DisabledStore.isWanted(environment) {
      return Increment(try DisabledStore.increment(name), from: start)
    }
    let root = try ProjectRoot.find(from: start, environment: environment)
    let location = try IncrementResolver.resolve(
      name, environment: environment, workingDirectory: start, root: root, create: create,
      branch: { GitRepository.find(from: start)?.branch })
    return Increment(location, from: start)
  }

  /// Where to look from: a relative folder is one of the working directory's.
  static func start(from directory: String?) -> String {
    RootPath.absolute(directory ?? ".", from: ProcessContext.workingDirectory)
  }

  /// Starts an experiment: its folder exists, and its start is stored, when this returns.
  ///
  /// - Parameters:
  ///   - name: The name, kept exactly; nil is `exp-NNN`.
  ///   - options: How it is started.
  public func start(
    _ name: String?, options: ExperimentOptions = ExperimentOptions()
  ) throws(TrackingError) -> Experiment {
    if let name { try ExperimentName.validate(name) }
    guard let experiments = try ExperimentsFolder.open(location, create: true) else {
      throw TrackingError(.storage, "'\(path)/experiments' cannot be created")
    }
    return try starter(experiments, options).start(name)
  }

  /// Starts an experiment inside another.
  package func start(
    _ name: String?, in parent: Experiment, options: ExperimentOptions
  ) throws(TrackingError) -> Experiment {
    guard let experiments = try experimentsFolder() else {
      throw TrackingError(
        .experimentNotFound, "'\(parent.path)' is not in '\(path)' any more; was it moved?")
    }
    return try starter(experiments, options).start(name, in: parent)
  }

  private func starter(
    _ experiments: ExperimentsFolder, _ options: ExperimentOptions
  ) -> ExperimentStart {
    ExperimentStart(
      in: experiments, options: options, workingDirectory: start,
      environment: ProcessContext.environment)
  }

  package func experimentsFolder() throws(TrackingError) -> ExperimentsFolder? {
    try ExperimentsFolder.open(location, create: false)
  }

  /// What is known of each experiment, by number; histories are left out.
  ///
  /// - Parameters:
  ///   - children: Whether experiments inside others are listed too.
  ///   - archived: Whether archived ones are listed too.
  package func snapshots(
    children: Bool = false, archived: Bool = false
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    guard let folder = try experimentsFolder() else { return [] }
    return try ExperimentCatalog(folder).snapshots(children: children, archived: archived)
  }
}

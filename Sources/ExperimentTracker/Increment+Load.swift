public import ExperimentTracking
public import TrackingEntities
import TrackingStore

extension Increment {
  /// Loads an experiment of this increment, to read it and to add to it.
  ///
  /// - Parameter query: A name (its newest re-run), a folder, a path, a number (`exp-003`,
  ///   `exp-003.12`), or an unambiguous beginning of a name.
  /// - Throws: `experimentNotFound` with the candidates.
  public func load(_ query: String) throws(TrackingError) -> Experiment {
    guard let experiments = try experimentsFolder() else {
      throw TrackingError(
        .experimentNotFound, "there is no experiment '\(query)': '\(name)' has none yet")
    }
    if let found = try find(query, in: experiments) { return found }
    throw ExperimentLookup.notFound(
      query, in: try ExperimentCatalog(experiments).lookupEntries())
  }

  /// Loads an experiment from anywhere in the project: the current increment first, then all others.
  public static func load(
    _ query: String, from directory: String? = nil
  ) throws(TrackingError) -> Experiment {
    var missing: TrackingError?
    do throws(TrackingError) {
      return try find(from: directory).load(query)
    } catch
      where [.experimentNotFound, .incrementNotFound, .ambiguousIncrement].contains(error.code)
    {
      if error.code == .experimentNotFound { missing = error }
    }
    var found: [Experiment] = []
    for increment in try all(from: directory) {
      if let experiments = try increment.experimentsFolder(),
        let experiment = try increment.find(query, in: experiments)
      {
        found.append(experiment)
      }
    }
    if found.count == 1, let only = found.first { return only }
    if found.count > 1 {
      throw TrackingError(
        .experimentNotFound, "'\(query)' is in \(found.count) increments; say which one:",
        candidates: found.map { "\($0.increment)/experiments/\($0.folder)" })
    }
    throw missing
      ?? TrackingError(.experimentNotFound, "there is no experiment '\(query)' in the project")
  }

  /// All increments of the project, those in lifecycle folders last.
  public static func all(from directory: String? = nil) throws(TrackingError) -> [Increment] {
    let start = directory ?? ProcessContext.workingDirectory
    let environment = ProcessContext.environment
    guard let root = try ProjectRoot.find(from: start, environment: environment) else { return [] }
    var increments: [Increment] = []
    for folder in try IncrementCatalog(root).increments {
      increments.append(try find(folder.path, from: start))
    }
    return increments
  }

  private func find(
    _ query: String, in experiments: ExperimentsFolder
  ) throws(TrackingError) -> Experiment? {
    if let folder = exactFolder(query, in: experiments) { return try load(folder, experiments) }
    let entries = try ExperimentCatalog(experiments).lookupEntries()
    guard let entry = try ExperimentLookup.find(query, in: entries) else { return nil }
    return try load(entry.folder, experiments)
  }

  /// A path that is the folder itself needs no look at the others.
  private func exactFolder(_ query: String, in experiments: ExperimentsFolder) -> String? {
    guard query.hasPrefix("/") else { return nil }
    let prefix = experiments.directory.path + "/"
    return query.hasPrefix(prefix) ? String(query.dropFirst(prefix.count)) : nil
  }

  private func load(
    _ folder: String, _ experiments: ExperimentsFolder
  ) throws(TrackingError) -> Experiment {
    let directory = try experiments.directory.folder(folder)
    guard let snapshot = try ExperimentReader(directory, folder: folder).read() else {
      throw TrackingError(.experimentNotFound, "'\(directory.path)' holds no experiment")
    }
    return Experiment(
      increment: name, folder: folder, path: directory.path, directory: directory,
      session: WriterSession(
        identity: snapshot.identity, directory: directory, folder: folder, standing: .loaded,
        nextSteps: snapshot.nextSteps))
  }
}

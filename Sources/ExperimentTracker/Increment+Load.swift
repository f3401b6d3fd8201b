public import ExperimentRuntime
import ExperimentStore
import FileSystem
import Glibc
public import TrackingEntities

extension Increment {
  /// Loads an experiment of this increment, to read it and to add to it.
  ///
  /// - Parameter query: A name (its newest re-run), a folder, a path, a number (`exp-003`,
  ///   `exp-003.12`), or an unambiguous beginning of a name.
  /// - Throws: `experimentNotFound` with the candidates.
  public func load(_ query: String) throws(TrackingError) -> Experiment {
    let search = Search()
    for reads in [false, true] {
      search.reads = reads
      for archived in [false, true] {
        if let found = try find(query, archived: archived, search) { return found }
      }
    }
    throw try notFound(query, search)
  }

  /// How an experiment is looked for.
  private final class Search {
    /// Whether all are read, for what they tell themselves: somebody may have given a folder
    /// another name. Else only those are read whose folders are called as it would be.
    var reads = false
    private var read: [String: [LookupEntry]] = [:]

    /// What the experiments of a folder tell; read once.
    func entries(_ experiments: ExperimentsFolder) throws(TrackingError) -> [LookupEntry] {
      let path = experiments.directory.path
      if let known = read[path] { return known }
      let entries = try ExperimentCatalog(experiments).lookupEntries()
      read[path] = entries
      return entries
    }
  }

  /// As `load`, but looks in the archive only.
  public func loadArchived(_ query: String) throws(TrackingError) -> Experiment {
    let search = Search()
    for reads in [false, true] {
      search.reads = reads
      if let found = try find(query, archived: true, search) { return found }
    }
    guard let experiments = try experimentsFolder() else { throw try notFound(query, search) }
    throw ExperimentLookup.notFound(
      query, in: try search.entries(experiments).filter(\.archived),
      at: "the archive of '\(name)'")
  }

  /// As the static `load`, but looks in the archives only.
  public static func loadArchived(
    _ query: String, first: Increment? = nil, from directory: String? = nil
  ) throws(TrackingError) -> Experiment {
    let own = try around(path: query)
    if let own { return try own.loadArchived(query) }
    var current = first
    if current == nil { current = try currentIfAny(from: directory) }
    let others = try all(from: first?.path ?? directory).filter { $0.path != current?.path }
    let search = Search()
    for reads in [false, true] {
      search.reads = reads
      if let found = try current?.find(query, archived: true, search) { return found }
      if let found = try find(query, in: others, archived: true, search) { return found }
    }
    if let current { return try current.loadArchived(query) }
    throw try notFound(query, "in an archive of the project", from: directory)
  }

  /// An experiment that is in no increment; without a project that is what is missing.
  private static func notFound(
    _ query: String, _ place: String, from directory: String?
  ) throws(TrackingError) -> TrackingError {
    let reason: String
    do throws(TrackingError) {
      try checkProject(from: directory)
      reason = "there is no experiment '\(query)' \(place)"
    } catch  where error.code == .incrementNotFound {
      reason = "there is no experiment '\(query)': \(error.message)"
    }
    return TrackingError(.experimentNotFound, reason)
  }

  /// Refuses to speak of a project where there is none.
  ///
  /// - Throws: `incrementNotFound`.
  package static func checkProject(from directory: String? = nil) throws(TrackingError) {
    let start = start(from: directory)
    let environment = ProcessContext.environment
    if DisabledStore.isWanted(environment) { return }
    let root = try ProjectRoot.find(from: start, environment: environment)
    if root == nil { throw IncrementResolver.noProject(start) }
  }

  private func notFound(_ query: String, _ search: Search) throws(TrackingError) -> TrackingError {
    guard let experiments = try experimentsFolder() else { return hasNone(query) }
    return ExperimentLookup.notFound(query, in: try search.entries(experiments))
  }

  /// What is said of a name where there are no experiments at all.
  func hasNone(_ query: String) -> TrackingError {
    TrackingError(
      .experimentNotFound, "there is no experiment '\(query)': '\(name)' has none yet")
  }

  /// Loads an experiment from anywhere in the project: one increment first, then all others, then
  /// what is archived. Several that fit are listed and never guessed.
  ///
  /// - Parameters:
  ///   - query: As for `load`.
  ///   - first: The increment to look in first; nil is the current one, if there is one.
  ///   - directory: Where to look for the project; nil is the working directory.
  public static func load(
    _ query: String, first: Increment? = nil, from directory: String? = nil
  ) throws(TrackingError) -> Experiment {
    let search = Search()
    if let own = try around(path: query) {
      for reads in [false, true] {
        search.reads = reads
        if let found = try own.find(query, archived: false, search) { return found }
      }
    }
    var current = first
    if current == nil { current = try currentIfAny(from: directory) }
    let others = try all(from: first?.path ?? directory).filter { $0.path != current?.path }
    for reads in [false, true] {
      search.reads = reads
      for archived in [false, true] {
        if let found = try current?.find(query, archived: archived, search) { return found }
        if let found = try find(query, in: others, archived: archived, search) { return found }
      }
    }
    if let current { throw try current.notFound(query, search) }
    throw try notFound(query, "in the project", from: directory)
  }

  private static func find(
    _ query: String, in increments: [Increment], archived: Bool, _ search: Search
  ) throws(TrackingError) -> Experiment? {
    var found: [Experiment] = []
    for increment in increments {
      if let experiment = try increment.find(query, archived: archived, search) {
        found.append(experiment)
      }
    }
    if found.count > 1 {
      throw TrackingError(
        .experimentNotFound, "'\(query)' is in \(found.count) increments; say which one:",
        candidates: found.map { "\($0.increment)/experiments/\($0.folder)" },
        isAmbiguous: true)
    }
    return found.first
  }

  /// The increment that an absolute path of an experiment lies in, wherever the process works; a
  /// worker of a pool may work in another project by now.
  static func around(path: String) throws(TrackingError) -> Increment? {
    let parts = path.pathParts
    guard path.isAbsolutePath, let store = parts.lastIndex(of: ".specweave"),
      let place = parts[store...].firstIndex(of: "experiments")
    else { return nil }
    let increment = "/" + parts[..<place].joined(separator: "/")
    do throws(TrackingError) {
      return try find(increment, from: increment)
    } catch  where error.code == .incrementNotFound {
      return nil
    }
  }

  /// The increment that a word of a command line names in full, `0042`, `0042-name` or its path;
  /// nil for what may mean an experiment, such as 42, and where there is no such increment.
  package static func found(byFullName text: String) -> Increment? {
    let parts = text.pathParts
    let isPath = parts.contains(".specweave") && !parts.contains("experiments")
    let isNumber = text.utf8.count >= 4 && IncrementName(text + "-") != nil
    guard isPath || isNumber || IncrementName(text) != nil else { return nil }
    return try? find(text)
  }

  private static func currentIfAny(from directory: String?) throws(TrackingError) -> Increment? {
    do throws(TrackingError) {
      return try find(from: directory)
    } catch  where [.incrementNotFound, .ambiguousIncrement].contains(error.code) {
      return nil
    }
  }

  /// All increments of the project, those in lifecycle folders last.
  public static func all(from directory: String? = nil) throws(TrackingError) -> [Increment] {
    let start = start(from: directory)
    let environment = ProcessContext.environment
    guard let root = try ProjectRoot.find(from: start, environment: environment) else { return [] }
    var increments: [Increment] = []
    for folder in try IncrementCatalog(root).increments {
      increments.append(try find(folder.path, from: start))
    }
    return increments
  }

  private func find(
    _ query: String, archived: Bool, _ search: Search
  ) throws(TrackingError) -> Experiment? {
    guard let experiments = try experimentsFolder() else { return nil }
    if let folder = exactFolder(query, in: experiments) {
      return archived && !ExperimentsFolder.isArchived(folder) ? nil : try load(folder, experiments)
    }
    let all = { () throws(TrackingError) in try search.entries(experiments) }
    let entry =
      try search.reads
      ? ExperimentLookup.find(query, in: all().filter { $0.archived == archived })
      : ExperimentCatalog(experiments).find(query, archived: archived, all)
    guard let entry else { return nil }
    return try load(entry.folder, experiments)
  }

  /// A path that is the folder itself needs no look at the others.
  private func exactFolder(_ query: String, in experiments: ExperimentsFolder) -> String? {
    guard query.isAbsolutePath else { return nil }
    return query.without(beginning: experiments.directory.path + "/")?
      .pathParts.joined(separator: "/")
  }

  private func load(
    _ folder: String, _ experiments: ExperimentsFolder
  ) throws(TrackingError) -> Experiment? {
    let directory: Directory
    do throws(TrackingError) {
      directory = try experiments.directory.folder(folder)
    } catch  where [ENOENT, ENOTDIR].contains(error.systemCode) {
      return nil
    }
    if let open = OpenExperiments.find(directory) { return open }
    guard let snapshot = try ExperimentReader(directory, folder: folder).read() else {
      throw TrackingError(.experimentNotFound, "'\(directory.path)' holds no experiment")
    }
    var session = WriterSession(
      identity: snapshot.identity, place: RestingDirectory(directory), folder: folder,
      role: .loaded)
    if let rested = OpenExperiments.takeRested(directory, as: .loaded),
      rested.fits(snapshot.status)
    {
      session = rested
    }
    session.nextSteps = snapshot.nextSteps
    session.tell(snapshot.damageNotice)
    session.remember(snapshot)
    return OpenExperiments.adopt(
      Experiment(
        increment: name, folder: folder, path: directory.path, session: session))
  }
}

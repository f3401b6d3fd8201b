import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

/// One of a project's increments.
public struct ProjectIncrement: Sendable, Equatable {
  /// The folder's name, as `0042-recommendation-model`.
  public let name: String
  /// The number and its letter without leading zeros, as `42` or `7E`.
  public let key: String
  /// The absolute path.
  public let path: String
}

/// The folder that holds a store, for files that belong beside the increments.
public enum Project {
  /// The project's folder, whose `.specweave/` is the store. Nothing is made.
  ///
  /// - Parameter directory: Where to look from. A path into a `.specweave/` says itself which
  ///   project it belongs to; any other, and the working directory (nil), is looked from as for an
  ///   increment. Where there is no project yet, it is where the first experiment would make one.
  /// - Throws: `incrementNotFound` where none may be made.
  public static func path(around directory: String? = nil) throws(TrackingError) -> String {
    let start = Increment.start(from: directory)
    let environment = ProcessContext.environment
    if DisabledStore.isWanted(environment) { return try DisabledStore.increment(nil).root.path }
    if directory != nil, let named = ProjectRoot.naming(start) { return named.path }
    if let found = try ProjectRoot.find(from: start, environment: environment) {
      return found.path
    }
    return try ProjectRoot.fallback(from: start, environment: environment).path
  }

  /// The increments of the project around a folder: those in progress, then the others, each by its
  /// number. Of several with one number it is the one that is found by it. Nothing is made.
  ///
  /// - Parameter directory: As for `path(around:)`.
  /// - Throws: As `path(around:)`; `storage` if the store cannot be read.
  public static func increments(
    around directory: String? = nil
  ) throws(TrackingError) -> [ProjectIncrement] {
    let catalog = try IncrementCatalog(ProjectRoot(path: try path(around: directory)))
    var seen = Set<String>()
    return catalog.increments.compactMap { increment in
      let key = "\(increment.name.number)\(increment.name.suffix)"
      guard seen.insert(key).inserted else { return nil }
      return ProjectIncrement(name: increment.name.folder, key: key, path: increment.path)
    }
  }

  /// The folder for a name: legal on Linux, macOS and Windows, and different for different names
  /// also where the file system ignores case.
  public static func folderName(for name: String) -> String { FolderName.safe(for: name) }
}

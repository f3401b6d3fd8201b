import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

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

  /// The folder for a name: legal on Linux, macOS and Windows, and different for different names
  /// also where the file system ignores case.
  public static func folderName(for name: String) -> String { FolderName.safe(for: name) }
}

import FileSystem
import TrackingEntities

/// Paths as a command shows them.
enum WorkingDirectory {
  /// A path below the working directory as one relative to it.
  static func shown(_ path: String) -> String {
    VisibleText.line(path.without(beginning: ProcessContext.workingDirectory + "/") ?? path)
  }
}

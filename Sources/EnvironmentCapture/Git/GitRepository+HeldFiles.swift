import ExperimentStore
import FileSystem
import TrackingEntities

extension GitRepository {
  /// A file that git has, or would add.
  package struct HeldFile: Sendable, Equatable {
    /// Relative to the folder that was asked for.
    package let path: String
    /// Whether git has it already.
    package let isTracked: Bool
  }

  /// The files below a folder that git tracks or that `git add` would add; nil if git cannot tell.
  ///
  /// - Parameters:
  ///   - folder: An absolute path in the work tree.
  ///   - seconds: How long git may take.
  package static func heldFiles(
    below folder: String, environment: [String: String], seconds: Double
  ) -> [HeldFile]? {
    guard let repository = find(from: folder), !repository.isBare,
      let own = resolved(folder),
      let place = own == repository.top
        ? "." : own.without(beginning: Directory.join(repository.top, ""))
    else { return nil }
    let git = GitProcess(
      top: repository.top, environment: environment, deadline: Clock.steady() + seconds)
    let prefix = place == "." ? "" : place + "/"
    var held: [HeldFile] = []
    for isTracked in [true, false] {
      let choice = isTracked ? ["--cached"] : ["--others", "--exclude-standard"]
      guard
        case .success(let output) = git.run(
          ["--literal-pathspecs", "ls-files", "-z"] + choice + ["--", place])
      else { return nil }
      held += GitSurvey.fields(output).compactMap { file in
        file.without(beginning: prefix).map { HeldFile(path: $0, isTracked: isTracked) }
      }
    }
    return held
  }
}

import CPlatform
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// A command that is a program of its own: `x` is `specweave-ml-x`.
struct ExternalProgram {
  /// The commands of the Python package, and what brings all that they need.
  static let ofPython = [
    "import": "specweave-ml", "pull": "specweave-ml[mlflow]", "push": "specweave-ml[mlflow]",
    "ui": "specweave-ml[ui]",
  ]

  private let path: String

  /// Finds the program in a folder, else on the search path.
  ///
  /// - Parameter folder: Where `specweave-ml` is; nil if it was said without one.
  init?(_ command: String, besides folder: String?, searchPath: String) {
    guard !command.isEmpty, !command.utf8.contains(UInt8(ascii: "/")) else { return nil }
    var folders = searchPath.utf8.split(separator: UInt8(ascii: ":"))
      .map { String(decoding: $0, as: UTF8.self) }.filter(\.isAbsolutePath)
    if let folder { folders.insert(folder, at: 0) }
    let paths = folders.map { Directory.join($0, "\(Console.programName)-\(command)") }
    guard let path = paths.first(where: Self.isProgram) else { return nil }
    self.path = path
  }

  private static func isProgram(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && platform_is_regular(facts.st_mode) != 0
      && access(path, X_OK) == 0
  }

  /// Finds another program by its name, on the search path alone.
  init?(named name: String, in searchPath: String) {
    let folders = searchPath.utf8.split(separator: UInt8(ascii: ":"))
      .map { String(decoding: $0, as: UTF8.self) }.filter(\.isAbsolutePath)
    let paths = folders.map { Directory.join($0, name) }
    guard let path = paths.first(where: Self.isProgram) else { return nil }
    self.path = path
  }

  /// Runs it to its end.
  ///
  /// - Parameter input: What it reads from its standard input; nil leaves it this process's.
  /// - Returns: Its exit code; nil if it could not be started.
  func run(_ arguments: [String], input: String? = nil) -> CommandExit? {
    var ending: Int32 = 0
    let words = ([path] + arguments).map { Array($0.utf8CString) }
    let pointers = words.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    let list = pointers.map { UnsafePointer<CChar>($0) } + [nil]
    let isDone: Bool
    if let input {
      isDone =
        Array(input.utf8).withUnsafeBytes { bytes in
          platform_run_program_reading(path, list, bytes.baseAddress, bytes.count, &ending)
        } == 0
    } else {
      isDone = platform_run_program(path, list, &ending) == 0
    }
    return isDone ? CommandExit(rawValue: ending) : nil
  }

  /// What is said of a command that is neither built in nor a program.
  static func missing(_ command: String, builtIn: [String]) -> TrackingError {
    let place =
      "there is no program '\(Console.programName)-\(command)' beside \(Console.programName) or "
      + "on the PATH"
    if let package = ofPython[command] {
      return TrackingError(
        .notFound,
        "the command '\(command)' needs the Python package: pip install '\(package)' brings it "
          + "(\(place))")
    }
    let close = LookupSuggestions.closest(to: command, in: builtIn, limit: 3)
    let advice = close.isEmpty ? "'\(Console.programName) --help' lists them" : "did you mean:"
    return TrackingError(
      .invalidArgument, "there is no command '\(command)'; \(advice)", candidates: close)
  }
}

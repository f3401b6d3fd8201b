internal import CPlatform
import Glibc
internal import TrackingStore

/// Runs another program for a bounded time and takes what it prints.
///
/// Needs no thread and no signal handler, leaves the host's other children alone, and works where
/// the host ignores SIGCHLD or collects every child itself: then the exit code is not known.
package enum Subprocess {
  /// Runs a program to its end or to a limit, whichever comes first.
  ///
  /// - Parameters:
  ///   - arguments: the program, a name to be found on the `PATH` of `environment` or an absolute
  ///     path, and its arguments.
  ///   - directory: where it runs.
  ///   - environment: all of its environment.
  ///   - timeout: seconds after which it and its children are killed.
  ///   - outputLimit: bytes of standard output after which they are killed.
  package static func run(
    _ arguments: [String], directory: String, environment: [String: String], timeout: Double,
    outputLimit: Int
  ) -> SubprocessResult {
    guard let name = arguments.first, let program = find(name, environment["PATH"] ?? "") else {
      return SubprocessResult(ending: .notFound)
    }
    let variables = environment.map { $0.key + "=" + $0.value }
    guard !(arguments + variables + [directory]).contains(where: { $0.utf8.contains(0) }) else {
      return SubprocessResult(ending: .notStarted("an argument contains a NUL byte"))
    }
    var child = platform_child()
    let started = withCStrings(arguments) { argumentList in
      withCStrings(variables) { variableList in
        platform_spawn(&child, program, argumentList, variableList, directory)
      }
    }
    guard started == 0 else {
      let words: UnsafeMutablePointer<CChar>? = strerror(platform_errno())
      return SubprocessResult(ending: .notStarted(words.map { String(cString: $0) } ?? "error"))
    }
    var run = RunningSubprocess(
      child, deadline: Clock.steady() + max(0, timeout), outputLimit: max(0, outputLimit))
    return run.finish()
  }

  /// The program's path. Relative entries of the search path are skipped: what lies in the working
  /// directory must not pass for a program of the system.
  static func find(_ name: String, _ searchPath: String) -> String? {
    if name.isAbsolutePath { return isProgram(name) ? name : nil }
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
    for part in searchPath.utf8.split(separator: UInt8(ascii: ":")) {
      let folder = String(Substring(part))
      guard folder.isAbsolutePath else { continue }
      let path = Directory.join(folder, name)
      if isProgram(path) { return path }
    }
    return nil
  }

  private static func isProgram(_ path: String) -> Bool {
    guard access(path, X_OK) == 0 else { return false }
    var information = stat()
    return stat(path, &information) == 0 && platform_is_regular(information.st_mode) != 0
  }

  /// Calls `body` with the texts as a NULL-terminated array of C strings.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    var pointers = copies.map { UnsafePointer($0) }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

/// What became of a program.
package struct SubprocessResult: Sendable, Equatable {
  /// Why it is over.
  package enum Ending: Sendable, Equatable {
    /// It ended by itself.
    case exited
    /// It was killed at the time limit.
    case timedOut
    /// It was killed because it printed more than was allowed.
    case tooMuchOutput
    /// There is no such program.
    case notFound
    /// The system could not start it.
    case notStarted(String)
  }

  package var ending: Ending
  /// Its exit code, 128 + signal if one killed it; nil if the host's handling of its children took
  /// the code away.
  package var exit: Int32?
  /// What it wrote to standard output, never more than the limit.
  package var output: [UInt8] = []
  /// The beginning of what it wrote to standard error.
  package var errors: [UInt8] = []
}

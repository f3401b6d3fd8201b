import CPlatform
import EnvironmentCapture
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// Why an experiment cannot be run again.
struct ReproductionObstacle: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The programs that a reproduction runs.
enum ReproductionStep {
  /// Seconds after which git or pip has not answered.
  static let patience = 3600.0
  private static let outputLimit = 4 << 20

  /// Runs a program to its end and takes what it prints.
  ///
  /// - Throws: The obstacle, with the last line that the program said.
  @discardableResult
  static func run(
    _ arguments: [String], in directory: String, toGet what: String
  ) throws(ReproductionObstacle) -> [UInt8] {
    // Variables of a git that started us speak of another repository.
    let environment = ProcessContext.environment.filter { !$0.key.isContinuation(of: "GIT_") }
    let result = Subprocess.run(
      arguments, directory: directory, environment: environment, timeout: patience,
      outputLimit: outputLimit)
    let program = arguments.first ?? ""
    switch result.ending {
    case .notFound: throw ReproductionObstacle("\(what): there is no program '\(program)'")
    case .notStarted(let reason):
      throw ReproductionObstacle("\(what): '\(program)' cannot be started: \(reason)")
    case .timedOut: throw ReproductionObstacle("\(what): '\(program)' has not ended in an hour")
    case .tooMuchOutput, .exited: break
    }
    if result.exit == 0 { return result.output }
    let said = String(decoding: result.errors, as: UTF8.self).split(separator: "\n").last ?? ""
    throw ReproductionObstacle("\(what): \(VisibleText.line(String(said), limit: 300))")
  }

  /// Runs a command to its end with our own standard error as its output.
  ///
  /// - Parameter variables: What is added to the environment.
  /// - Returns: Its exit code.
  static func runVisibly(
    _ arguments: [String], in directory: String, _ variables: [String: String]
  ) throws(ReproductionObstacle) -> Int32 {
    let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words =
      ["/bin/sh", "-c", "cd \"$0\" && exec env \"$@\" >&2", directory] + settings + arguments
    let pointers = words.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    let list = pointers.map { UnsafePointer<CChar>($0) } + [nil]
    var ending: Int32 = 0
    guard platform_run_program("/bin/sh", list, &ending) == 0 else {
      throw ReproductionObstacle("the command cannot be started: there is no /bin/sh")
    }
    return ending
  }
}

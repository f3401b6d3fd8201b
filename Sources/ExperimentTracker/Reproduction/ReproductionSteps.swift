import CPlatform
import EnvironmentCapture
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// Why an experiment cannot be run again.
struct ReproductionObstacle: Error {
  let reason: String
  /// Whether it is only that somebody has pressed Ctrl-C, or sent another signal.
  var isInterruption = false

  init(_ reason: String) { self.reason = reason }

  static var interruption: ReproductionObstacle {
    var obstacle = ReproductionObstacle("it was interrupted")
    obstacle.isInterruption = true
    return obstacle
  }
}

/// The programs that a reproduction runs, one after the other.
///
/// Signals that would end this process wait until `end`, so that what was begun is cleaned up: they
/// end the program that is running.
final class ReproductionSteps {
  /// Seconds after which git or pip has not answered.
  static let patience = 3600.0
  private static let outputLimit = 4 << 20

  private var signals = platform_signals()

  init() { platform_hold_signals(&signals) }

  /// Lets the signals do now what they do.
  func end() { platform_release_signals(&signals) }

  deinit { end() }

  /// Runs a program to its end and takes what it prints.
  ///
  /// - Parameter always: Whether it is run after an interruption too: it cleans up.
  /// - Throws: The obstacle, with the last line that the program said.
  @discardableResult
  func run(
    _ arguments: [String], in directory: String, toGet what: String, always: Bool = false
  ) throws(ReproductionObstacle) -> [UInt8] {
    // Variables of a git that started us speak of another repository.
    let environment = ProcessContext.environment.filter { !$0.key.isContinuation(of: "GIT_") }
    let result = Subprocess.run(
      arguments, directory: directory, environment: environment, timeout: Self.patience,
      outputLimit: Self.outputLimit, interruption: always ? -1 : signals.descriptor)
    let program = arguments.first ?? ""
    switch result.ending {
    case .notFound: throw ReproductionObstacle("\(what): there is no program '\(program)'")
    case .notStarted(let reason):
      throw ReproductionObstacle("\(what): '\(program)' cannot be started: \(reason)")
    case .timedOut: throw ReproductionObstacle("\(what): '\(program)' has not ended in an hour")
    case .interrupted: throw .interruption
    case .tooMuchOutput, .exited: break
    }
    if result.exit == 0 { return result.output }
    let said = String(decoding: result.errors, as: UTF8.self).split(separator: "\n").last ?? ""
    throw ReproductionObstacle("\(what): \(VisibleText.line(String(said), limit: 300))")
  }

  /// Runs a command to its end with our own standard error as its output. It reads nothing from the
  /// standard input.
  ///
  /// - Parameter variables: What is added to the environment.
  /// - Returns: Its exit code.
  func runVisibly(
    _ arguments: [String], in directory: String, _ variables: [String: String]
  ) throws(ReproductionObstacle) -> Int32 {
    let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words =
      ["/bin/sh", "-c", "cd \"$0\" && exec env \"$@\" >&2", directory] + settings + arguments
    let pointers = words.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    let list = pointers.map { UnsafePointer<CChar>($0) } + [nil]
    var ending: Int32 = 0
    guard platform_run_held("/bin/sh", list, &signals, &ending) == 0 else {
      throw ReproductionObstacle("the command cannot be started: there is no /bin/sh")
    }
    return ending
  }

  /// Whether a signal has come that waits.
  var isInterrupted: Bool { signals.caught != 0 }
}

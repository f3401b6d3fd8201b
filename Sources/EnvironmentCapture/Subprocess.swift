import CPlatform
import ExperimentStore
import FileSystem
import Glibc

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
  ///   - interruption: a descriptor that can be read when they are to be killed; -1 for none.
  package static func run(
    _ arguments: [String], directory: String, environment: [String: String], timeout: Double,
    outputLimit: Int, interruption: Int32 = -1
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
      child, deadline: Clock.steady() + max(0, timeout), outputLimit: max(0, outputLimit),
      interruption: interruption)
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
    /// It was killed because somebody wanted the end.
    case interrupted
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

/// A started program whose pipes are being read.
struct RunningSubprocess {
  private static let errorLimit = 4096
  /// How long a killed process may take to vanish; one that the kernel holds is left to the system.
  private static let killPatience = 0.1

  private var child: platform_child
  private let deadline: Double
  private let outputLimit: Int
  private let interruption: Int32
  private var result = SubprocessResult(ending: .exited)
  private var exitKnown = false

  init(
    _ child: platform_child, deadline: Double, outputLimit: Int, interruption: Int32 = -1
  ) {
    self.child = child
    self.deadline = deadline
    self.outputLimit = outputLimit
    self.interruption = interruption
  }

  /// Reads until the program is over and cleans up.
  ///
  /// The program's death ends the reading, not the end of the pipes: a process that the host forks
  /// meanwhile holds a copy of them.
  mutating func finish() -> SubprocessResult {
    var ended = child.gone != 0
    while !ended {
      let rest = deadline - Clock.steady()
      guard rest > 0 else { return stop(.timedOut) }
      ended = wait(rest)
      if !ended, isInterrupted { return stop(.interrupted) }
      guard read() else { return stop(.tooMuchOutput) }
    }
    guard read() else { return stop(.tooMuchOutput) }
    _ = collect()
    close()
    return result
  }

  /// Waits for output or the end; true at the end.
  private mutating func wait(_ seconds: Double) -> Bool {
    // Without a descriptor for the end the kernel has to be asked now and then.
    let slice = child.exit < 0 ? min(seconds, 0.01) : seconds
    let milliseconds = Int32(exactly: min(slice * 1000, 1e6).rounded(.up)) ?? 1
    var events = [child.exit, child.output, child.errors, interruption].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    _ = events.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, nfds_t($0.count), milliseconds)
    }
    if child.exit >= 0 { return events[0].revents != 0 }
    return collect()
  }

  private var isInterrupted: Bool {
    var event = pollfd(fd: interruption, events: Int16(POLLIN), revents: 0)
    return interruption >= 0 && poll(&event, 1, 0) > 0
  }

  /// Takes what the pipes hold; false if that is more than allowed.
  private mutating func read() -> Bool {
    RunningSubprocess.drain(&child.errors, into: &result.errors, upTo: RunningSubprocess.errorLimit)
    RunningSubprocess.drain(&child.output, into: &result.output, upTo: outputLimit &+ 1)
    guard result.output.count > outputLimit else { return true }
    result.output.removeLast(result.output.count - outputLimit)
    return false
  }

  /// Reads what the pipe holds and keeps the first bytes; a pipe at its end is closed. Reads no
  /// more often than needed for a full pipe, so that a flood cannot hold us here beyond the
  /// deadline.
  private static func drain(_ pipe: inout Int32, into kept: inout [UInt8], upTo limit: Int) {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      for _ in 0..<16 where pipe >= 0 {
        let count = Glibc.read(pipe, buffer.baseAddress, buffer.count)
        if count > 0 {
          kept.append(contentsOf: buffer[..<min(count, max(0, limit - kept.count))])
        } else if count == 0 {
          SystemCalls.close(pipe)
          pipe = -1
        } else if platform_errno() != EINTR {
          return
        }
      }
    }
  }

  /// Kills the program with all of its process group.
  private mutating func stop(_ ending: SubprocessResult.Ending) -> SubprocessResult {
    // The group's number is ours as long as one process of it lives or waits to be collected.
    if !exitKnown { kill(-child.pid, SIGKILL) }
    let patience = Clock.steady() + RunningSubprocess.killPatience
    while !collect(), Clock.steady() < patience {
      var event = pollfd(fd: child.exit, events: Int16(POLLIN), revents: 0)
      _ = poll(&event, 1, child.exit < 0 ? 1 : 100)
    }
    close()
    result.ending = ending
    return result
  }

  /// Collects the program; true if it is over.
  private mutating func collect() -> Bool {
    if exitKnown { return true }
    var status: Int32 = 0
    let answer = platform_reap(child.pid, &status)
    guard answer != 0 else { return false }
    exitKnown = true
    result.exit = answer > 0 ? status : nil
    return true
  }

  private mutating func close() {
    for descriptor in [child.output, child.errors, child.exit] where descriptor >= 0 {
      SystemCalls.close(descriptor)
    }
  }
}

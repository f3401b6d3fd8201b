import CPlatform
import ExperimentAnalysis
import FileSystem
import Glibc
import TrackingEntities

/// Runs a command of the user for every alert, through the shell, and never waits for it.
///
/// What it is about stands in variables of the environment and nowhere else, so that no name can
/// become part of the command.
final class AlertProgram {
  private static let shell = "/bin/sh"
  private static let mostAtOnce = 4
  /// A command that runs longer is killed.
  private static let longest = 60.0
  /// How long the end waits for those that run.
  private static let patience = 10.0
  private static let keptOutput = 2000

  private let command: String
  private var waiting: [WatchEvent] = []
  private var running: [Run] = []

  private struct Run {
    var child: platform_child
    let event: WatchEvent
    let deadline: Double
    var output: [UInt8] = []
    var isLate = false
  }

  init(_ command: String) { self.command = command }

  deinit { stopAll() }

  /// Becomes readable when one of them has said something or ended.
  var descriptors: [Int32] {
    running.flatMap { [$0.child.output, $0.child.errors, $0.child.exit] }.filter { $0 >= 0 }
  }

  /// Whether any runs or waits for its turn.
  var isBusy: Bool { !running.isEmpty || !waiting.isEmpty }

  /// Runs the command for an alert when its turn comes.
  func start(for event: WatchEvent) { waiting.append(event) }

  /// Goes on with whatever can be done without waiting.
  ///
  /// - Returns: What the commands have said, and which of them have failed.
  func goOn() -> [String] {
    var messages: [String] = []
    var left: [Run] = []
    for var run in running {
      read(&run)
      if !run.isLate, Clock.steady() >= run.deadline {
        run.isLate = true
        kill(-run.child.pid, SIGKILL)
      }
      var status: Int32 = 0
      let answer = run.child.gone != 0 ? -1 : platform_reap(run.child.pid, &status)
      if answer == 0 {
        left.append(run)
        continue
      }
      read(&run)
      close(run)
      messages += said(by: run, exit: answer > 0 ? status : nil)
    }
    running = left
    while running.count < Self.mostAtOnce, !waiting.isEmpty {
      let event = waiting.removeFirst()
      if let problem = run(for: event) { messages.append(problem) }
    }
    return messages
  }

  /// Waits for those that run, but not for ever, and leaves none behind.
  ///
  /// - Parameter isEnough: Asked again and again whether to stop waiting.
  func finish(_ isEnough: (_ milliseconds: Int32) -> Bool) -> [String] {
    var messages = goOn()
    let end = Clock.steady() + Self.patience
    while isBusy, Clock.steady() < end, !isEnough(50) { messages += goOn() }
    messages += waiting.map { "the command for an alert was not run any more: \($0.message)" }
    waiting = []
    messages += running.map {
      "the command for an alert was stopped: it had not ended: \($0.event.message)"
    }
    stopAll()
    return messages
  }

  private func run(for event: WatchEvent) -> String? {
    var environment = ProcessContext.environment
    for (name, value) in event.variables {
      // No variable can hold a NUL.
      environment[name] = String(decoding: value.utf8.prefix { $0 != 0 }, as: UTF8.self)
    }
    let variables = environment.map { $0.key + "=" + $0.value }
    var child = platform_child()
    let started = CStrings.with([Self.shell, "-c", command]) { arguments in
      CStrings.with(variables) { variables in
        platform_spawn(&child, Self.shell, arguments, variables, ProcessContext.workingDirectory)
      }
    }
    guard started == 0 else {
      let words: UnsafeMutablePointer<CChar>? = strerror(platform_errno())
      let reason = words.map { String(cString: $0) } ?? "error"
      return "the command for an alert cannot be started: \(reason)"
    }
    running.append(Run(child: child, event: event, deadline: Clock.steady() + Self.longest))
    return nil
  }

  private func said(by run: Run, exit: Int32?) -> [String] {
    var messages: [String] = []
    let text = VisibleText.block(String(decoding: run.output, as: UTF8.self))
    messages += text.split(separator: "\n").map(String.init)
    if run.isLate {
      messages.append(
        "the command for an alert ran longer than \(Int(Self.longest)) seconds and was killed: "
          + run.event.message)
    } else if let exit, exit != 0 {
      messages.append(
        "the command for an alert failed with exit code \(exit): \(run.event.message)")
    }
    return messages
  }

  private func read(_ run: inout Run) {
    for descriptor in [run.child.output, run.child.errors] where descriptor >= 0 {
      withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 16) { buffer in
        // No more often than for a full pipe: a flood does not hold us here.
        for _ in 0..<8 {
          let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
          if count <= 0 { break }
          let room = Self.keptOutput - run.output.count
          if room > 0 { run.output.append(contentsOf: buffer[..<min(count, room)]) }
        }
      }
    }
  }

  private func close(_ run: Run) {
    for descriptor in [run.child.output, run.child.errors, run.child.exit] where descriptor >= 0 {
      SystemCalls.close(descriptor)
    }
  }

  private func stopAll() {
    for run in running {
      kill(-run.child.pid, SIGKILL)
      var status: Int32 = 0
      let end = Clock.steady() + 1
      while platform_reap(run.child.pid, &status) == 0, Clock.steady() < end {
        var event = pollfd(fd: run.child.exit, events: Int16(POLLIN), revents: 0)
        _ = poll(&event, 1, run.child.exit < 0 ? 1 : 100)
      }
      close(run)
    }
    running = []
  }
}

/// Texts as C takes them.
private enum CStrings {
  /// Calls `body` with the texts as a NULL-terminated array of C strings.
  static func with<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    var pointers = copies.map { UnsafePointer($0) }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

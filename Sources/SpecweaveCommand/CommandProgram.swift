import ArgumentParser
import FileSystem
import TrackingEntities

/// The program `specweave-ml`: one command line in, its exit code out.
package enum CommandProgram {
  /// Runs a command line whose first argument is the program's path.
  package static func run(_ arguments: [String]) -> Int32 {
    let console = Console.standard()
    return console.finish(run(arguments, on: console)).rawValue
  }

  package static func run(_ arguments: [String], on console: Console) -> CommandExit {
    let words = Array(arguments.dropFirst())
    let builtIn = RootCommand.commandNames
    if let command = words.first, !command.isContinuation(of: "-"), !builtIn.contains(command) {
      return runOther(command, words, besides: folder(of: arguments[0]), on: console, builtIn)
    }
    do {
      var command = try RootCommand.parseAsRoot(words)
      if var tracker = command as? any TrackerCommand {
        try tracker.run(on: console)
      } else {
        try command.run()
      }
      return console.answer
    } catch let error as TrackingError {
      console.tell(error)
      return CommandExit(error)
    } catch {
      return answer(error, on: console)
    }
  }

  /// The folder in a program's path; nil for a name without one.
  private static func folder(of program: String) -> String? {
    guard let slash = program.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == program.utf8.startIndex ? "/" : String(program[..<slash])
  }

  private static func runOther(
    _ command: String, _ words: [String], besides folder: String?, on console: Console,
    _ builtIn: [String]
  ) -> CommandExit {
    let program = ExternalProgram(
      command, besides: folder, searchPath: ProcessContext.variable("PATH") ?? "")
    guard let program else {
      let error = ExternalProgram.missing(command, builtIn: builtIn)
      console.tell(error)
      return error.code == .notFound ? .failure : .usage
    }
    if let code = program.run(Array(words.dropFirst())) { return code }
    console.tell(
      TrackingError(.storage, "'\(Console.programName)-\(command)' cannot be started"))
    return .failure
  }

  /// Help is data; what is wrong with a command line is a message.
  private static func answer(_ error: any Error, on console: Console) -> CommandExit {
    let width = console.terminal.width
    if RootCommand.exitCode(for: error).isSuccess {
      console.write(RootCommand.fullMessage(for: error, columns: width))
      return .success
    }
    let message = RootCommand.fullMessage(for: error, columns: width)
    let start = "Error: "
    let text = message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message
    console.tell("\(Console.programName): \(text)")
    return .usage
  }
}

import CPlatform
import TrackingEntities

/// What a command says: data for standard output, messages for standard error.
package final class Console {
  package static let programName = "specweave-ml"

  package let output: OutputStream
  package let messages: OutputStream
  /// What standard output is.
  package let terminal: Terminal
  /// How a command ends that did its work.
  private(set) var answer = CommandExit.success

  package init(output: OutputStream, messages: OutputStream, terminal: Terminal) {
    self.output = output
    self.messages = messages
    self.terminal = terminal
  }

  /// The process's own.
  static func standard() -> Console {
    // What the host has printed by stdio comes first.
    platform_flush_output()
    return Console(
      output: OutputStream(standard: 1), messages: OutputStream(standard: 2),
      terminal: .standard())
  }

  /// Writes data; a line end is added if there is none.
  func write(_ text: String) {
    output.write(text)
    if text.utf8.last != UInt8(ascii: "\n") { output.write("\n") }
  }

  /// Lets the program end with exit code 1, without a message.
  func answerUnfavourably() { end(.failure) }

  /// Lets the program end with an exit code, without a message.
  func end(_ code: CommandExit) { answer = code }

  /// Tells the reader something that is not the data.
  func tell(_ message: String) { messages.write(VisibleText.block(message, limit: .max) + "\n") }

  /// Tells what went wrong, with the choices there are.
  func tell(_ error: TrackingError) {
    messages.write("\(Self.programName): \(error.description)\n")
  }

  /// Ends the output.
  ///
  /// - Returns: The exit code; the given one unless the data could not be written.
  func finish(_ code: CommandExit) -> CommandExit {
    output.flush()
    var code = code
    if let problem = output.problem {
      messages.write("\(Self.programName): the output cannot be written: \(problem)\n")
      code = .failure
    }
    messages.flush()
    return code
  }
}

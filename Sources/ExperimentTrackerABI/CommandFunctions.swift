internal import CExperimentTracker
import ExperimentTracker
import SpecweaveCommand

@c @implementation
public func et_command_run(
  _ count: CInt, _ arguments: UnsafePointer<UnsafePointer<CChar>?>?
) -> CInt {
  inside(otherwise: CommandExit.failure.rawValue) {
    var words: [String] = []
    for place in 0..<max(0, Int(count)) {
      guard let bytes = CText.bytes(arguments?[place]) else { return CommandExit.usage.rawValue }
      words.append(String(escapingInvalid: bytes))
    }
    return CommandProgram.run(words)
  }
}

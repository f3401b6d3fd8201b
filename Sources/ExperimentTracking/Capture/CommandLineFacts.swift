internal import TrackingEntities
internal import TrackingStore
import Glibc

/// The command that started the process, without credentials.
package enum CommandLineFacts {
  /// More than this is not a command that a person reads.
  private static let limit = 1 << 18

  /// The process's own arguments; nil where the system does not tell.
  package static func current() -> [String]? {
    guard let bytes = HostFactsFile.read("/proc/self/cmdline", limit: limit), !bytes.isEmpty else {
      return nil
    }
    let ended = bytes.last == 0 ? bytes.dropLast() : bytes[...]
    return ended.split(separator: 0, omittingEmptySubsequences: false).map {
      String(escapingInvalid: Array($0))
    }
  }

  /// The arguments with every credential replaced: also where a flag and its value are two arguments.
  package static func redact(_ arguments: [String]) -> (arguments: [String], redactions: Int) {
    var clean: [String] = []
    var redactions = 0
    var expecting: Expectation = .nothing
    for argument in arguments {
      let (text, count) = redact(argument, expecting)
      clean.append(text)
      redactions += count
      expecting = expectation(after: argument)
    }
    return (clean, redactions)
  }

  /// What the next argument is, going by a flag.
  private enum Expectation { case nothing, value(name: ArraySlice<UInt8>), account }

  private static func redact(_ argument: String, _ expected: Expectation) -> (String, Int) {
    switch expected {
    case .value(let name)
    where !argument.hasPrefix("-") && SecretScan.isSecret(Array(argument.utf8), of: name):
      return (SecretScan.mark, 1)
    case .account:
      // `-u name:password`, not `-u 1000:1000` and not `-u host:8080`.
      guard let colon = argument.firstIndex(of: ":"), !argument.contains("/") else { break }
      let password = argument[argument.index(after: colon)...]
      guard !password.isEmpty, !password.allSatisfy(\.isNumber), password != SecretScan.mark else {
        break
      }
      return (argument[...colon] + SecretScan.mark, 1)
    default: break
    }
    let (text, count) = SecretScan.redact(argument)
    return (text, count)
  }

  private static func expectation(after argument: String) -> Expectation {
    guard argument.hasPrefix("-"), !argument.contains("=") else { return .nothing }
    if argument == "-u" || argument == "--user" || argument == "--proxy-user" { return .account }
    return .value(name: Array(argument.utf8.drop { $0 == UInt8.dash })[...])
  }
}

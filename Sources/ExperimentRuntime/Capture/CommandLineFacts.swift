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
    var secrets = SecretArguments(takingNames: true)
    for argument in arguments {
      let bytes = Array(argument.utf8)
      if let secret = secrets.next(bytes[...]) {
        clean.append(
          String(decoding: bytes[..<secret.lowerBound], as: UTF8.self) + SecretScan.mark
            + String(decoding: bytes[secret.upperBound...], as: UTF8.self))
        redactions += 1
      } else {
        let (text, count) = SecretScan.redact(argument)
        clean.append(text)
        redactions += count
      }
    }
    return (clean, redactions)
  }
}

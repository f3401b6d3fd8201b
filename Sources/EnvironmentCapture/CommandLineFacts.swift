import Glibc
internal import TrackingEntities

/// The command that started the process.
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
}

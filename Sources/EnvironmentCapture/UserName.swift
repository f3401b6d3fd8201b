import FileSystem
import Glibc

/// The name of the user who runs the process, without the address of a mailbox.
package enum UserName {
  /// The name that `/etc/passwd` has for the user, else what `LOGNAME` or `USER` says, else
  /// `uid 1000`. Services that know users are not asked: they may be away.
  package static func current() -> String {
    name(
      of: geteuid(), in: HostFactsFile.text("/etc/passwd", limit: 1 << 18) ?? "",
      environment: ProcessContext.environment)
  }

  static func name(of user: UInt32, in accounts: String, environment: [String: String]) -> String {
    var candidates: [String] = []
    for line in accounts.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      if fields.count == 4, UInt32(fields[2]) == user {
        candidates.append(String(fields[0]))
        break
      }
    }
    candidates += ["LOGNAME", "USER"].compactMap { environment[$0] }
    // Directories call users by their address.
    let names = candidates.map { $0.prefix { $0 != "@" } }
    return names.first { !$0.isEmpty }.map { String($0.prefix(100)) } ?? "uid \(user)"
  }
}

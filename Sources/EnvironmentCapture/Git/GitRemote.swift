internal import FileSystem
import SecretScanner

/// The address of a repository as it may be written down: no credentials, no path of this machine.
package enum GitRemote {
  package static func shareable(_ address: String) -> String {
    if let scheme = address.firstRange(of: "://") {
      if address[..<scheme.lowerBound] == "file" { return lastComponent(of: address) }
      let rest = address[scheme.upperBound...]
      let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      var named = host
      if let at = host.lastIndex(of: "@") {
        named = host[host.index(after: at)...]
        let user = host[..<at]
        if user == "git" || user == "hg" { named = host }
      }
      let location = rest[host.endIndex...].prefix { $0 != "?" && $0 != "#" }
      return SecretScan.redact(String(address[..<scheme.upperBound] + named + location)).text
    }
    // `git@host:team/project.git` has its colon before any slash; everything else is a path.
    let beforeSlash = address.prefix { $0 != "/" }
    guard beforeSlash.contains(":"), !beforeSlash.contains("::") else {
      return address.contains("::") ? SecretScan.redact(address).text : lastComponent(of: address)
    }
    guard let at = beforeSlash.lastIndex(of: "@"), address[..<at].contains(":") else {
      return SecretScan.redact(address).text
    }
    return SecretScan.redact(String(address[address.index(after: at)...])).text
  }

  private static func lastComponent(of path: String) -> String {
    path.lastPathPart
  }
}

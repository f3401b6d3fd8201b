import Glibc

/// Where the process is and what its environment says, read again each time: both may change.
package enum ProcessContext {
  package static var workingDirectory: String {
    if let text = getcwd(nil, 0) {
      defer { free(text) }
      if let path = String(validatingCString: text), path.isAbsolutePath { return path }
    }
    // Somebody has removed it; the folders around it may still be there.
    let link = SystemCalls.readLink(AT_FDCWD, "/proc/self/cwd")
    return link?.without(ending: " (deleted)") ?? "/"
  }

  package static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let text = next.pointee {
      if let entry = String(validatingCString: text),
        let equals = entry.utf8.firstIndex(of: UInt8(ascii: "="))
      {
        variables[String(entry[..<equals])] = String(entry[entry.utf8.index(after: equals)...])
      }
      next += 1
    }
    return variables
  }

  /// One variable of the environment.
  package static func variable(_ name: String) -> String? {
    getenv(name).flatMap { String(validatingCString: $0) }
  }
}

import Glibc

/// Where the process is and what its environment says, read anew each time: both may change.
package enum ProcessContext {
  package static var workingDirectory: String {
    guard let text = getcwd(nil, 0) else { return "/" }
    defer { free(text) }
    return String(validatingCString: text) ?? "/"
  }

  package static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let text = next.pointee {
      if let entry = String(validatingCString: text), let equals = entry.firstIndex(of: "=") {
        variables[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
      }
      next += 1
    }
    return variables
  }
}

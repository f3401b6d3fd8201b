import Glibc

/// Another program, run to its end.
package enum Program {
  package struct Result {
    /// The exit code, or minus the signal that ended it.
    package let code: Int
    package let output: String
  }

  /// Runs a program found on the path, with both of its outputs in one text.
  package static func run(_ arguments: [String], environment: [String] = []) -> Result {
    var template = Array("/tmp/output.XXXXXX".utf8CString)
    let file = mkstemp(&template)
    defer {
      close(file)
      unlink(template)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, file, 1)
    posix_spawn_file_actions_adddup2(&actions, file, 2)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let path = getenv("PATH").map { "PATH=" + String(cString: $0) } ?? "PATH=/usr/bin:/bin"
    var words = arguments.map { strdup($0) } + [nil]
    var variables = ([path] + environment).map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var child = pid_t()
    guard posix_spawnp(&child, arguments[0], &actions, nil, &words, &variables) == 0 else {
      return Result(code: -1, output: "cannot start \(arguments[0])")
    }
    var status: CInt = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    let signal = Int(status & 0x7F)
    return Result(
      code: signal == 0 ? Int(status >> 8 & 0xFF) : -signal,
      output: FileTree.text("/proc/self/fd/\(file)") ?? "")
  }
}

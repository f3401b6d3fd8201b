import Glibc

/// The sanitizer that the tests were built with, as the Makefile says, for the programs that they
/// compile themselves.
package enum Sanitizer {
  private static let name = getenv("SANITIZER").map { String(cString: $0) }

  /// The C compiler with its options: a sanitized library needs a program with the same run-time.
  package static var compiler: [String] {
    guard let name else { return ["cc"] }
    let command = ["clang", "-fsanitize=\(name)"]
    if name != "thread" { return command }
    // Swift's run-time of the thread sanitizer looks after dispatch queues too, and needs their
    // library.
    let resources = Program.run(["clang", "-print-resource-dir"]).output
    let libraries =
      resources.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/swift/linux"
    return command + [
      "-L\(libraries)", "-Wl,-rpath,\(libraries)", "-ldispatch", "-lBlocksRuntime",
    ]
  }

  /// What the run-time has to know in such a program, which may fork beside other threads.
  package static var environment: [String] {
    switch name {
    case "thread": ["TSAN_OPTIONS=die_after_fork=0"]
    case "address": ["ASAN_OPTIONS=detect_leaks=0"]
    default: []
    }
  }
}

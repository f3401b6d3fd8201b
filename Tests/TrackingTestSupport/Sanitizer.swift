import Glibc

/// The sanitizer that the tests were built with, as the Makefile says, for the programs that they
/// compile themselves.
package enum Sanitizer {
  private static let name = getenv("SANITIZER").map { String(cString: $0) }

  /// The C compiler with its options: a sanitized library needs a program with the same run-time.
  package static var compiler: [String] {
    name.map { ["clang", "-fsanitize=\($0)"] } ?? ["cc"]
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

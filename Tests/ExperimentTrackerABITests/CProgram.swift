import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

/// Programs in C, compiled against the header and the library that was built with the tests.
enum CProgram {
  static func reading(_ fixture: Fixture, _ name: String) -> String? {
    var experiment: OpaquePointer?
    guard et_experiment_open(fixture.increment, name, &experiment) == ET_OK else { return nil }
    defer { et_experiment_free(experiment) }
    return text { et_experiment_read(experiment, $0) }
  }

  /// Runs statements in a program; `before` stands before its `main`.
  static func run(_ fixture: Fixture, _ statements: String, before: String = "") throws {
    let result = start(try compile(fixture, body(statements, before: before)), fixture)
    #expect(result.code == 0, "\(result.code) \(result.output)")
  }

  /// Runs a compiled program with the project's path.
  static func start(_ program: String, _ fixture: Fixture) -> Program.Result {
    Program.run([program, fixture.sandbox.path], environment: Sanitizer.environment)
  }

  /// A program that runs statements on a new experiment `e` called "forked" and completes it.
  static func body(_ statements: String, before: String = "") -> String {
    """
    static et_experiment *e;
    static int stop;
    static int64_t logged;
    static void *work(void *n) {
      char key[16]; snprintf(key, sizeof key, "thread%ld", (long)n);
      while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        et_experiment_log_metric(e, key, 1, ET_AUTO_STEP);
        __atomic_fetch_add(&logged, 1, __ATOMIC_RELAXED);
        usleep(100);
      }
      return NULL;
    }
    \(before)
    int main(int argc, char **argv) {
      (void)argc; (void)work;
      // The thread that started this program may have blocked them all.
      sigset_t unblocked;
      sigemptyset(&unblocked);
      sigprocmask(SIG_SETMASK, &unblocked, NULL);
      et_increment *i = NULL;
      if (et_increment_open("42", argv[1], &i)) return 1;
      if (et_experiment_start(i, "forked", "{\\"capture\\": false}", &e)) return 1;
      \(statements)
      if (et_experiment_finish(e, NULL, NULL)) return 7;
      et_experiment_free(e);
      et_increment_free(i);
      return 0;
    }
    """
  }

  /// Compiles a program against the header and the library that was built with the tests.
  static func compile(_ fixture: Fixture, _ code: String) throws -> String {
    let package = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let built = try #require(realpath("/proc/self/exe", nil).map { String(cString: $0) })
    let folders =
      [built, CommandLine.arguments.first ?? ""].map {
        "/" + $0.split(separator: "/").dropLast().joined(separator: "/")
      } + [package + "/.build/debug"]
    let folder = try #require(
      folders.first { access($0 + "/libexperimenttracker.so", F_OK) == 0 })
    let headers = [
      "pthread.h", "signal.h", "stdio.h", "stdlib.h", "string.h", "sys/resource.h",
      "sys/wait.h", "unistd.h",
      "experimenttracker.h",
    ]
    let source = headers.map { "#include <\($0)>\n" }.joined() + code + "\n"
    try fixture.sandbox.write("program.c", source)
    let program = fixture.sandbox.path + "/program"
    symlink(
      folder + "/libexperimenttracker.so",
      fixture.sandbox.path + "/libexperimenttracker.so.\(ET_ABI_VERSION)")
    let result = Program.run(
      Sanitizer.compiler + [
        "-std=gnu11", "-o", program, fixture.sandbox.path + "/program.c", "-I",
        package + "/include",
        "-L", folder, "-lexperimenttracker", "-Wl,-rpath," + fixture.sandbox.path, "-pthread",
      ])
    try #require(result.code == 0, "\(result.output)")
    return program
  }
}

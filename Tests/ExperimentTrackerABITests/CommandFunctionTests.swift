import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

@Suite struct CommandFunctionTests {
  /// Runs statements in a program in C; what it prints is the command's output.
  private func run(_ statements: String) throws -> Program.Result {
    let fixture = try Fixture()
    let program = try CProgram.compile(
      fixture,
      """
      int main(int argc, char **argv) {
        if (chdir(argv[argc - 1])) return 99;
        \(statements)
      }
      """)
    return CProgram.start(program, fixture)
  }

  @Test func `a command line runs and the program goes on`() throws {
    let result = try run(
      """
      const char *words[] = {"specweave-ml", "list", "42", "--fields", "name", "--format", "csv"};
      printf("before\\n");
      int code = et_command_run(7, words);
      printf("after %d\\n", code);
      return 0;
      """)
    #expect(result.code == 0)
    #expect(result.output == "before\nname\r\nx\r\nafter 0\n")
  }

  @Test func `a command line without its texts is a wrong one`() throws {
    let result = try run(
      """
      const char *hole[] = {"specweave-ml", NULL, "list"};
      const char *none[] = {NULL};
      printf("%d %d %d %d %d\\n", et_command_run(2, NULL), et_command_run(3, hole),
             et_command_run(1, none), et_command_run(0, NULL), et_command_run(-1, hole));
      return 0;
      """)
    #expect(result.code == 0)
    #expect(result.output.hasSuffix("\n2 2 2 0 0\n"))
  }

  @Test func `the exit code says what was wrong`() throws {
    let result = try run(
      """
      const char *unknown[] = {"specweave-ml", "show", "nothing", "--increment", "42"};
      const char *wrong[] = {"specweave-ml", "list", "--nonsense"};
      const char *odd[] = {"specweave-ml", "list", "\\xff\\xfe"};
      const char *version[] = {"specweave-ml", "--version"};
      printf("%d %d %d %d\\n", et_command_run(5, unknown), et_command_run(3, wrong),
             et_command_run(3, odd), et_command_run(2, version));
      return 0;
      """)
    #expect(result.code == 0)
    #expect(result.output.hasSuffix("\n3 2 3 0\n"))
  }

  @Test func `no signal handler, no mask and no pending signal is left behind`() throws {
    let result = try run(
      """
      struct sigaction before[32], after[32];
      sigset_t mask, pending;
      int ends[2];
      for (int s = 1; s < 32; s++) sigaction(s, NULL, &before[s]);
      const char *words[] = {"specweave-ml", "list", "42"};
      const char *other[] = {"specweave-ml", "other"};
      const char path[] = "/bin:/usr/bin";
      FILE *script = fopen("specweave-ml-other", "w");
      fputs("#!/bin/sh\\nexit 7\\n", script);
      fclose(script);
      if (system("chmod +x specweave-ml-other")) return 5;
      char cwd[4096], search[8192];
      snprintf(search, sizeof search, "%s:%s", getcwd(cwd, sizeof cwd), path);
      setenv("PATH", search, 1);
      if (et_command_run(2, other) != 7) return 6;
      /* Nobody reads what the next one writes. */
      if (pipe(ends)) return 7;
      close(ends[0]);
      int own = dup(1);
      dup2(ends[1], 1);
      int code = et_command_run(3, words);
      dup2(own, 1);
      if (code) return 8;
      for (int s = 1; s < 32; s++) {
        sigaction(s, NULL, &after[s]);
        if (before[s].sa_handler != after[s].sa_handler) return 9;
      }
      sigprocmask(SIG_SETMASK, NULL, &mask);
      sigpending(&pending);
      if (sigismember(&mask, SIGPIPE) || sigismember(&pending, SIGPIPE)) return 10;
      printf("alive\\n");
      return 0;
      """)
    #expect(result.code == 0)
    #expect(result.output == "alive\n")
  }
}

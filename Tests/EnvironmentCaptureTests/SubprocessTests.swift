import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct SubprocessTests {
  func shell(
    _ script: String, timeout: Double = 10, limit: Int = 1 << 20, directory: String = "/"
  ) -> SubprocessResult {
    Subprocess.run(
      ["/bin/sh", "-c", script], directory: directory, environment: plainEnvironment(),
      timeout: timeout, outputLimit: limit)
  }

  @Test func `gives output, errors and exit code`() throws {
    let result = shell("echo out; echo err >&2; exit 3")
    #expect(
      result
        == SubprocessResult(
          ending: .exited, exit: 3, output: Array("out\n".utf8), errors: Array("err\n".utf8)))
  }

  @Test func `reads more than a pipe holds, from both pipes`() throws {
    let result = shell("head -c 900000 /dev/zero; head -c 900000 /dev/zero >&2")
    #expect(result.ending == .exited)
    #expect(result.output.count == 900_000)
    #expect(result.errors.count == 4096)
  }

  @Test func `ends a program and its children at the time limit`() throws {
    let folder = try TemporaryFolder()
    let start = Clock.steady()
    let result = shell(
      "(sleep 1000; touch late) & echo $! > child; sleep 1000", timeout: 0.3,
      directory: folder.path)
    #expect(result.ending == .timedOut)
    #expect(Clock.steady() - start < 500)
    // The child is gone or waits to be collected by init, once the kernel got round to it.
    let gone = shell(
      """
      read pid < child
      while test -e /proc/$pid && ! grep -q '^State:.Z' /proc/$pid/status; do sleep 0.05; done
      """, timeout: 100, directory: folder.path)
    #expect(gone.ending == .exited)
  }

  @Test func `stops a program that prints too much`() throws {
    let result = shell("yes", limit: 100_000)
    #expect(result.ending == .tooMuchOutput)
    #expect(result.output.count == 100_000)
  }

  @Test func `allows exactly the limit`() throws {
    #expect(shell("printf 12345", limit: 5).ending == .exited)
    #expect(shell("printf 123456", limit: 5).ending == .tooMuchOutput)
  }

  @Test func `does not wait for a child that outlives the program with its pipes`() throws {
    let start = Clock.steady()
    let result = shell("sleep 200 & echo done", timeout: 150)
    #expect(result.ending == .exited)
    #expect(result.output == Array("done\n".utf8))
    #expect(Clock.steady() - start < 100)
  }

  @Test func `ends a program that floods standard error at the time limit`() throws {
    #expect(shell("yes >&2", timeout: 0.3).ending == .timedOut)
  }

  @Test func `gives nothing on standard input, and no descriptor but the three`() throws {
    let result = shell("cat; ls /proc/$$/fd | tr '\\n' ' '")
    #expect(result.output == Array("0 1 2 ".utf8))
  }

  @Test func `runs in the folder, in a group of its own, with only the given environment`() throws {
    let folder = try TemporaryFolder()
    let result = shell(
      "pwd; ps -o pgid= -p $$ | tr -d ' ' | grep -qx $$ && echo own; env | cut -d= -f1 | sort | tr '\\n' ' '",
      directory: folder.path)
    #expect(
      String(decoding: result.output, as: UTF8.self) == "\(folder.path)\nown\nHOME OLDPWD PATH PWD "
        || String(decoding: result.output, as: UTF8.self) == "\(folder.path)\nown\nHOME PATH PWD ")
  }

  @Test func `says why a program cannot be started`() throws {
    func ending(_ arguments: [String], path: String = "/usr/bin", directory: String = "/")
      -> SubprocessResult.Ending
    {
      Subprocess.run(
        arguments, directory: directory, environment: ["PATH": path], timeout: 1, outputLimit: 10
      ).ending
    }
    #expect(ending(["no-such-program"]) == .notFound)
    #expect(ending([]) == .notFound)
    #expect(ending(["/bin/sh", "a\0b"]) == .notStarted("an argument contains a NUL byte"))
    #expect(
      ending(["/bin/sh"], directory: "/nonexistent") == .notStarted("No such file or directory"))
    #expect(ending(["/"]) == .notFound)
  }

  @Test func `does not take a program from the working folder`() throws {
    let folder = try TemporaryFolder()
    try folder.write("git", "#!/bin/sh\ntouch canary\n", executable: true)
    for path in [".", "", ":", "./", "bin:."] {
      let result = Subprocess.run(
        ["git"], directory: folder.path, environment: ["PATH": path], timeout: 1, outputLimit: 10)
      #expect(result.ending == .notFound)
    }
    #expect(!folder.exists("canary"))
  }

  @Test func `says which signal ended the program`() throws {
    #expect(shell("kill -9 $$").exit == 137)
  }

  @Test func `leaves no process and no descriptor behind`() throws {
    func descriptors() -> Int { (try? Directory.open("/proc/self/fd").entries().count) ?? -1 }
    let before = descriptors()
    for _ in 0..<20 { _ = shell("true") }
    // Other tests run beside this one, so only a leak of every run shows.
    #expect(descriptors() < before + 15)
  }

  @Test func `works where the host ignores its children`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGCHLD, SIG_IGN)
      let environment = ["PATH": "/usr/bin:/bin"]
      for _ in 0..<20 {
        let result = Subprocess.run(
          ["/bin/sh", "-c", "echo a; exit 1"], directory: "/", environment: environment,
          timeout: 10,
          outputLimit: 10)
        guard result.ending == .exited, result.exit == nil, result.output == [0x61, 0x0A] else {
          exit(1)
        }
      }
      let late = Subprocess.run(
        ["/bin/sleep", "60"], directory: "/", environment: environment, timeout: 0.2,
        outputLimit: 10)
      exit(late.ending == .timedOut ? 0 : 2)
    }
  }

  @Test func `leaves the host's own children alone`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      // A child of the host that has ended and waits to be collected by it.
      var child: pid_t = 0
      var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/false"), nil]
      guard posix_spawn(&child, "/bin/false", nil, nil, &arguments, nil) == 0 else { exit(1) }
      usleep(100_000)
      _ = Subprocess.run(
        ["/bin/true"], directory: "/", environment: [:], timeout: 10, outputLimit: 10)
      var status: Int32 = 0
      exit(waitpid(child, &status, 0) == child && status == 256 ? 0 : 2)
    }
  }
}

import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

/// A real repository in a temporary folder.
struct GitFixture {
  let folder: TemporaryFolder
  /// The repository, within the folder, so that files can lie beside it.
  let path: String

  /// Makes a repository with one commit of `train.py`.
  init(commits: Bool = true, bare: Bool = false) throws {
    folder = try TemporaryFolder()
    path = try folder.make("project")
    git("init", "-q", "-b", "main", bare ? "--bare" : ".")
    if commits, !bare {
      try write("train.py", "print(1)\n")
      commit()
    }
  }

  /// Runs git as a user would; its output without the last line break.
  @discardableResult
  func git(_ arguments: String..., at directory: String? = nil) -> String {
    var environment = plainEnvironment(home: folder.path)
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    let identity = [
      "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always",
    ]
    let result = Subprocess.run(
      ["git"] + identity + arguments, directory: directory ?? path, environment: environment,
      timeout: 60, outputLimit: 1 << 24)
    return String(String(decoding: result.output, as: UTF8.self).dropLast())
  }

  func commit() {
    git("add", "-A")
    git("commit", "-q", "-m", "x")
  }

  func write(_ name: String, _ text: String, executable: Bool = false) throws {
    try folder.write("project/" + name, text, executable: executable)
  }

  /// Gives a file another time than the one that git remembers.
  func touch(_ name: String) { run("touch", "-d", "2001-01-01", name) }

  /// When a file was last changed, to the nanosecond.
  func modified(_ name: String) -> String { run("stat", "-c", "%y", name) }

  @discardableResult
  private func run(_ arguments: String...) -> String {
    let result = Subprocess.run(
      arguments, directory: path, environment: plainEnvironment(), timeout: 60, outputLimit: 1000)
    return String(decoding: result.output, as: UTF8.self)
  }

  func make(_ name: String) throws { try folder.make("project/" + name) }

  /// What is read without running git.
  func facts(at directory: String? = nil) -> Value {
    GitRepository.find(from: directory ?? path)?.facts() ?? .null
  }

  /// What git tells.
  func slow(
    at directory: String? = nil, environment: [String: String]? = nil, timeout: Double = 30,
    patchLimit: Int = 1 << 20
  ) -> (git: Value, patch: [UInt8]?) {
    Capture.slowGit(
      workingDirectory: directory ?? path,
      environment: environment ?? plainEnvironment(home: folder.path), timeout: timeout,
      patchLimit: patchLimit)
  }
}

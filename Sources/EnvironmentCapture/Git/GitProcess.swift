internal import ExperimentStore
internal import FileSystem

/// Runs git in a repository that may be hostile, against one deadline for all runs together.
///
/// Nothing that the repository configures is executed: no hook, no file system monitor, no external
/// diff, no conversion of text, no transport, and no filter that is switched off. Nothing is
/// written, not even the index.
struct GitProcess {
  private static let outputLimit = 16 << 20

  private let top: String
  private let environment: [String: String]
  private let deadline: Double

  /// - Parameter filters: names of filters that the repository itself defines, to be switched off.
  init(top: String, environment: [String: String], deadline: Double, filters: [String] = []) {
    self.top = top
    self.deadline = deadline
    self.environment = GitProcess.environment(from: environment, filters: filters)
  }

  /// The output of a git command, or why there is none.
  func run(
    _ arguments: [String], outputLimit: Int = outputLimit, mayFail: Bool = false
  ) -> Result<[UInt8], GitProblem> {
    let result = Subprocess.run(
      GitProcess.command + arguments, directory: top, environment: environment,
      timeout: deadline - Clock.steady(), outputLimit: outputLimit)
    switch result.ending {
    case .timedOut: return .failure(.timedOut)
    case .interrupted: return .failure(.notStarted("it was interrupted"))
    case .tooMuchOutput: return .failure(.tooMuchOutput(limit: outputLimit))
    case .notFound: return .failure(.notFound)
    case .notStarted(let reason): return .failure(.notStarted(reason))
    case .exited: break
    }
    // Where the host took the exit code away, silence on standard error counts as success.
    let succeeded = result.exit.map { $0 == 0 } ?? result.errors.isEmpty
    if succeeded || mayFail { return .success(result.output) }
    return .failure(GitProblem(exit: result.exit, errors: result.errors))
  }

  /// The work tree is given, so that a configured one elsewhere is not read.
  private static let command = [
    "git", "--no-pager", "--no-optional-locks", "--work-tree=.",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=",
    "-c", "core.quotePath=true", "-c", "submodule.recurse=false", "-c", "color.ui=false",
    "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false",
  ]

  /// What git and the programs of its own installation need, and where the user's settings are;
  /// every other `GIT_…` of the host is left out, as it may speak of another repository.
  private static let passed = [
    "PATH", "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR", "LD_LIBRARY_PATH",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_PARAMETERS",
  ]

  /// The settings that the user gives in the environment.
  private static func given(_ host: [String: String]) -> [(String, String)] {
    let count = host["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
    return (0..<max(0, min(count, 1000))).compactMap { index in
      guard let key = host["GIT_CONFIG_KEY_\(index)"] else { return nil }
      return (key, host["GIT_CONFIG_VALUE_\(index)"] ?? "")
    }
  }

  private static func environment(
    from host: [String: String], filters: [String]
  ) -> [String: String] {
    var variables = [
      "LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
      "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_ASKPASS": "/bin/false",
      "GIT_PAGER": "cat",
    ]
    for name in passed { variables[name] = host[name] }
    let settings =
      given(host)
      + filters.flatMap { name in
        [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")]
          .map { ("filter.\(name).\($0.0)", $0.1) }
      }
    if settings.isEmpty { return variables }
    variables["GIT_CONFIG_COUNT"] = String(settings.count)
    for (index, setting) in settings.enumerated() {
      variables["GIT_CONFIG_KEY_\(index)"] = setting.0
      variables["GIT_CONFIG_VALUE_\(index)"] = setting.1
    }
    return variables
  }
}

/// Why git gave no result.
enum GitProblem: Error, Equatable {
  case notFound
  case timedOut
  case notARepository
  case dubiousOwnership
  case noCommits
  case bare
  case tooMuchOutput(limit: Int)
  case notStarted(String)
  case failed(exit: Int32?)

  /// Recognises what git says in the C locale.
  init(exit: Int32?, errors: [UInt8]) {
    let message = String(decoding: errors, as: UTF8.self)
    if message.contains("dubious ownership") || message.contains("unsafe repository") {
      self = .dubiousOwnership
    } else if message.contains("not a git repository") {
      self = .notARepository
    } else if message.contains("bad revision 'HEAD'") || message.contains("argument 'HEAD'") {
      self = .noCommits
    } else {
      self = .failed(exit: exit)
    }
  }

  /// One phrase for the metadata; without paths of this machine.
  var text: String {
    switch self {
    case .notFound: "git: not found"
    case .timedOut: "timed out"
    case .notARepository: "not a repository"
    case .dubiousOwnership: "dubious ownership"
    case .noCommits: "no commits"
    case .bare: "bare repository"
    case .tooMuchOutput(let limit): "more than \(limit) bytes"
    case .notStarted(let reason): "git: not started: \(reason)"
    case .failed(let exit): exit.map { "git: failed with code \($0)" } ?? "git: failed"
    }
  }
}

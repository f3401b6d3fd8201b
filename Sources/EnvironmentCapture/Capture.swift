internal import FileSystem
import SecretScanner
package import TrackingEntities

/// What is recorded about where an experiment's code came from and where it runs.
package enum Capture {
  /// The facts that cost microseconds, as the sections `git`, `command` and `environment`.
  ///
  /// - Parameters:
  ///   - program: the file that is run; its repository counts before the working directory's.
  ///   - arguments: the command line; nil to ask the system for this process's own.
  ///   - environment: the process's environment, of which only an allow-list is stored.
  package static func quick(
    workingDirectory: String, program: String? = nil, arguments: [String]?,
    environment: [String: String]
  ) -> [Value.Entry] {
    let git = repositories(workingDirectory, program)
    var sections = [Value.Entry("git", git)]
    if let arguments = arguments ?? CommandLineFacts.current() {
      let (clean, redactions) = SecretScan.redact(arguments: arguments)
      var command = [Value.Entry("arguments", .list(clean.map { .text($0) }))]
      if redactions > 0 {
        command.append(Value.Entry("redactions", .integer(Int64(redactions))))
      }
      sections.append(Value.Entry("command", .map(command)))
    }
    sections.append(Value.Entry("environment", HostFacts.facts(environment: environment)))
    return sections
  }

  /// The facts of the program's repository, and of the working directory's if that is another.
  private static func repositories(_ workingDirectory: String, _ program: String?) -> Value {
    guard let repository = GitRepository.find(from: workingDirectory, program: program) else {
      return .map([Value.Entry("problem", .text(GitProblem.notARepository.text))])
    }
    let facts = repository.facts()
    guard program != nil, let other = GitRepository.find(from: workingDirectory),
      other.top != repository.top
    else { return facts }
    return .map(facts.entries + [Value.Entry("working_directory", other.facts())])
  }

  /// The facts for which git has to run: `dirty`, `changed`, `untracked`, `patch`, and `problem`
  /// where something could not be had. Returns within the time limit, and never fails.
  ///
  /// - Parameters:
  ///   - program: the file that is run. Only where it lies in the repository, the filters that the
  ///     repository configures are run, as git does: whoever runs its programs trusts it.
  ///   - excluding: names of folders, at any depth, whose contents do not count.
  ///   - timeout: seconds for all of it.
  ///   - patchLimit: bytes; of a longer patch the largest files are left out.
  /// - Returns: facts to add to the section `git`, and the patch of the tracked files without
  ///   credentials; nil if nothing is changed or it was left out.
  package static func slowGit(
    workingDirectory: String, program: String? = nil, excluding: [String] = [".specweave"],
    environment: [String: String], timeout: Double = 1.5, patchLimit: Int = 1 << 20
  ) -> (git: Value, patch: [UInt8]?) {
    guard let repository = GitRepository.find(from: workingDirectory, program: program) else {
      let problem = Value.text(GitProblem.notARepository.text)
      return (.map([Value.Entry("problem", problem)]), nil)
    }
    var changes = GitChanges(
      GitSurvey(
        environment: environment, excluding: excluding, deadline: Clock.steady() + timeout,
        runsFilters: repository.holds(program)), patchLimit: patchLimit)
    changes.gather(repository)
    return (.map(changes.facts), changes.patch)
  }
}

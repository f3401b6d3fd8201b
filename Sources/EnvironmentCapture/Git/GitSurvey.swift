internal import ExperimentStore
internal import TrackingEntities

/// Asks git what differs from the commit in a repository.
struct GitSurvey {
  /// More files than this are not looked up one by one.
  private static let mostNames = 1000

  let environment: [String: String]
  /// Names of folders, at any depth, that do not count.
  let excluding: [String]
  let deadline: Double
  /// Whether the filters that the repository configures may be run.
  let runsFilters: Bool

  /// Git for one repository, and the filters of it that are switched off.
  struct Git {
    let process: GitProcess
    let withoutFilters: [String]
  }

  /// A tracked file that differs.
  struct Change: Equatable {
    /// `M`, `A`, `D`, ...
    let letter: Character
    let name: String
    /// Only in the work tree, and not in the index.
    let isUnstaged: Bool
  }

  struct Status {
    var changed: [Change] = []
    /// Files whose content git compares after a filter that is not run here.
    var notCompared: [Change] = []
  }

  /// Git with the filters of the repository switched off, unless they may be run; those that the
  /// user installed stay, since without them files kept by Git LFS would all seem changed.
  func git(in repository: GitRepository) throws(GitProblem) -> Git {
    let plain = GitProcess(top: repository.top, environment: environment, deadline: deadline)
    guard !runsFilters, repository.mayDefineFilters else {
      return Git(process: plain, withoutFilters: [])
    }
    let listing = try plain.run(
      ["config", "--null", "--show-scope", "--name-only", "--get-regexp", "^filter\\."],
      mayFail: true
    ).get()
    let parts = GitSurvey.fields(listing)
    var filters: [String] = []
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      guard parts[index] == "local" || parts[index] == "worktree" else { continue }
      let name = parts[index + 1].dropFirst("filter.".count)
      guard let dot = name.lastIndex(of: ".") else { continue }
      if !filters.contains(String(name[..<dot])) { filters.append(String(name[..<dot])) }
    }
    let process = GitProcess(
      top: repository.top, environment: environment, deadline: deadline, filters: filters)
    return Git(process: process, withoutFilters: filters)
  }

  /// What changed in tracked files.
  ///
  /// `git status` keeps its promise not to write the index; `git diff` would refresh it.
  func status(
    of repository: GitRepository, _ git: Git, paths: [String]
  ) throws(GitProblem) -> Status {
    // What a submodule holds is asked there, where its own settings can be switched off.
    let output = try git.process.run(
      [
        "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames",
        "--ignore-submodules=dirty",
      ] + paths
    ).get()
    var status = Status(changed: GitSurvey.fields(output).map(GitSurvey.change))
    let unstaged = status.changed.filter { $0.isUnstaged && $0.letter == "M" }
    if git.withoutFilters.isEmpty || unstaged.isEmpty { return status }
    let filtered = try filtered(unstaged, git)
    status.notCompared = status.changed.filter { $0.isUnstaged && filtered.contains($0.name) }
    status.changed.removeAll { $0.isUnstaged && filtered.contains($0.name) }
    return status
  }

  /// The files that a filter belongs to which is switched off.
  private func filtered(_ changes: [Change], _ git: Git) throws(GitProblem) -> Set<String> {
    var filtered: Set<String> = []
    var rest = changes[...]
    while !rest.isEmpty {
      let output = try git.process.run(
        ["check-attr", "-z", "filter", "--"] + rest.prefix(GitSurvey.mostNames).map(\.name)
      ).get()
      let parts = GitSurvey.fields(output)
      for index in stride(from: 0, to: parts.count - 2, by: 3)
      where git.withoutFilters.contains(parts[index + 2]) {
        filtered.insert(parts[index])
      }
      rest = rest.dropFirst(GitSurvey.mostNames)
    }
    return filtered
  }

  /// `M name` from `MM name`, ` M name`: the letters are of the index and of the work tree.
  private static func change(_ field: String) -> Change {
    let letters = field.prefix(2)
    return Change(
      letter: letters.first { $0 != " " } ?? "M", name: String(field.dropFirst(3)),
      isUnstaged: letters.first == " ")
  }

  /// The pathspecs of everything that counts.
  var paths: [String] {
    ["--", "."]
      + excluding.flatMap { name in
        [":(top,exclude,glob)**/\(name)", ":(top,exclude,glob)**/\(name)/**"]
      }
  }

  /// The fields of output that git separates with NUL bytes.
  static func fields(_ output: [UInt8]) -> [String] {
    output.split(separator: 0).map { String(escapingInvalid: Array($0)) }
  }
}

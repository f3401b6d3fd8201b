internal import TrackingEntities
internal import TrackingStore

/// What differs from the commit, as git tells: slow facts, each with a limit.
struct GitWorkTree {
  /// How many names are listed; all are counted.
  private static let listed = 100

  let repository: GitRepository
  let environment: [String: String]
  /// Names of folders, at any depth, that do not count.
  let excluding: [String]
  let deadline: Double
  let patchLimit: Int

  private(set) var facts: [Value.Entry] = []
  private(set) var patch: [UInt8]?

  init(
    _ repository: GitRepository, environment: [String: String], excluding: [String],
    deadline: Double, patchLimit: Int
  ) {
    self.repository = repository
    self.environment = environment
    self.excluding = excluding
    self.deadline = deadline
    self.patchLimit = patchLimit
  }

  /// Gathers as much as the time allows; what could not be had is named.
  mutating func gather() {
    do throws(GitProblem) {
      if repository.isBare { throw .bare }
      let git = try hardened()
      if repository.needsGit { try addHead(git) }
      if try addChanges(git), repository.hasCommits { addPatch(git) }
      try addUntracked(git)
      if !repository.hasCommits { throw .noCommits }
    } catch {
      facts.append(Value.Entry("problem", .text(error.text)))
    }
  }

  /// Git with the filters of the repository switched off; those that the user installed stay, since
  /// without them files kept by Git LFS would all seem changed.
  private func hardened() throws(GitProblem) -> GitProcess {
    let plain = GitProcess(top: repository.top, environment: environment, deadline: deadline)
    guard repository.mayDefineFilters else { return plain }
    let listing = try plain.run(
      ["config", "--null", "--show-scope", "--name-only", "--get-regexp", "^filter\\."],
      mayFail: true
    ).get()
    let parts = GitWorkTree.fields(listing)
    var filters: [String] = []
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      guard parts[index] == "local" || parts[index] == "worktree" else { continue }
      let name = parts[index + 1].dropFirst("filter.".count)
      guard let dot = name.lastIndex(of: ".") else { continue }
      if !filters.contains(String(name[..<dot])) { filters.append(String(name[..<dot])) }
    }
    return GitProcess(
      top: repository.top, environment: environment, deadline: deadline, filters: filters)
  }

  /// Commit and branch where only git can read them.
  private mutating func addHead(_ git: GitProcess) throws(GitProblem) {
    let output = try git.run(["rev-parse", "HEAD", "--abbrev-ref", "HEAD"]).get()
    let lines = String(escapingInvalid: output).split(separator: "\n")
    guard lines.count == 2 else { return }
    facts.append(Value.Entry("commit", .text(String(lines[0]))))
    if lines[1] == "HEAD" {
      facts.append(Value.Entry("detached", true))
    } else {
      facts.append(Value.Entry("branch", .text(String(lines[1]))))
    }
  }

  /// Adds what changed in tracked files; true if something did.
  ///
  /// `git status` keeps its promise not to write the index; `git diff` would refresh it.
  private mutating func addChanges(_ git: GitProcess) throws(GitProblem) -> Bool {
    let output = try git.run(
      [
        "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames",
        "--ignore-submodules=dirty",
      ] + paths
    ).get()
    let changes = GitWorkTree.fields(output).map(GitWorkTree.change)
    facts.append(Value.Entry("dirty", .boolean(!changes.isEmpty)))
    add("changed", changes)
    return !changes.isEmpty
  }

  /// `M name` from `MM name`, ` M name`: the letters are of the index and of the work tree.
  private static func change(_ field: String) -> String {
    let letters = field.prefix(2)
    return "\(letters.first { $0 != " " } ?? "M") \(field.dropFirst(3))"
  }

  private mutating func addPatch(_ git: GitProcess) {
    let result = git.run(
      [
        "diff-index", "--patch", "--binary", "--full-index", "--no-ext-diff", "--no-textconv",
        "--no-renames", "--no-color", "--no-relative", "--ignore-submodules=dirty",
        "--src-prefix=a/", "--dst-prefix=b/", "-O/dev/null", "HEAD",
      ] + paths, outputLimit: patchLimit)
    var told: [Value.Entry] = []
    switch result {
    case .success(let bytes) where bytes.isEmpty:
      // What was staged was taken back in the file: nothing differs from the commit.
      return
    case .success(let bytes) where bytes.last == UInt8(ascii: "\n"):
      let clean = GitPatch.redact(bytes)
      patch = clean.bytes
      told.append(Value.Entry("bytes", .integer(Int64(clean.bytes.count))))
      told.append(Value.Entry("redactions", .integer(Int64(clean.redactions))))
    case .success:
      told.append(Value.Entry("problem", "left out: incomplete"))
    case .failure(let problem):
      told.append(Value.Entry("problem", .text("left out: " + problem.text)))
    }
    facts.append(Value.Entry("patch", .map(told)))
  }

  private mutating func addUntracked(_ git: GitProcess) throws(GitProblem) {
    let output = try git.run(
      ["ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z"]
        + paths
    ).get()
    add("untracked", GitWorkTree.fields(output))
  }

  private mutating func add(_ key: String, _ names: [String]) {
    if names.isEmpty { return }
    facts.append(Value.Entry(Key(key + "_files"), .integer(Int64(names.count))))
    let shown = names.prefix(GitWorkTree.listed).map { Value.text(SecretScan.redact($0).text) }
    facts.append(Value.Entry(Key(key), .list(shown)))
  }

  private var paths: [String] {
    ["--", "."]
      + excluding.flatMap { name in
        [":(top,exclude,glob)**/\(name)", ":(top,exclude,glob)**/\(name)/**"]
      }
  }

  /// The fields of output that git separates with NUL bytes.
  private static func fields(_ output: [UInt8]) -> [String] {
    output.split(separator: 0).map { String(escapingInvalid: Array($0)) }
  }
}

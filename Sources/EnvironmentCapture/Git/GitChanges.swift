internal import ExperimentStore
internal import FileSystem
import Glibc
import SecretScanner
internal import TrackingEntities

/// What differs from the commit, in a repository and its submodules: slow facts, each with a limit.
struct GitChanges {
  /// How many names are listed; all are counted.
  private static let listed = 100
  private static let deepest = 10

  private let survey: GitSurvey
  private let patchLimit: Int

  private(set) var patch: [UInt8]?
  private var head: [Value.Entry] = []
  private var isDirty: Bool?
  private var changed: [String] = []
  private var notCompared: [String] = []
  private var untracked: [String] = []
  private var patches = GitPatches()
  private var problem: GitProblem?

  init(_ survey: GitSurvey, patchLimit: Int) {
    self.survey = survey
    self.patchLimit = patchLimit
  }

  /// Gathers as much as the time allows; what could not be had is named.
  mutating func gather(_ repository: GitRepository) {
    do throws(GitProblem) {
      if repository.isBare { throw .bare }
      try gather(repository, prefix: "", depth: 0)
      if !repository.hasCommits { throw .noCommits }
    } catch {
      problem = error
    }
    patch = patches.isEmpty ? nil : patches.bytes
  }

  private mutating func gather(
    _ repository: GitRepository, prefix: String, depth: Int
  ) throws(GitProblem) {
    let git = try survey.git(in: repository)
    if depth == 0, repository.needsGit { try addHead(git.process) }
    let status = try survey.status(of: repository, git, paths: survey.paths)
    changed += status.changed.map { "\($0.letter) \(prefix)\($0.name)" }
    notCompared += status.notCompared.map { prefix + $0.name }
    // Nobody can say that nothing differs, where something was not compared.
    isDirty = !changed.isEmpty ? true : notCompared.isEmpty ? false : nil
    if !status.changed.isEmpty {
      patches.add(
        status, of: repository, git.process, survey, prefix: prefix,
        limit: patchLimit - patches.bytes.count)
    }
    untracked += try untracked(git.process).map { prefix + $0 }
    guard depth < Self.deepest, repository.mayHaveSubmodules else { return }
    for path in try submodules(git.process) {
      let place = Directory.join(repository.top, path)
      // A link in its place would lead to a repository that is not part of this one.
      guard let inner = GitRepository.exactly(at: place), inner.top == place, !inner.isBare,
        inner.hasCommits
      else { continue }
      try gather(inner, prefix: prefix + path + "/", depth: depth + 1)
    }
  }

  /// Commit and branch where only git can read them.
  private mutating func addHead(_ git: GitProcess) throws(GitProblem) {
    let output = try git.run(["rev-parse", "HEAD", "--abbrev-ref", "HEAD"]).get()
    let lines = String(escapingInvalid: output).split(separator: "\n")
    guard lines.count == 2 else { return }
    head.append(Value.Entry("commit", .text(String(lines[0]))))
    if lines[1] == "HEAD" {
      head.append(Value.Entry("detached", true))
    } else {
      head.append(Value.Entry("branch", .text(String(lines[1]))))
    }
  }

  private func untracked(_ git: GitProcess) throws(GitProblem) -> [String] {
    let output = try git.run(
      ["ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z"]
        + survey.paths
    ).get()
    return GitSurvey.fields(output)
  }

  /// The paths of the submodules: entries of the index with the mode of a commit.
  private func submodules(_ git: GitProcess) throws(GitProblem) -> [String] {
    let output = try git.run(["ls-files", "--stage", "-z"] + survey.paths).get()
    return output.split(separator: 0).compactMap { entry in
      guard entry.starts(with: "160000 ".utf8), let tab = entry.firstIndex(of: 0x09) else {
        return nil
      }
      return String(validating: entry[(tab + 1)...], as: UTF8.self)
    }
  }

  /// What was found, for the section `git`.
  var facts: [Value.Entry] {
    var facts = head
    if let isDirty { facts.append(Value.Entry("dirty", .boolean(isDirty))) }
    facts += Self.list("changed", changed)
    facts += Self.list("not_compared", notCompared)
    let patch = patches.facts
    if !patch.isEmpty { facts.append(Value.Entry("patch", .map(patch))) }
    facts += Self.list("untracked", untracked)
    if let problem { facts.append(Value.Entry("problem", .text(problem.text))) }
    return facts
  }

  private static func list(_ key: String, _ names: [String]) -> [Value.Entry] {
    if names.isEmpty { return [] }
    let shown = names.prefix(listed).map { Value.text(SecretScan.redact($0).text) }
    return [
      Value.Entry(Key(key + "_files"), .integer(Int64(names.count))),
      Value.Entry(Key(key), .list(shown)),
    ]
  }
}

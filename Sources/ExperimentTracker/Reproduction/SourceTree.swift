import EnvironmentCapture
import ExperimentAnalysis
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// The code of an experiment as it was: a worktree of git at the recorded commit, with the recorded
/// changes and files in it.
struct SourceTree {
  private static let patch = "environment/uncommitted.patch"
  private static let code = "environment/code"
  /// In `environment/code`: what lay outside of the repository.
  private static let elsewhere = "elsewhere"

  /// The folder for all of it, which is temporary.
  let workshop: String
  /// The code.
  var top: String { workshop + "/code" }
  /// What lay outside of the repository and was imported.
  var imported: String { workshop + "/" + Self.elsewhere }
  /// The top of the user's own working tree; nil where there is none.
  let original: String?

  private let steps: ReproductionSteps
  /// The working trees of the user whose repositories have a worktree in here.
  private var lenders: [String] = []

  /// Makes it.
  ///
  /// - Parameter places: Where the repository is looked for, the likeliest first.
  init(
    _ ingredients: ReproductionIngredients, of experiment: Directory, from places: [String],
    by steps: ReproductionSteps
  ) throws(ReproductionObstacle) {
    self.steps = steps
    original = try Self.repository(ingredients.commit, in: places, by: steps)
    workshop = try Self.makeWorkshop()
    do throws(ReproductionObstacle) {
      try fill(ingredients, experiment)
    } catch {
      remove()
      throw error
    }
  }

  private static func makeWorkshop() throws(ReproductionObstacle) -> String {
    let named = ProcessContext.environment["TMPDIR"] ?? ""
    let base = RootPath.absolute(
      named.isEmpty ? "/tmp" : named, from: ProcessContext.workingDirectory)
    var template = Array("\(base)/specweave-reproduce-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ReproductionObstacle("no temporary folder can be made in '\(base)'")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The working tree whose repository has the commit.
  private static func repository(
    _ commit: String?, in places: [String], by steps: ReproductionSteps
  ) throws(ReproductionObstacle) -> String? {
    let tops = places.compactMap { GitRepository.find(from: $0)?.top }
    guard let commit else { return tops.first }
    guard !tops.isEmpty else {
      throw ReproductionObstacle("its commit \(commit) is in a git repository that is not here")
    }
    for top in tops where try has(commit, top, by: steps) { return top }
    throw ReproductionObstacle(
      "its commit \(commit) is not in the repository '\(tops[0])'; fetch it, or run this in a "
        + "clone that has it")
  }

  private static func has(
    _ commit: String, _ top: String, by steps: ReproductionSteps
  ) throws(ReproductionObstacle) -> Bool {
    let wanted = ["git", "cat-file", "-e", "\(commit)^{commit}"]
    do throws(ReproductionObstacle) {
      try steps.run(wanted, in: top, toGet: "")
      return true
    } catch {
      if error.isInterruption { throw error }
      return false
    }
  }

  private mutating func fill(
    _ ingredients: ReproductionIngredients, _ experiment: Directory
  ) throws(ReproductionObstacle) {
    if let commit = ingredients.commit, let original {
      try checkOut(commit, of: original, into: top)
      try checkOutSubmodules(of: original, in: top)
    } else if mkdir(top, 0o700) != 0 {
      throw ReproductionObstacle("'\(top)' cannot be made")
    }
    if ingredients.hasPatch {
      try steps.run(
        ["git", "apply", "--whitespace=nowarn", experiment.path + "/" + Self.patch], in: top,
        toGet: "the recorded patch of uncommitted changes does not apply")
    }
    guard experiment.exists(Self.code) else { return }
    let source = experiment.path + "/" + Self.code
    try steps.run(
      ["cp", "-R", source + "/.", top], in: top, toGet: "the recorded code cannot be copied")
    if rename(top + "/" + Self.elsewhere, imported) != 0, errno != ENOENT {
      throw ReproductionObstacle("the recorded code cannot be put in place")
    }
  }

  private mutating func checkOut(
    _ commit: String, of repository: String, into place: String
  ) throws(ReproductionObstacle) {
    lenders.append(repository)
    // Hooks of the repository are for its users' own work.
    try steps.run(
      [
        "git", "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", place,
        commit,
      ], in: repository, toGet: "the commit \(commit) cannot be checked out")
  }

  /// Puts the submodules in, from the user's own copies of them: nothing is fetched. Where there is
  /// no copy there was none when the experiment ran, or it is not needed by who has none.
  private mutating func checkOutSubmodules(
    of repository: String, in place: String
  ) throws(ReproductionObstacle) {
    let listed = try steps.run(
      ["git", "ls-files", "--stage", "-z"], in: place, toGet: "the files of the commit are unknown")
    for entry in listed.split(separator: 0) {
      // Mode, object and stage, then a tab and the path.
      let parts = entry.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      let facts = parts[0].split(separator: UInt8(ascii: " "))
      guard parts.count == 2, facts.count == 3, facts[0].elementsEqual("160000".utf8) else {
        continue
      }
      let path = String(decoding: parts[1], as: UTF8.self)
      let commit = String(decoding: facts[1], as: UTF8.self)
      let own = repository + "/" + path
      guard let found = GitRepository.find(from: own), RootPath.isSameFolder(found.top, own)
      else { continue }
      guard try Self.has(commit, own, by: steps) else {
        throw ReproductionObstacle(
          "its submodule '\(VisibleText.line(path))' does not have the commit \(commit); "
            + "fetch it there")
      }
      try checkOut(commit, of: own, into: place + "/" + path)
      try checkOutSubmodules(of: own, in: place + "/" + path)
    }
  }

  /// Links what git does not have to where it is in the user's working tree.
  func link(_ paths: [String]) throws(ReproductionObstacle) {
    for path in paths {
      guard let original, let place = Self.place(of: path, in: original) else {
        throw ReproductionObstacle(
          "'\(path)' is no path in the working tree '\(original ?? "")' to be linked")
      }
      let parent = place.pathParts.dropLast().joined(separator: "/")
      try steps.run(
        ["mkdir", "-p", top + "/" + parent], in: top, toGet: "'\(parent)' cannot be made")
      if symlink(original + "/" + place, top + "/" + place) != 0, errno != EEXIST {
        throw ReproductionObstacle("'\(path)' cannot be linked")
      }
    }
  }

  /// Where something is below the top of the working tree: as it is said in the working directory,
  /// else from the top; nil for what is not there.
  private static func place(of path: String, in original: String) -> String? {
    guard !path.isEmpty else { return nil }
    for base in [ProcessContext.workingDirectory, original] {
      let full = RootPath.absolute(path, from: base)
      if let below = full.without(beginning: original + "/"), access(full, F_OK) == 0 {
        return below
      }
    }
    return nil
  }

  /// A word of the command as it is to be said in here: a file of the user's working tree is the
  /// one of this tree.
  func translated(_ word: String) -> String {
    guard let original, let rest = word.without(beginning: original + "/"),
      access(top + "/" + rest, F_OK) == 0
    else { return word }
    return top + "/" + rest
  }

  /// Takes it away.
  func remove() {
    _ = try? steps.run(["rm", "-rf", workshop], in: "/", toGet: "", always: true)
    for lender in lenders {
      _ = try? steps.run(["git", "worktree", "prune"], in: lender, toGet: "", always: true)
    }
  }
}

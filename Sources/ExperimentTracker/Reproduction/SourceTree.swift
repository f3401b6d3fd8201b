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

  /// Makes it.
  ///
  /// - Parameter places: Where the repository is looked for, the likeliest first.
  init(
    _ ingredients: ReproductionIngredients, of experiment: Directory, from places: [String]
  ) throws(ReproductionObstacle) {
    let base = ProcessContext.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(base)/specweave-reproduce-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ReproductionObstacle("no temporary folder can be made in '\(base)'")
    }
    workshop = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    original = try Self.repository(ingredients.commit, in: places)
    do throws(ReproductionObstacle) {
      try fill(ingredients, experiment)
    } catch {
      remove()
      throw error
    }
  }

  /// The working tree whose repository has the commit.
  private static func repository(
    _ commit: String?, in places: [String]
  ) throws(ReproductionObstacle) -> String? {
    let tops = places.compactMap { GitRepository.find(from: $0)?.top }
    guard let commit else { return tops.first }
    guard !tops.isEmpty else {
      throw ReproductionObstacle("its commit \(commit) is in a git repository that is not here")
    }
    for top in tops {
      let wanted = ["git", "cat-file", "-e", "\(commit)^{commit}"]
      if (try? ReproductionStep.run(wanted, in: top, toGet: "")) != nil { return top }
    }
    throw ReproductionObstacle(
      "its commit \(commit) is not in the repository '\(tops[0])'; fetch it, or run this in a "
        + "clone that has it")
  }

  private func fill(
    _ ingredients: ReproductionIngredients, _ experiment: Directory
  ) throws(ReproductionObstacle) {
    if let commit = ingredients.commit, let original {
      // Hooks of the repository are for its users' own work.
      try ReproductionStep.run(
        [
          "git", "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", top,
          commit,
        ], in: original, toGet: "the commit \(commit) cannot be checked out")
    } else if mkdir(top, 0o700) != 0 {
      throw ReproductionObstacle("'\(top)' cannot be made")
    }
    if ingredients.hasPatch {
      try ReproductionStep.run(
        ["git", "apply", "--whitespace=nowarn", experiment.path + "/" + Self.patch], in: top,
        toGet: "the recorded patch of uncommitted changes does not apply")
    }
    guard experiment.exists(Self.code) else { return }
    let source = experiment.path + "/" + Self.code
    try ReproductionStep.run(
      ["cp", "-R", source + "/.", top], in: top, toGet: "the recorded code cannot be copied")
    if rename(top + "/" + Self.elsewhere, imported) != 0, errno != ENOENT {
      throw ReproductionObstacle("the recorded code cannot be put in place")
    }
  }

  /// Links what git does not have to where it is in the user's working tree.
  func link(_ paths: [String]) throws(ReproductionObstacle) {
    for path in paths {
      guard let original, !path.isEmpty, !path.isAbsolutePath,
        !path.pathParts.contains(".."), access(original + "/" + path, F_OK) == 0
      else {
        throw ReproductionObstacle(
          "'\(path)' is no path in the working tree '\(original ?? "")' to be linked")
      }
      let parent = path.pathParts.dropLast().joined(separator: "/")
      try ReproductionStep.run(
        ["mkdir", "-p", top + "/" + parent], in: top, toGet: "'\(parent)' cannot be made")
      if symlink(original + "/" + path, top + "/" + path) != 0, errno != EEXIST {
        throw ReproductionObstacle("'\(path)' cannot be linked")
      }
    }
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
    if let original {
      _ = try? ReproductionStep.run(
        ["git", "worktree", "remove", "--force", top], in: original, toGet: "")
    }
    _ = try? ReproductionStep.run(["rm", "-rf", workshop], in: "/", toGet: "")
    if let original {
      _ = try? ReproductionStep.run(["git", "worktree", "prune"], in: original, toGet: "")
    }
  }
}

internal import CPlatform
internal import ExperimentStore
internal import FileSystem
import Glibc
import SecretScanner
internal import TrackingEntities

/// The patches of a repository and its submodules, one after the other, up to a size.
struct GitPatches {
  /// More files than this are not given to git one by one.
  private static let mostNames = 500
  private static let attempts = 6
  private static let listed = 100

  /// Without credentials.
  private(set) var bytes: [UInt8] = []
  private var redactions = 0
  private var leftOut: [String] = []
  private var problem: String?
  private var changed = 0

  var isEmpty: Bool { bytes.isEmpty }

  /// Adds the patch of one repository, or where it is too long that of its smallest files.
  mutating func add(
    _ status: GitSurvey.Status, of repository: GitRepository, _ git: GitProcess,
    _ survey: GitSurvey, prefix: String, limit: Int
  ) {
    changed += status.changed.count
    let against: String
    if repository.hasCommits {
      against = "HEAD"
    } else if let empty = try? git.run(["hash-object", "-t", "tree", "/dev/null"]).get() {
      // Before the first commit everything is a change.
      against = String(escapingInvalid: empty).filter(\.isHexDigit)
    } else {
      return
    }
    // The files without their filter, which may take secrets out, are not to be seen.
    let without = status.notCompared.map { ":(top,exclude,literal)" + $0.name }
    switch diff(git, against, prefix, survey.paths + without, limit) {
    case .failure(.tooMuchOutput):
      addSmallest(status, of: repository, git, against, prefix, limit)
    case let result:
      take(result)
    }
  }

  /// The files that are smallest on the disk, as many as fit.
  private mutating func addSmallest(
    _ status: GitSurvey.Status, of repository: GitRepository, _ git: GitProcess,
    _ against: String, _ prefix: String, _ limit: Int
  ) {
    let sizes = status.changed.map { change in
      let path = Directory.join(repository.top, change.name)
      // A file that was removed is in the patch as a whole.
      let size = SystemCalls.statusFollowingLinks(path).map { Int($0.st_size) } ?? limit
      return (name: change.name, size: size)
    }.sorted { ($0.size, $0.name) < ($1.size, $1.name) }
    var total = 0
    var chosen = sizes.prefix(Self.mostNames).prefix { file in
      total += file.size
      return total <= limit
    }
    if chosen.isEmpty { chosen = sizes.prefix(sizes.count > 1 ? 1 : 0) }
    for _ in 0..<Self.attempts where !chosen.isEmpty {
      let paths = ["--"] + chosen.map { ":(top,literal)" + $0.name }
      let result = diff(git, against, prefix, paths, limit)
      if case .failure(.tooMuchOutput) = result {
        chosen = chosen.prefix(chosen.count / 2)
        continue
      }
      take(result)
      break
    }
    leftOut += sizes.dropFirst(chosen.count).map { prefix + $0.name }
    problem = GitProblem.tooMuchOutput(limit: limit).text
  }

  private func diff(
    _ git: GitProcess, _ against: String, _ prefix: String, _ paths: [String], _ limit: Int
  ) -> Result<[UInt8], GitProblem> {
    git.run(
      [
        "diff-index", "--patch", "--binary", "--full-index", "--no-ext-diff", "--no-textconv",
        "--no-renames", "--no-color", "--no-relative", "--ignore-submodules=dirty",
        "--src-prefix=a/\(prefix)", "--dst-prefix=b/\(prefix)", "-O/dev/null", against,
      ] + paths, outputLimit: limit)
  }

  private mutating func take(_ result: Result<[UInt8], GitProblem>) {
    switch result {
    case .success(let patch) where patch.isEmpty:
      // What was staged was taken back in the file: nothing differs from the commit.
      return
    case .success(let patch) where patch.last == UInt8(ascii: "\n"):
      let clean = GitPatch.redact(patch)
      bytes += clean.bytes
      redactions += clean.redactions
    case .success: problem = "incomplete"
    case .failure(let reason): problem = reason.text
    }
  }

  /// What is recorded about the patch, or why there is none.
  var facts: [Value.Entry] {
    var facts: [Value.Entry] = []
    if !bytes.isEmpty {
      facts.append(Value.Entry("bytes", .integer(Int64(bytes.count))))
      facts.append(Value.Entry("redactions", .integer(Int64(redactions))))
    }
    if let problem {
      let some = bytes.isEmpty || leftOut.isEmpty ? "" : "\(leftOut.count) of \(changed) files "
      facts.append(Value.Entry("problem", .text("\(some)left out: \(problem)")))
    }
    if !bytes.isEmpty, !leftOut.isEmpty {
      let shown = leftOut.sorted().prefix(Self.listed).map {
        Value.text(SecretScan.redact($0).text)
      }
      facts.append(Value.Entry("left_out", .list(shown)))
    }
    return facts
  }
}

/// Takes credentials out of a patch and leaves it a patch.
enum GitPatch {
  /// Encoded binary files are left as they are: they hold nothing that can be read, and a change of
  /// one character would spoil them.
  static func redact(_ patch: [UInt8]) -> (bytes: [UInt8], redactions: Int) {
    var clean: [UInt8] = []
    clean.reserveCapacity(patch.count)
    var redactions = 0
    var rest = patch[...]
    while !rest.isEmpty {
      let (text, binary) = split(rest)
      let scanned = SecretScan.redact(Array(rest[text]))
      clean += scanned.bytes
      clean += rest[binary]
      redactions += scanned.redactions
      rest = rest[binary.upperBound...]
    }
    return (clean, redactions)
  }

  /// The text up to the next binary file and that file.
  private static func split(_ patch: ArraySlice<UInt8>) -> (text: Range<Int>, binary: Range<Int>) {
    let none = patch.endIndex..<patch.endIndex
    guard let start = patch.firstRange(of: Array("\nGIT binary patch\n".utf8)) else {
      return (patch.startIndex..<patch.endIndex, none)
    }
    let body = patch[start.upperBound...]
    let next = body.firstRange(of: Array("\ndiff --git ".utf8))
    let end = next.map { $0.lowerBound + 1 } ?? patch.endIndex
    return (patch.startIndex..<start.upperBound, start.upperBound..<end)
  }
}

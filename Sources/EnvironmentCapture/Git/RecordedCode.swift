internal import ExperimentStore
internal import FileSystem
internal import TrackingEntities

/// The code of an experiment as it was captured.
package struct RecordedCode: Sendable {
  /// The commit; nil where there was none.
  package var commit: String?
  /// Whether it lay in a repository, which may have been one without a commit.
  package var isInRepository: Bool
  /// The changes since the commit, of tracked files; empty if there were none.
  package var patch: [UInt8]
  /// The files that no commit has, by their paths in the repository.
  package var files: [(path: String, bytes: [UInt8])]

  package init(
    commit: String?, isInRepository: Bool, patch: [UInt8],
    files: [(path: String, bytes: [UInt8])]
  ) {
    self.commit = commit
    self.isInRepository = isInRepository
    self.patch = patch
    self.files = files
  }

  /// Whether nothing of it was captured.
  package var isEmpty: Bool {
    commit == nil && !isInRepository && patch.isEmpty && files.isEmpty
  }

  fileprivate func isSame(as other: RecordedCode) -> Bool {
    commit == other.commit && patch == other.patch
      && files.elementsEqual(other.files) { $0.path == $1.path && $0.bytes == $1.bytes }
  }
}

/// What differs between the code of two experiments.
package struct CodeComparison: Sendable {
  /// One file.
  package struct File: Sendable, Equatable {
    /// `A`, `D`, `M`, `T`, `R` as git names them.
    package var letter: Character
    package var path: String
    /// Where it was before; nil unless it was renamed.
    package var previousPath: String?
    /// The names that git gives the contents; nil where there is none.
    package var before: String?
    package var after: String?
    /// How many lines are new and gone; nil for what is no text.
    package var added: Int?
    package var removed: Int?
  }

  /// What stood in the way on one side.
  package struct Side: Sendable, Equatable {
    /// Whether its commit is in none of the repositories.
    package var isWithoutCommit = false
    /// Files whose recorded change does not fit the commit.
    package var notApplied: [String] = []
  }

  /// Whether the commits were compared; else only what was recorded beside them.
  package private(set) var comparesCommits = true
  package private(set) var before = Side()
  package private(set) var after = Side()
  package private(set) var files: [File] = []
  /// A unified diff without credentials; nil if it was not wanted or is too long.
  package private(set) var patch: [UInt8]?
  package private(set) var redactions = 0
  /// Why there is no patch, or nothing at all.
  package private(set) var problem: String?

  /// A change of more files than this is not applied file by file.
  private static let mostParts = 500
  private static let patchName = "environment/uncommitted.patch"
  private static let codeName = "environment/code/"

  /// Compares by git, in a repository of our own that reads the objects of the user's.
  ///
  /// - Parameters:
  ///   - places: Folders in whose repositories the commits are looked for.
  ///   - paths: What is compared, as git names paths; all if empty.
  ///   - withPatch: Whether the diff is wanted, or only which files differ.
  package init(
    from old: RecordedCode, to new: RecordedCode, repositories places: [String], paths: [String],
    withPatch: Bool, environment: [String: String], timeout: Double = 120
  ) {
    if withPatch { patch = [] }
    if old.isSame(as: new) { return }
    do throws(GitProblem) {
      let commits = [old.commit, new.commit].compactMap { $0 }
      let repository = try ScratchRepository(
        reading: Self.repositories(places),
        usesLongNames: commits.contains { $0.utf8.count == 64 }, environment: environment,
        deadline: Clock.steady() + timeout)
      let trees = try trees(old, new, in: repository)
      try compare(trees, paths: paths, in: repository)
      if withPatch, !files.isEmpty { try render(trees, paths: paths, in: repository) }
    } catch {
      patch = nil
      problem = error.text
    }
  }

  private static func repositories(_ places: [String]) -> [GitRepository] {
    var tops: Set<String> = []
    return places.compactMap { GitRepository.find(from: $0) }.filter {
      tops.insert($0.top).inserted
    }
  }

  private mutating func trees(
    _ old: RecordedCode, _ new: RecordedCode, in repository: ScratchRepository
  ) throws(GitProblem) -> (String, String) {
    before.isWithoutCommit = try Self.lacks(old.commit, repository)
    after.isWithoutCommit = try Self.lacks(new.commit, repository)
    // Beside a commit, what lay in no repository would be a change of every file.
    let areAlike =
      (old.commit == nil) == (new.commit == nil)
      || (old.commit ?? new.commit) != nil && old.isInRepository && new.isInRepository
    comparesCommits = !before.isWithoutCommit && !after.isWithoutCommit && areAlike
    if comparesCommits {
      return (
        try Self.tree(of: old, "before", repository, &before),
        try Self.tree(of: new, "after", repository, &after)
      )
    }
    return (
      try Self.recorded(old, "before", repository, &before),
      try Self.recorded(new, "after", repository, &after)
    )
  }

  private static func lacks(
    _ commit: String?, _ repository: ScratchRepository
  ) throws(GitProblem) -> Bool {
    guard let commit else { return false }
    // What a store names may be anything, also an option.
    guard [40, 64].contains(commit.utf8.count), commit.allSatisfy(\.isHexDigit) else {
      return true
    }
    return try !repository.has(commit)
  }

  /// The tree of the code as it was run.
  private static func tree(
    of code: RecordedCode, _ index: String, _ repository: ScratchRepository,
    _ side: inout Side
  ) throws(GitProblem) -> String {
    try repository.begin(index, with: code.commit)
    let parts = parts(of: code.patch)
    var fits = code.patch.isEmpty
    if !fits { fits = try repository.apply(code.patch, to: index) }
    var applied: Set<String> = []
    for part in parts {
      let name = name(of: part)
      var isApplied = fits
      if !fits, parts.count <= mostParts {
        isApplied = try repository.apply(Array(part), to: index)
      }
      if isApplied {
        applied.insert(name)
      } else {
        side.notApplied.append(name)
      }
    }
    // A kept file is without credentials, which the commit may have: the patch says it better.
    let files = code.files.filter { !applied.contains($0.path) }
    let refused = try repository.add(files, to: index)
    let kept = Set(files.map(\.path)).subtracting(refused)
    side.notApplied = side.notApplied.filter { !kept.contains($0) } + refused
    return try repository.tree(of: index)
  }

  /// The tree of the files in which it was recorded.
  private static func recorded(
    _ code: RecordedCode, _ index: String, _ repository: ScratchRepository,
    _ side: inout Side
  ) throws(GitProblem) -> String {
    try repository.begin(index, with: nil)
    var files = code.files.map { (path: codeName + $0.path, bytes: $0.bytes) }
    if !code.patch.isEmpty { files.append((path: patchName, bytes: code.patch)) }
    side.notApplied += try repository.add(files, to: index)
    return try repository.tree(of: index)
  }

  private mutating func compare(
    _ trees: (String, String), paths: [String], in repository: ScratchRepository
  ) throws(GitProblem) {
    let output = try repository.run(
      ["diff-tree", "-r", "--find-renames", "--raw", "--numstat", "--no-abbrev", "-z"]
        + [trees.0, trees.1, "--"] + paths)
    files = Self.files(GitSurvey.fields(output))
  }

  private mutating func render(
    _ trees: (String, String), paths: [String], in repository: ScratchRepository
  ) throws(GitProblem) {
    do throws(GitProblem) {
      let output = try repository.run(
        [
          "diff-tree", "-r", "--patch", "--find-renames", "--no-ext-diff", "--no-textconv",
          "--no-color", "--abbrev=12", "--src-prefix=a/", "--dst-prefix=b/", trees.0, trees.1, "--",
        ] + paths)
      let clean = GitPatch.redact(output)
      patch = clean.bytes
      redactions = clean.redactions
    } catch .tooMuchOutput(let limit) {
      patch = nil
      problem = GitProblem.tooMuchOutput(limit: limit).text
    }
  }

  /// Reads what `--raw --numstat -z` prints: first all of the one, then all of the other.
  private static func files(_ fields: [String]) -> [File] {
    var files: [File] = []
    var rest = fields[...]
    while let head = rest.first, head.hasPrefix(":") {
      let words = head.split(separator: " ")
      let isRenamed = words.count == 5 && (words[4].first == "R" || words[4].first == "C")
      guard words.count == 5, let letter = words[4].first, rest.count > (isRenamed ? 2 : 1) else {
        break
      }
      rest = rest.dropFirst()
      let first = rest.removeFirst()
      let path = isRenamed ? rest.removeFirst() : first
      func object(_ name: Substring) -> String? {
        name.allSatisfy { $0 == "0" } ? nil : String(name)
      }
      files.append(
        File(
          letter: letter, path: path, previousPath: isRenamed ? first : nil,
          before: object(words[2]), after: object(words[3])))
    }
    for number in files.indices {
      guard let counts = rest.popFirst()?.split(separator: "\t", omittingEmptySubsequences: false),
        counts.count >= 3
      else { break }
      files[number].added = Int(counts[0])
      files[number].removed = Int(counts[1])
      if files[number].previousPath != nil { rest = rest.dropFirst(2) }
    }
    return files
  }

  /// The parts of a patch, one for each file.
  private static func parts(of patch: [UInt8]) -> [ArraySlice<UInt8>] {
    let mark = Array("\ndiff --git ".utf8)
    var parts: [ArraySlice<UInt8>] = []
    var rest = patch[...]
    while let next = rest.firstRange(of: mark) {
      parts.append(rest[...next.lowerBound])
      rest = rest[(next.lowerBound + 1)...]
    }
    if !rest.isEmpty { parts.append(rest) }
    return parts
  }

  /// The path of a part's file, as git writes it: the header has it twice, `a/x b/x`.
  private static func name(of part: ArraySlice<UInt8>) -> String {
    let header = part.prefix { $0 != 0x0A }.dropFirst("diff --git ".utf8.count)
    let second = header.suffix(header.count / 2).drop { $0 == UInt8(ascii: "\"") }
    guard second.starts(with: "b/".utf8) else { return String(escapingInvalid: Array(header)) }
    return String(escapingInvalid: second.dropFirst(2).filter { $0 != UInt8(ascii: "\"") })
  }
}

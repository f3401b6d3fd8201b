import EnvironmentCapture
public import ExperimentAnalysis
public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Experiment {
  /// What differs between the code of this experiment and that of another one: the recorded
  /// commits, with the recorded changes and files in them.
  ///
  /// Runs git, which looks for the commits in the repository of the project and in that of the
  /// working directory. It changes nothing there, and asks no network. What cannot be had is told
  /// in the notes.
  ///
  /// ```swift
  /// let code = try increment.load("xgb-v2").codeDifference(from: increment.load("xgb-v1"))
  /// print(code.patch ?? "")
  /// ```
  ///
  /// - Parameters:
  ///   - other: The experiment to compare with.
  ///   - paths: What is compared, as git names files and folders, from the top of the repository;
  ///     all if empty.
  ///   - withPatch: Whether the diff is wanted, or only which files differ.
  public func codeDifference(
    from other: Experiment, paths: [String] = [], withPatch: Bool = true
  ) throws(TrackingError) -> CodeDifference {
    let (old, new) = (try RecordedCode(of: other), try RecordedCode(of: self))
    var notes: [String] = []
    for (code, experiment) in [(old, other), (new, self)] where code.isEmpty {
      notes.append("No code was recorded of '\(experiment.name)'.")
    }
    guard notes.isEmpty else { return CodeDifference(basis: .none, notes: notes) }
    let places = [self, other].compactMap { ProjectRoot.naming($0.path)?.path }
    let comparison = CodeComparison(
      from: old, to: new, repositories: places + [ProcessContext.workingDirectory], paths: paths,
      withPatch: withPatch, environment: ProcessContext.environment)
    notes += comparison.notes(before: other.name, after: name, old, new)
    for experiment in [other, self] {
      notes += ReproductionIngredients.missingCode(try experiment.snapshot()).map {
        "Of '\(experiment.name)': \($0)."
      }
    }
    let isCompared = comparison.problem == nil || !comparison.files.isEmpty
    return CodeDifference(
      basis: !isCompared ? .none : comparison.comparesCommits ? .code : .recorded,
      files: comparison.files.map(CodeDifference.File.init),
      patch: comparison.patch.map { String(escapingInvalid: $0) },
      redactions: comparison.redactions, notes: notes)
  }
}

extension CodeComparison {
  fileprivate func notes(
    before: String, after: String, _ old: RecordedCode, _ new: RecordedCode
  ) -> [String] {
    var notes: [String] = []
    for (name, side, code) in [(before, self.before, old), (after, self.after, new)]
    where side.isWithoutCommit {
      notes.append(
        "The commit \(code.commit ?? "") of '\(name)' is not in a repository here: fetch it, or run "
          + "this in a clone that has it.")
    }
    if !comparesCommits {
      if notes.isEmpty {
        let name = old.commit == nil ? before : after
        notes.append("The code of '\(name)' was in no repository.")
      }
      notes.append("The recorded patches and files are compared instead.")
    }
    for (name, side) in [(before, self.before), (after, self.after)]
    where !side.notApplied.isEmpty {
      let files = side.notApplied.joined(separator: ", ")
      notes.append(
        "Of '\(name)', what was recorded of these files does not fit the commit and is left out: "
          + "\(files).")
    }
    if let problem { notes.append("git gave no diff: \(problem).") }
    return notes
  }
}

extension CodeDifference.File {
  fileprivate init(_ file: CodeComparison.File) {
    let change: CodeDifference.Change
    switch file.letter {
    case "A": change = .added
    case "D": change = .removed
    case "R": change = .renamed
    default: change = .changed
    }
    self.init(
      path: file.path, previousPath: file.previousPath, change: change, added: file.added,
      removed: file.removed, before: file.before, after: file.after)
  }
}

extension RecordedCode {
  private static let largest = 64 << 20
  private static let mostFiles = 1000
  private static let deepest = 100

  /// Reads what was captured of an experiment.
  fileprivate init(of experiment: Experiment) throws(TrackingError) {
    let git = try experiment.snapshot().fact("git")
    let directory = try experiment.directory
    let recorded = try directory.folderIfPresent("environment")
    var files: [(path: String, bytes: [UInt8])] = []
    if let code = try recorded?.folderIfPresent("code") {
      try Self.collect(code, "", 0, &files)
      files.sort { $0.path < $1.path }
    }
    let patch = try recorded?.read("uncommitted.patch", limit: Self.largest)
    self.init(
      commit: git?["commit"]?.text, isInRepository: git?["repository"]?.text != nil,
      patch: patch ?? [], files: files)
  }

  private static func collect(
    _ folder: Directory, _ path: String, _ depth: Int,
    _ files: inout [(path: String, bytes: [UInt8])]
  ) throws(TrackingError) {
    for entry in try folder.entries() where !entry.name.isEmpty && files.count < mostFiles {
      let inner = path.isEmpty ? entry.name : path + "/" + entry.name
      switch entry.kind {
      case .file:
        if let bytes = try folder.read(entry.name, limit: largest) { files.append((inner, bytes)) }
      case .folder where depth < deepest:
        try collect(try folder.folder(entry.name), inner, depth + 1, &files)
      case .folder, .other: break
      }
    }
  }
}

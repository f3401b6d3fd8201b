internal import ExperimentStore
internal import FileSystem
import Glibc
import SecretScanner
package import TrackingEntities

/// A file of code that was run.
public struct CodeFile: Sendable {
  /// Its absolute path without links.
  public var path: String
  /// What to call it where it lies outside the program's folder: `package/module.py`.
  public var name: String

  /// Names a file.
  public init(path: String, name: String) {
    self.path = path
    self.name = name
  }
}

/// Which of the files that were run no commit has.
package struct CodeCapture {
  /// More files than this are a library and no experiment.
  package static let mostFiles = 100
  private static let largest = 1 << 20
  /// More names than this are not given to git one by one.
  private static let mostNames = 1000
  private static let elsewhere = "elsewhere"

  let workingDirectory: String
  let program: String?
  let environment: [String: String]
  let deadline: Double

  /// - Parameter deadline: When git must have answered, on the steady clock.
  package init(
    workingDirectory: String, program: String?, environment: [String: String], deadline: Double
  ) {
    self.workingDirectory = workingDirectory
    self.program = program
    self.environment = environment
    self.deadline = deadline
  }

  /// What was captured so far, of one experiment.
  package struct State: Sendable {
    package var saved = 0
    package var leftOut: [String] = []
    /// The further repositories from which code was taken.
    package var repositories: [Value] = []

    package init() {}

    package var facts: [Value.Entry] {
      var facts: [Value.Entry] = []
      if !leftOut.isEmpty {
        facts.append(Value.Entry("left_out_files", .integer(Int64(leftOut.count))))
        let shown = leftOut.prefix(CodeCapture.mostFiles).map {
          Value.text(SecretScan.redact($0).text)
        }
        facts.append(Value.Entry("left_out", .list(shown)))
      }
      if !repositories.isEmpty { facts.append(Value.Entry("repositories", .list(repositories))) }
      return facts
    }
  }

  /// The files that no commit has, each with the path under which it is kept.
  package func uncommitted(
    _ files: [CodeFile]
  ) -> (files: [(CodeFile, path: String)], repositories: [Value]) {
    let main = GitRepository.find(from: workingDirectory, program: program)
    var known: [String: GitRepository?] = [:]
    var groups: [String: (repository: GitRepository, files: [CodeFile])] = [:]
    for file in files {
      let folder = GitRepository.folder(of: file.path)
      let repository: GitRepository?
      if let asked = known[folder] {
        repository = asked
      } else {
        repository = GitRepository.find(from: folder)
        known[folder] = .some(repository)
      }
      guard let repository, !repository.isBare else { continue }
      groups[repository.top, default: (repository, [])].files.append(file)
    }
    var committed: Set<String> = []
    var further: [Value] = []
    for (top, group) in groups.sorted(by: { $0.key < $1.key }) {
      committed.formUnion(self.committed(group.files, in: group.repository))
      if let main, top != main.top, !group.repository.isSubmodule(of: main) {
        further.append(group.repository.facts())
      } else if main == nil {
        further.append(group.repository.facts())
      }
    }
    let base = base(main)
    return (
      files.filter { !committed.contains($0.path) }.map { ($0, place(of: $0, below: base)) },
      further
    )
  }

  /// The folder that paths are relative to.
  private func base(_ repository: GitRepository?) -> String {
    if let repository, !repository.isBare { return repository.top }
    guard let program else { return workingDirectory }
    let folder = GitRepository.folder(of: program)
    return Self.path(program, below: workingDirectory) == nil ? folder : workingDirectory
  }

  private func place(of file: CodeFile, below base: String) -> String {
    let path = Self.path(file.path, below: base) ?? Self.elsewhere + "/" + file.name
    if (try? ArtifactPath.validate("environment/code/" + path, byStore: true)) != nil {
      return path
    }
    return path.pathParts.map { Self.portable($0) }.joined(separator: "/")
  }

  private static func path(_ path: String, below base: String) -> String? {
    let prefix = base == "/" ? base : base + "/"
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return String(path.utf8.dropFirst(prefix.utf8.count))
  }

  /// A name that every file system takes.
  private static func portable(_ name: String) -> String {
    let plain = name.unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "._-".unicodeScalars.contains(scalar)
        ? String(scalar) : "_"
    }.joined()
    return plain.utf8.last == UInt8(ascii: ".") || name.lowercased() == ".git"
      ? "_" + plain + "_" : plain
  }

  /// The paths of those that the commit has as they are; none where git does not tell.
  private func committed(_ files: [CodeFile], in repository: GitRepository) -> Set<String> {
    guard repository.hasCommits else { return [] }
    let survey = GitSurvey(
      environment: environment, excluding: [], deadline: deadline,
      runsFilters: repository.holds(program))
    var names: [String: CodeFile] = [:]
    for file in files {
      if let name = Self.path(file.path, below: repository.top) { names[name] = file }
    }
    let asked = names.count > Self.mostNames ? [] : names.keys.sorted()
    let paths = ["--"] + asked.map { ":(top,literal)" + $0 }
    guard let git = try? survey.git(in: repository),
      let tracked = try? git.process.run(["ls-files", "--full-name", "-z"] + paths).get(),
      let state = try? survey.status(of: repository, git, paths: paths)
    else { return [] }
    let changed = Set((state.changed + state.notCompared).map(\.name))
    var committed: Set<String> = []
    for name in GitSurvey.fields(tracked) where !changed.contains(name) {
      if let file = names[name] { committed.insert(file.path) }
    }
    return committed
  }

  /// The text of a file of code.
  package static func text(_ path: String) throws(TrackingError) -> String {
    let folder = try Directory.open(GitRepository.folder(of: path))
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
    let name = String(path[(start ?? path.startIndex)...])
    guard let bytes = try folder.read(name, limit: largest) else {
      throw TrackingError(.notFound, "it is not there any more")
    }
    return String(escapingInvalid: bytes)
  }
}

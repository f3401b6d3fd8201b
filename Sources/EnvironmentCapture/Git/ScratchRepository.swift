internal import ExperimentStore
internal import FileSystem
import Glibc
internal import TrackingEntities

/// A repository in the temporary folder that reads the objects of others and writes only its own.
///
/// It has no settings, hooks, attributes or filters but those that git is made with, so that
/// nothing which another repository or the user configures is run, and it asks no network. The
/// others are left as they are, whether they can be written or not.
final class ScratchRepository {
  private static let outputLimit = 16 << 20
  private static let mostArguments = 500

  private let folder: Directory
  private let environment: [String: String]
  private let deadline: Double

  /// - Parameters:
  ///   - repositories: Those whose objects are seen.
  ///   - usesLongNames: Whether they name objects by SHA-256.
  init(
    reading repositories: [GitRepository], usesLongNames: Bool, environment host: [String: String],
    deadline: Double
  ) throws(GitProblem) {
    let told = host["TMPDIR"] ?? ""
    let base = told.isAbsolutePath ? told : "/tmp"
    var template = Array("\(base)/specweave-code-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.noFolder }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.deadline = deadline
    environment = Self.environment(host, path)
    do throws(TrackingError) {
      folder = try Directory.open(path)
      _ = try folder.makeFolder("refs")
      let information = try folder.makeFolder("objects/info")
      let objects = repositories.compactMap(\.objects).filter { !$0.utf8.contains(0x0A) }
      _ = try information.create("alternates", Array(objects.map { $0 + "\n" }.joined().utf8))
      _ = try folder.create("HEAD", Array("ref: refs/heads/none\n".utf8))
      let format =
        usesLongNames
        ? "repositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
        : "repositoryformatversion = 0\n\tbare = true\n"
      _ = try folder.create("config", Array("[core]\n\t\(format)".utf8))
    } catch {
      throw Self.noFolder
    }
  }

  deinit {
    _ = Subprocess.run(
      ["rm", "-rf", folder.path], directory: "/", environment: environment, timeout: 60,
      outputLimit: 0)
  }

  private static var noFolder: GitProblem { .notStarted("no temporary folder can be made") }

  private static func environment(_ host: [String: String], _ path: String) -> [String: String] {
    var variables = [
      "LC_ALL": "C", "LANGUAGE": "", "HOME": path, "GIT_DIR": path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
      "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_PAGER": "cat",
    ]
    for name in ["PATH", "TMPDIR", "LD_LIBRARY_PATH"] { variables[name] = host[name] }
    return variables
  }

  /// The output of a git command.
  ///
  /// - Parameter index: The name of the index that it works on.
  func run(
    _ arguments: [String], index: String = "index", outputLimit: Int = outputLimit
  ) throws(GitProblem) -> [UInt8] {
    var variables = environment
    variables["GIT_INDEX_FILE"] = Directory.join(folder.path, index)
    let result = Subprocess.run(
      ["git", "--no-pager"] + arguments, directory: folder.path, environment: variables,
      timeout: deadline - Clock.steady(), outputLimit: outputLimit)
    switch result.ending {
    case .timedOut: throw .timedOut
    case .interrupted: throw .notStarted("it was interrupted")
    case .tooMuchOutput: throw .tooMuchOutput(limit: outputLimit)
    case .notFound: throw .notFound
    case .notStarted(let reason): throw .notStarted(reason)
    case .exited: break
    }
    // Where the host took the exit code away, silence on standard error counts as success.
    guard result.exit.map({ $0 == 0 }) ?? result.errors.isEmpty else {
      throw GitProblem(exit: result.exit, errors: result.errors)
    }
    return result.output
  }

  /// The name of an object that git prints.
  private func name(_ arguments: [String], index: String = "index") throws(GitProblem) -> String {
    String(decoding: try run(arguments, index: index), as: UTF8.self).filter(\.isHexDigit)
  }

  /// Whether a commit can be read.
  func has(_ commit: String) throws(GitProblem) -> Bool {
    do throws(GitProblem) {
      _ = try run(["cat-file", "-e", commit + "^{tree}"])
      return true
    } catch .failed {
      return false
    }
  }

  /// Begins an index with what a commit has; nil is nothing.
  func begin(_ index: String, with commit: String?) throws(GitProblem) {
    _ = try run(["read-tree", commit ?? "--empty"], index: index)
  }

  /// Applies a patch to an index.
  ///
  /// - Returns: Whether it fits; else nothing was changed.
  func apply(_ patch: [UInt8], to index: String) throws(GitProblem) -> Bool {
    let file = index + ".patch"
    do throws(TrackingError) {
      try folder.replace(file, patch)
    } catch {
      throw Self.noFolder
    }
    do throws(GitProblem) {
      let path = Directory.join(folder.path, file)
      _ = try run(["apply", "--cached", "--whitespace=nowarn", path], index: index)
      return true
    } catch .failed {
      return false
    }
  }

  /// Puts files into an index, each in the place of one that has its path.
  ///
  /// - Returns: The paths of those that git does not take.
  func add(
    _ files: [(path: String, bytes: [UInt8])], to index: String
  ) throws(GitProblem) -> [String] {
    // A path that leads out is no pathspec either.
    let inner = files.filter { !$0.path.pathParts.contains("..") && !$0.path.isAbsolutePath }
    var refused = files.map(\.path).filter { path in !inner.contains { $0.path == path } }
    var rest = inner[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(Self.mostArguments))
      rest = rest.dropFirst(Self.mostArguments)
      var words: [[String]] = []
      let modes = try modes(of: some.map(\.path), in: index)
      for (file, object) in zip(some, try store(some.map(\.bytes))) {
        let mode = modes[file.path] ?? "100644"
        words.append(["--cacheinfo", "\(mode),\(object),\(file.path)"])
      }
      do throws(GitProblem) {
        _ = try run(["update-index", "--add"] + words.flatMap { $0 }, index: index)
        continue
      } catch .failed {}
      for (file, word) in zip(some, words) {
        do throws(GitProblem) {
          _ = try run(["update-index", "--add"] + word, index: index)
        } catch .failed {
          refused.append(file.path)
        }
      }
    }
    return refused
  }

  /// The modes of the files that an index has.
  private func modes(
    of paths: [String], in index: String
  ) throws(GitProblem) -> [String: String] {
    let output = try run(
      ["ls-files", "--stage", "-z", "--"] + paths.map { ":(literal)" + $0 }, index: index)
    var modes: [String: String] = [:]
    for field in GitSurvey.fields(output) {
      guard let tab = field.firstIndex(of: "\t") else { continue }
      let mode = field.prefix { $0 != " " }
      if mode.hasPrefix("1006") || mode.hasPrefix("1007") {
        modes[String(field[field.index(after: tab)...])] = String(mode)
      }
    }
    return modes
  }

  /// The names of contents, which are stored here.
  private func store(_ contents: [[UInt8]]) throws(GitProblem) -> [String] {
    var paths: [String] = []
    for (number, bytes) in contents.enumerated() {
      do throws(TrackingError) {
        try folder.replace("content-\(number)", bytes)
      } catch {
        throw Self.noFolder
      }
      paths.append(Directory.join(folder.path, "content-\(number)"))
    }
    let output = try run(["hash-object", "-w", "--no-filters", "--"] + paths)
    let names = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    guard names.count == contents.count else { throw .failed(exit: 0) }
    return names
  }

  /// The tree of an index.
  func tree(of index: String) throws(GitProblem) -> String {
    // Of a repository whose objects are not all here, what is missing is the same in both.
    try name(["write-tree", "--missing-ok"], index: index)
  }
}

extension GitRepository {
  /// Where its objects lie.
  fileprivate var objects: String? { GitRepository.resolved(objectsPath) }
}

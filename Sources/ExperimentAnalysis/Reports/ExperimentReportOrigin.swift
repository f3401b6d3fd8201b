import TrackingEntities
import TrackingStore

/// Where an experiment came from, as the steps that make it again, as far as they were captured.
enum ExperimentReportOrigin {
  static func steps(_ snapshot: ExperimentSnapshot, _ up: String) -> String {
    var lines = code(snapshot, up)
    lines += environment(snapshot, up)
    if let run = run(snapshot, up) { lines.append(run) }
    let steps = lines.enumerated().map { "\($0.offset + 1). \($0.element)" }
    return ([steps.joined(separator: "\n"), surroundings(snapshot)]).filter { !$0.isEmpty }
      .joined(separator: "\n\n")
  }

  private static func code(_ snapshot: ExperimentSnapshot, _ up: String) -> [String] {
    let git = snapshot.fact("git")
    var lines: [String] = []
    if let git, let commit = checkout(git) { lines.append("check out " + commit) }
    let patch = "environment/uncommitted.patch"
    let hasPatch = ExperimentReportFiles.has(patch, snapshot)
    if hasPatch {
      lines.append("apply the changes that were in no commit: \(link(patch, up))")
    }
    let captured = captured(snapshot)
    if !captured.isEmpty {
      let files = captured.prefix(mostFiles).map { link($0.path, up) }
      let more = captured.count > mostFiles ? " and \(captured.count - mostFiles) more" : ""
      let what = lines.isEmpty ? "the code" : "the files that were run and are in no commit"
      lines.append("take \(what): " + files.joined(separator: ", ") + more)
    }
    if let git {
      let missing = (git["patch"]?["left_out"]?.elements ?? []).compactMap(\.text)
      if !missing.isEmpty {
        let names = missing.prefix(mostFiles).map(MarkdownText.code).joined(separator: ", ")
        lines.append("the changes of these files were not kept, as they are too large: " + names)
      } else if git["dirty"]?.boolean == true, !hasPatch {
        lines.append(
          "the working tree had " + (captured.isEmpty ? "" : "further ")
            + "changes that were not kept")
      }
    }
    for repository in snapshot.fact("code")?["repositories"]?.elements ?? [] {
      if let commit = checkout(repository) { lines.append("for its modules check out " + commit) }
    }
    return lines
  }

  private static let mostFiles = 20

  /// The commit, its branch and where it comes from.
  private static func checkout(_ git: Value) -> String? {
    guard let commit = git["commit"]?.text, !commit.isEmpty else { return nil }
    var place = MarkdownText.code(commit)
    if let branch = git["branch"]?.text, !branch.isEmpty {
      place += " (branch " + MarkdownText.code(branch) + ")"
    }
    if let remote = git["remote"]?.text, !remote.isEmpty {
      place += " of " + MarkdownText.code(remote)
    }
    return place
  }

  /// The files of code that were kept, without the cells of a notebook.
  private static func captured(_ snapshot: ExperimentSnapshot) -> [Artifact] {
    snapshot.artifacts.filter {
      $0.keptAs.isEmpty && !$0.removed && $0.path.isContinuation(of: "environment/code/")
        && $0.path != cells
    }
  }

  private static let cells = "environment/code/cells.py"

  /// How to run it: the command, or the cells of a notebook.
  private static func run(_ snapshot: ExperimentSnapshot, _ up: String) -> String? {
    let hasCells = ExperimentReportFiles.has(cells, snapshot)
    let environment = snapshot.fact("environment")
    if hasCells || environment?["runs_in"]?.text == "notebook" || command(snapshot) == "notebook" {
      let name = environment?["notebook"]?.text.map { " " + MarkdownText.code($0) } ?? ""
      return hasCells
        ? "run the cells of the notebook\(name) in the order in which they were run: \(link(cells, up))"
        : "run the notebook\(name), of which no cells were kept"
    }
    return command(snapshot).map { "run " + MarkdownText.code($0) }
  }

  private static func environment(_ snapshot: ExperimentSnapshot, _ up: String) -> [String] {
    let requirements = "environment/requirements.txt"
    guard ExperimentReportFiles.has(requirements, snapshot) else { return [] }
    let python = snapshot.fact("environment")?["python"]?.text.map {
      "Python " + MarkdownText.escape($0) + " and "
    }
    return ["install \(python ?? "")the packages of \(link(requirements, up))"]
  }

  private static func command(_ snapshot: ExperimentSnapshot) -> String? {
    let arguments = (snapshot.fact("command")?["arguments"]?.elements ?? []).compactMap(\.text)
    return arguments.isEmpty ? nil : arguments.map(quoted).joined(separator: " ")
  }

  /// An argument as a shell wants it.
  private static func quoted(_ argument: String) -> String {
    let plain = argument.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        || "_-./=:,+@%".utf8.contains(byte)
    }
    if plain && !argument.isEmpty { return argument }
    return "'"
      + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  private static func surroundings(_ snapshot: ExperimentSnapshot) -> String {
    guard let facts = snapshot.fact("environment") else { return "" }
    var parts = [facts["os"]?.text, facts["cpu"]?["model"]?.text].compactMap { $0 }
    if let usable = facts["cpu"]?["usable"]?.integer { parts.append("\(usable) processors") }
    if let memory = facts["memory"]?.integer, let bytes = UInt64(exactly: memory) {
      parts.append(NumberText.bytes(bytes) + " of memory")
    }
    parts += (facts["gpus"]?.elements ?? []).compactMap(\.text)
    if let host = facts["host"]?.text { parts.append("host \(host)") }
    return parts.isEmpty
      ? "" : "It ran on " + MarkdownText.escape(parts.joined(separator: ", ")) + "."
  }

  private static func link(_ path: String, _ up: String) -> String {
    "[\(MarkdownText.escape(path))](\(ExperimentReportFiles.target(path, up)))"
  }
}

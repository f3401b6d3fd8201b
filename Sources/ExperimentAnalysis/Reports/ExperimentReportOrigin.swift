import TrackingEntities

/// Where an experiment came from, as the steps that make it again, as far as they were captured.
enum ExperimentReportOrigin {
  static func steps(_ snapshot: ExperimentSnapshot, _ up: String) -> String {
    var lines = code(snapshot, up)
    lines += environment(snapshot, up)
    if let command = command(snapshot) { lines.append("run " + MarkdownText.code(command)) }
    let steps = lines.enumerated().map { "\($0.offset + 1). \($0.element)" }
    return ([steps.joined(separator: "\n"), surroundings(snapshot)]).filter { !$0.isEmpty }
      .joined(separator: "\n\n")
  }

  private static func code(_ snapshot: ExperimentSnapshot, _ up: String) -> [String] {
    guard let git = snapshot.fact("git"), let commit = git["commit"]?.text, !commit.isEmpty else {
      return []
    }
    var place = "check out " + MarkdownText.code(commit)
    if let branch = git["branch"]?.text, !branch.isEmpty {
      place += " (branch " + MarkdownText.code(branch) + ")"
    }
    if let remote = git["remote"]?.text, !remote.isEmpty {
      place += " of " + MarkdownText.code(remote)
    }
    var lines = [place]
    let patch = "environment/uncommitted.patch"
    if ExperimentReportFiles.has(patch, snapshot) {
      lines.append("apply the changes that were in no commit: \(link(patch, up))")
    } else if git["dirty"]?.boolean == true {
      lines.append("the working tree had changes that were not kept")
    }
    let captured = snapshot.artifacts.filter {
      $0.keptAs.isEmpty && $0.path.hasPrefix("environment/code/")
    }
    if !captured.isEmpty {
      let files = captured.prefix(20).map { link($0.path, up) }
      lines.append("take the files that git did not have: " + files.joined(separator: ", "))
    }
    return lines
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

import FileSystem
package import TrackingEntities

/// What was recorded of an experiment that is needed to run it again.
package struct ReproductionIngredients: Sendable {
  /// The commit of the program's repository; nil where it lay in none.
  package let commit: String?
  /// The folder within the repository in which it was run, `.` for its top.
  package let directory: String
  /// The command line.
  package let arguments: [String]
  /// The version of Python, where Python ran it.
  package let python: String?
  /// Whether there is a patch of uncommitted changes.
  package let hasPatch: Bool
  /// What is missing of it, one sentence each: with any of them it cannot be reproduced.
  package let missing: [String]

  private static let notebook = "ipykernel_launcher"

  package init(_ snapshot: ExperimentSnapshot) {
    let git = snapshot.fact("git")
    let command = snapshot.fact("command")
    commit = git?["commit"]?.text
    directory = git?["directory"]?.text ?? "."
    arguments = command?["arguments"]?.elements.compactMap(\.text) ?? []
    python = snapshot.fact("environment")?["python"]?.text
    let patch = git?["patch"]
    hasPatch = (patch?["bytes"]?.integer ?? 0) > 0
    var missing: [String] = []
    if arguments.isEmpty {
      missing.append("the command line was not recorded")
    } else if arguments.contains(where: { $0.contains(Self.notebook) }) {
      missing.append("it was run in a notebook: run the cells in environment/code/cells.py")
    } else if Self.isPython(arguments), !Self.namesProgram(arguments.dropFirst()) {
      missing.append("its program was typed, or came through a pipe: there is no file of it to run")
    }
    if (command?["redactions"]?.integer ?? 0) > 0 {
      missing.append("the command line held credentials, which were not recorded")
    }
    if (patch?["redactions"]?.integer ?? 0) > 0 {
      missing.append("the patch of uncommitted changes held credentials, which were not recorded")
    }
    self.missing = missing + Self.missingCode(snapshot)
  }

  /// What is missing of the code, one sentence each.
  package static func missingCode(_ snapshot: ExperimentSnapshot) -> [String] {
    let git = snapshot.fact("git")
    let patch = git?["patch"]
    var missing: [String] = []
    if let problem = patch?["problem"]?.text {
      missing.append("the patch of uncommitted changes is not there: \(problem)")
    } else if git?["dirty"]?.boolean == true, (patch?["bytes"]?.integer ?? 0) == 0 {
      missing.append("there were uncommitted changes, and no patch of them was recorded")
    }
    let leftOut = patch?["left_out"]?.elements.compactMap(\.text) ?? []
    if !leftOut.isEmpty {
      missing.append("the patch does not have: \(leftOut.joined(separator: ", "))")
    }
    return missing
  }

  /// Whether a command is run by Python.
  package static func isPython(_ arguments: [String]) -> Bool {
    arguments.first?.lastPathPart.isContinuation(of: "python") == true
  }

  /// Whether arguments of Python say what is run: a file, or the text after `-c` or `-m`. Without
  /// one Python reads the program from its standard input.
  private static func namesProgram(_ arguments: ArraySlice<String>) -> Bool {
    var isValue = false
    for word in arguments {
      if isValue {
        isValue = false
      } else if word.isSame(as: "-") || word.isContinuation(of: "/dev/") {
        return false
      } else if word.isContinuation(of: "--") {
        isValue = word.isSame(as: "--check-hash-based-pycs")
      } else if !word.isContinuation(of: "-") {
        return true
      } else {
        let letters = Array(word.utf8.dropFirst())
        if let place = letters.firstIndex(where: { "cmWX".utf8.contains($0) }) {
          if "cm".utf8.contains(letters[place]) { return true }
          isValue = place == letters.count - 1
        }
      }
    }
    return false
  }
}

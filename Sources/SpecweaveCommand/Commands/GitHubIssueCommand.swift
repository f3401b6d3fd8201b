import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import FileSystem
import TrackingEntities

/// `specweave-ml github-issue`: an issue that links to the experiments so far.
struct GitHubIssueCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "github-issue",
      abstract: "Write the text of a GitHub issue that links to the experiments so far.",
      discussion: """
        Examples:
          specweave-ml github-issue "Retrain model with Q1 2024 data" --increment 0042
          specweave-ml github-issue "Retrain model with Q1 2024 data" --create --label ml
          specweave-ml github-issue "Try deeper trees" --json

        The text has the best experiments, the parameters of the selected one, else of the best, its \
        data and how to run it again; links are relative to the repository. It is printed, and \
        nothing is sent. --create makes the issue with gh, the command line of GitHub, in the \
        repository of the working directory.
        """)
  }

  @Argument(help: "The title: what is to be done.")
  var title: String

  @Option(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @Option(
    help: ArgumentHelp(
      "The metric to judge by. (default: as in a comparison)", valueName: "metric"))
  var metric: String?

  @Flag(help: "Create the issue with gh.")
  var create = false

  @Option(help: ArgumentHelp("With --create: a label. May be repeated.", valueName: "name"))
  var label: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --create: another repository, as gh takes it.", valueName: "owner/name"))
  var repo: String?

  @Flag(help: "JSON with a schema_version: title and body apart.")
  var json = false

  func validate() throws {
    if !create && (!label.isEmpty || repo != nil) {
      throw ValidationError("--label and --repo need --create.")
    }
    if create && json { throw ValidationError("--create has no --json.") }
  }

  func run(on console: Console) throws(TrackingError) {
    let issue = try Increment.find(increment).issue(title, by: metric)
    if create {
      try send(issue, on: console)
    } else if json {
      console.write(
        try JSONDocument.text([
          .init("title", .text(issue.title)), .init("body", .text(issue.body)),
        ]))
    } else {
      console.write(issue.markdown)
    }
  }

  private func send(_ issue: GitHubIssue, on console: Console) throws(TrackingError) {
    guard let gh = ExternalProgram(named: "gh", in: ProcessContext.variable("PATH") ?? "") else {
      throw TrackingError(
        .storage,
        "gh, the command line of GitHub, is not on the PATH: install it from https://cli.github.com "
          + "and run 'gh auth login', or leave --create out and paste the text into a new issue")
    }
    var words = ["issue", "create", "--title=\(issue.title)", "--body-file=-"]
    words += label.map { "--label=\($0)" }
    if let repo { words.append("--repo=\(repo)") }
    // What gh prints, the address of the issue, comes after what was printed before.
    console.output.flush()
    guard let code = gh.run(words, input: issue.body) else {
      throw TrackingError(.storage, "gh cannot be started")
    }
    guard code == .success else {
      throw TrackingError(
        .storage,
        "gh ended with exit code \(code.rawValue), so no issue was created; what it said is above. "
          + "Without --create the text is printed")
    }
  }
}

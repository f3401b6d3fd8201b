import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// A command that does its work on a console.
protocol TrackerCommand: ParsableCommand {
  mutating func run(on console: Console) throws(TrackingError)
}

/// `specweave-ml` itself, which only has commands.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Console.programName,
      abstract: "Tracked experiments: list, show and compare them.",
      discussion: """
        Examples:
          specweave-ml list 0042
          specweave-ml show exp-003-xgboost
          specweave-ml compare 0042 --metrics accuracy,f1
          specweave-ml history exp-003 loss
          specweave-ml diff exp-002 exp-003
          specweave-ml export 0042 --format csv > experiments.csv

        Data goes to standard output, messages to standard error. Tables fit the terminal; into a \
        pipe they are tab-separated, with all columns. --json gives JSON with a schema_version. \
        Exit codes: 0 success, 1 failure, 2 wrong command line, 3 not found, 4 several fit. Another \
        command x is the program specweave-ml-x; the Python package brings ui, a page of all \
        experiments in the browser, push and pull, which copy experiments to an MLflow server and \
        back, and import, which takes over runs of other trackers.
        """,
      version: "\(Console.programName) \(TrackerVersion.text)",
      subcommands: [
        ListCommand.self, ShowCommand.self, CompareCommand.self, HistoryCommand.self,
        DiffCommand.self, ExportCommand.self, NotesCommand.self, TagCommand.self,
        SelectCommand.self, ArchiveCommand.self, RestoreCommand.self, DeleteCommand.self,
        DoctorCommand.self, WatchCommand.self, ReviewCommand.self, WhyCommand.self,
        ReproduceCommand.self, GitHubIssueCommand.self, SyncDocsCommand.self,
        CompletionsCommand.self,
      ])
  }

  /// Every command by all of its names.
  static var commandNames: [String] {
    configuration.subcommands.flatMap { command in
      [command.configuration.commandName ?? command._commandName]
        + command.configuration.aliases
    } + ["help"]
  }
}

import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml sync-docs`: what is known of the experiments, written into the documentation.
struct SyncDocsCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "sync-docs",
      abstract: "Write what was tried, selected and how to train it again into the documentation.",
      discussion: """
        Examples:
          specweave-ml sync-docs update
          specweave-ml sync-docs 0042 --report

        Writes architecture/ml-experiments.md, architecture/ml-models.md and \
        runbooks/model-training.md below .specweave/docs/internal/: one marked block for each \
        increment. All other text in these files stays as it is. docs/living-docs.md describes them.
        """)
  }

  @Argument(
    help: ArgumentHelp(
      "The increment, or \"update\", which says nothing. (default: the current increment)",
      valueName: "increment"))
  var words: [String] = []

  @Flag(help: "Also reports/ml-experiments.md in the increment, which SpecWeave reads.")
  var report = false

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let increments = words.first == "update" ? Array(words.dropFirst()) : words
    guard increments.count < 2 else {
      throw TrackingError(
        .invalidArgument, "one increment at a time: '\(increments.joined(separator: "', '"))'")
    }
    let docs = try Increment.find(increments.first).syncLivingDocs(report: report)
    switch output.form(on: console) {
    case .json: console.write(try JSONDocument.text([.init("docs", docs.json)]))
    case let form:
      console.write(
        DataTable(
          [.init("change"), .init("file")],
          rows: docs.files.map {
            [.text($0.change.rawValue), .text(WorkingDirectory.shown($0.path))]
          }), as: form)
    }
    if docs.files.isEmpty {
      console.tell("'\(docs.increment)' has no experiments; nothing was written")
    } else if docs.selected.isEmpty {
      console.tell("no experiment of '\(docs.increment)' is selected")
    }
  }
}

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
          specweave-ml sync-docs all             # every increment with experiments

        Writes architecture/ml-experiments.md, architecture/ml-models.md and \
        runbooks/model-training.md below .specweave/docs/internal/: one marked block for each \
        increment. All other text in these files stays as it is. Without an increment it is the current \
        one, or all where several could be meant. docs/living-docs.md describes them.
        """)
  }

  @Argument(
    help: ArgumentHelp(
      "The increment, or \"all\"; \"update\" before it says nothing. (default: the current one, or "
        + "all)", valueName: "increment"),
    completion: IncrementArgument.completion)
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
    guard let named = try Increment.found(forLivingDocs: increments.first) else {
      return try show(try Increment.syncAllLivingDocs(report: report), on: console)
    }
    let docs = try named.syncLivingDocs(report: report)
    switch output.form(on: console) {
    case .json: console.write(try JSONDocument.text([.init("docs", docs.json)]))
    case let form:
      console.write(DataTable([.init("change"), .init("file")], rows: Self.rows(docs)), as: form)
    }
    if docs.files.isEmpty {
      console.tell("'\(docs.increment)' has no experiments; nothing was written")
    } else if docs.selected.isEmpty {
      console.tell("no experiment of '\(docs.increment)' is selected")
    }
  }

  private func show(_ all: [LivingDocs], on console: Console) throws(TrackingError) {
    switch output.form(on: console) {
    case .json:
      console.write(try JSONDocument.text([.init("increments", .list(all.map(\.json)))]))
    case let form:
      console.write(
        DataTable(
          [.init("increment"), .init("change"), .init("file")],
          rows: all.flatMap { docs in Self.rows(docs).map { [.text(docs.increment)] + $0 } }),
        as: form)
    }
    if all.isEmpty { console.tell("no increment has experiments; nothing was written") }
  }

  private static func rows(_ docs: LivingDocs) -> [[Value]] {
    docs.files.map { [.text($0.change.rawValue), .text(WorkingDirectory.shown($0.path))] }
  }
}

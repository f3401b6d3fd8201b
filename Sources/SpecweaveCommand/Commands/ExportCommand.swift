import ArgumentParser
import ExperimentTracker
import TrackingEntities

extension ExportFormat: ExpressibleByArgument {}

/// `specweave-ml export`: experiments for other programs.
struct ExportCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "export",
      abstract: "Write the experiments of an increment out as CSV or JSON.",
      discussion: """
        Examples:
          specweave-ml export 0042 --format csv > experiments.csv
          specweave-ml export 0042 --format json --output experiments.json
          specweave-ml export 0042 --points --format csv     # every point of every metric
          specweave-ml export --where "status == 'completed'" --fields name,auc --format jsonl

        CSV has a column for every metric and parameter; text that a spreadsheet would compute gets \
        an apostrophe before it. JSON has all that is known of each experiment; --format jsonl is \
        one of them a line.
        """,
      aliases: ["export-experiments"])
  }

  @Argument(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @Option(help: "The form.")
  var format: ExportFormat = .csv

  @Flag(help: "Every point of every metric, a row each.")
  var points = false

  @Flag(help: "All increments of the project.")
  var all = false

  @Flag(help: "Also the experiments inside others: combinations of a sweep, stages, folds.")
  var children = false

  @Flag(help: "Also what is archived.")
  var archived = false

  @OptionGroup var selection: SelectionOptions

  @Option(
    help: ArgumentHelp("Only these: name,metrics.auc.max,params.lr, ...", valueName: "list"))
  var fields: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("A file to write to, replaced when it is complete.", valueName: "file"))
  var output: String?

  func validate() throws {
    if points && fields != nil { throw ValidationError("--points has no --fields.") }
  }

  func run(on console: Console) throws(TrackingError) {
    let listing = try selection.listing(
      increment, all: all, children: children, archived: archived)
    let file = try output.map { (path) throws(TrackingError) in try OutputFile(path) }
    let stream = file?.stream ?? console.output
    let document: [Value.Entry] = [
      .init("schema_version", .integer(JSONDocument.schemaVersion))
    ]
    func write(_ text: String) -> Bool {
      stream.write(text)
      return !stream.isClosed && stream.problem == nil
    }
    let notes =
      points
      ? try listing.exportPoints(as: format, document: document, to: write)
      : try listing.export(as: format, fields: fields, document: document, to: write)
    try file?.commit()
    for note in notes { console.tell(note) }
  }
}

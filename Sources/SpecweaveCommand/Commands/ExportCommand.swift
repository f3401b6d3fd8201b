import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml export`: experiments for other programs.
struct ExportCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "export",
      abstract: "Export the experiments of an increment: CSV, JSON, TensorBoard, MLflow.",
      discussion: """
        Examples:
          specweave-ml export 0042 --format csv > experiments.csv
          specweave-ml export 0042 --format json --output experiments.json
          specweave-ml export 0042 --points --format csv     # every point of every metric
          specweave-ml export --where "status == 'completed'" --fields name,auc --format jsonl
          specweave-ml export 0042 --format tensorboard --children -o logs
          specweave-ml export 0042 --format mlflow --children -o mlruns

        CSV has a column for every metric and parameter; text that a spreadsheet would compute gets \
        an apostrophe before it. JSON has all that is known of each experiment; --format jsonl is \
        one of them a line. rows is JSON for programs that make typed tables: the columns with their \
        types, then a list of values a line. tensorboard and mlflow are folders, described in \
        docs/exporting.md. Parquet is written by Python: export_experiments(..., format="parquet").
        """,
      aliases: ["export-experiments"])
  }

  @OptionGroup var choice: ListingChoice

  @Option(
    help: ArgumentHelp(
      "The form: \(Self.formats.joined(separator: ", ")). (default: csv)", valueName: "format"),
    completion: .list(Self.formats), transform: Self.format)
  var format: ExportFormat = .csv

  @Flag(help: "Every point of every metric, a row each.")
  var points = false

  @Option(
    help: ArgumentHelp("Only these: name,metrics.auc.max,params.lr, ...", valueName: "list"))
  var fields: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "A file to write to, replaced when it is complete; a new folder for tensorboard and mlflow.",
      valueName: "path"))
  var output: String?

  @Flag(help: "Replace an earlier export in the folder.")
  var force = false

  private static var formats: [String] { ExportFormat.allCases.map(\.rawValue) }

  private static func format(_ text: String) throws -> ExportFormat {
    do throws(TrackingError) {
      return try ExportFormat.named(text)
    } catch {
      throw ValidationError(error.message)
    }
  }

  func run(on console: Console) throws(TrackingError) {
    let listing = try choice.listing()
    let options = ExportOptions(
      format: format, fields: fields, points: points, overwrite: force)
    let notes: [String]
    if let output {
      notes = try listing.export(options, to: output).notes
    } else {
      notes = try listing.export(options) { text in
        console.output.write(text)
        return !console.output.isClosed && console.output.problem == nil
      }
    }
    for note in notes { console.tell(note) }
  }
}

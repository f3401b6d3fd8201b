import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml show`: one experiment.
struct ShowCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show",
      abstract: "Show one experiment: metrics, parameters, notes, files, where it came from.",
      discussion: """
        Examples:
          specweave-ml show exp-003-xgboost
          specweave-ml show exp-003 --json
          specweave-ml show exp-003 --fields status,accuracy,params.lr
          specweave-ml show xgboost-v1 --increment 0042 --format md
        """,
      aliases: ["show-experiment"])
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @OptionGroup var place: PlaceOptions

  @Option(
    help: ArgumentHelp(
      "Only these: name,metrics.auc.max,params.lr,git.commit, ...", valueName: "list"))
  var fields: String?

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let experiment = try place.load(experiment)
    let form = output.form(on: console)
    switch form {
    case .table where fields == nil:
      console.write(
        try experiment.text(width: console.terminal.width, colours: console.terminal.usesColour))
    case .md where fields == nil: console.write(try experiment.report())
    case .json where fields == nil:
      let listing = try IncrementListing(of: [experiment])
      console.write(try JSONDocument.text([.init("experiment", try listing.json(at: 0))]))
    default:
      let (table, notes) = try experiment.dataTable(fields: fields)
      if form == .json {
        console.write(try JSONDocument.text([.init("experiment", table.objects.first ?? .null)]))
      } else if form == .csv {
        console.write(table, as: form)
      } else {
        console.write(DataTable(fieldsOf: table), as: form)
      }
      for note in notes { console.tell(note) }
    }
    for notice in experiment.takeNotices() { console.tell(notice) }
  }
}

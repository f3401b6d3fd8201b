import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml list`: the experiments of an increment.
struct ListCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list",
      abstract: "List the experiments of an increment, the newest first.",
      discussion: """
        Examples:
          specweave-ml list                     # the current increment
          specweave-ml list 0042                # the increment 0042
          specweave-ml list --where "metrics.auc > 0.8" --sort auc --descending
          specweave-ml list --fields name,auc,params.lr --format csv
          specweave-ml list --all --limit 20    # of the whole project

        The table shows the metrics first, then the parameters that differ. Conditions are described \
        in docs/expressions.md.
        """,
      aliases: ["list-experiments"])
  }

  @OptionGroup var choice: ListingChoice

  @Option(
    help: ArgumentHelp(
      "The columns: name,metrics.auc.max,params.lr,git.commit, ...", valueName: "list"))
  var fields: String?

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let listing = try choice.listing()
    switch output.form(on: console) {
    case .json: try writeJSON(listing.newestFirst, on: console)
    case .table where fields == nil:
      var rows: [Value.Entry] = []
      if let limit = choice.selection.limit { rows.append(.init("rows", .integer(Int64(limit)))) }
      console.write(
        try listing.text(
          json: try Value.map(rows).json(layout: .compact), width: console.terminal.width,
          colours: console.terminal.usesColour, for: "a listing"))
    case let form:
      let (table, notes) = try listing.newestFirst.dataTable(fields: fields)
      console.write(table, as: form)
      for note in notes { console.tell(note) }
    }
    for note in listing.notes { console.tell(note) }
  }

  private func writeJSON(_ listing: IncrementListing, on console: Console) throws(TrackingError) {
    var notes = listing.notes
    let experiments: [Value]
    if let fields {
      let (table, more) = try listing.dataTable(fields: fields)
      experiments = table.objects
      notes += more
    } else {
      experiments = try listing.table(from: 0, count: .max).elements
    }
    console.write(
      try JSONDocument.text([
        .init("experiments", .list(experiments)),
        .init("notes", .list(notes.map { .text($0) })),
      ]))
  }
}

import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml notes`: what was noted about an experiment.
struct NotesCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "notes",
      abstract: "Show the notes of an experiment, or add one.",
      discussion: """
        Examples:
          specweave-ml notes exp-003
          specweave-ml notes exp-003 --add "The loss jumped when the data was mixed."
        """)
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @Option(help: ArgumentHelp("A note to add. May be repeated.", valueName: "text"))
  var add: [String] = []

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    try StoredChange.checkIsSaid(add, "a note")
    let experiment = try place.load(experiment)
    for text in add { try StoredChange.check(try experiment.logNote(text)) }
    try StoredChange.finish(experiment, changed: !add.isEmpty)
    let notes = try experiment.snapshot().notes
    switch output.form(on: console) {
    case .json:
      console.write(
        try JSONDocument.text([
          .init("experiment", .text(experiment.name)),
          .init(
            "notes",
            .list(notes.map { ["time": .number($0.time), "text": .text($0.text)] })),
        ]))
    case .table where notes.isEmpty: console.tell("'\(experiment.name)' has no notes")
    case let form:
      console.write(
        DataTable(
          [.init("time", isTime: true), .init("note")],
          rows: notes.map { [.number($0.time), .text($0.text)] }), as: form)
    }
    for notice in experiment.takeNotices() { console.tell(notice) }
  }
}

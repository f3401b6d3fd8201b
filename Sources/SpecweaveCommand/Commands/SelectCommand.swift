import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml select`: the decision for an experiment.
struct SelectCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "select",
      abstract: "Record that an experiment was selected for deployment, and why.",
      discussion: """
        Examples:
          specweave-ml select exp-003 --reason "5% better precision" --reason "Fast inference"
          specweave-ml select exp-003 --undo
        """)
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @Option(help: ArgumentHelp("Why, one sentence. May be repeated.", valueName: "text"))
  var reason: [String] = []

  @Flag(help: "Take the decision back.")
  var undo = false

  @OptionGroup var place: PlaceOptions

  func run(on console: Console) throws(TrackingError) {
    try StoredChange.checkIsSaid(reason, "a reason")
    let experiment = try place.load(experiment)
    try StoredChange.check(try experiment.select(rationale: reason, selected: !undo))
    try StoredChange.finish(experiment, changed: true)
    console.tell(
      undo ? "'\(experiment.name)' is not selected any more" : "'\(experiment.name)' is selected")
    for notice in experiment.takeNotices() { console.tell(notice) }
  }
}

import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml diff`: what differs between two experiments.
struct DiffCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "diff",
      abstract: "Show what differs between two experiments.",
      discussion: """
        Examples:
          specweave-ml diff xgb-v1 xgb-v2
          specweave-ml diff exp-002 exp-003 --json

        Parameters, metrics, tags, code, environment, data and files: only what is not the same in \
        both. The second one is seen from the first.
        """)
  }

  @Argument(
    help: "The experiment to compare with: a name, exp-002, a folder or path.",
    completion: ExperimentArgument.completion)
  var before: String

  @Argument(
    help: "The experiment that is described.", completion: ExperimentArgument.completion)
  var after: String

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let (old, new) = (try place.load(before), try place.load(after))
    let difference = try new.difference(from: old)
    switch output.form(on: console) {
    case .table:
      console.write(
        DifferenceText.render(
          difference, width: console.terminal.width, colours: console.terminal.usesColour))
    case .json:
      console.write(
        try JSONDocument.text([.init("difference", DifferenceJSON.value(difference))]))
    case let form: console.write(DataTable(difference), as: form)
    }
    for notice in old.takeNotices() + new.takeNotices() { console.tell(notice) }
  }
}

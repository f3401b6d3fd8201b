import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml why`: what changed beside the score between two experiments.
struct WhyCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "why",
      abstract: "Say what changed beside the score between two experiments, and what is equal.",
      discussion: """
        Examples:
          specweave-ml why xgb-v1 xgb-v2
          specweave-ml why exp-002 exp-003 --metric f1
          specweave-ml why exp-002 exp-003 --json

        Facts only, the most likely reason first: data, parameters, code, versions, command line, \
        machine, seed; then experiments that differ in one of the parameters alone, what is equal, \
        and what was not recorded. The second one is seen from the first; diff lists every value.
        """)
  }

  @Argument(
    help: "The experiment to compare with: a name, exp-002, a folder or path.",
    completion: ExperimentArgument.completion)
  var before: String

  @Argument(
    help: "The experiment that is explained.", completion: ExperimentArgument.completion)
  var after: String

  @Option(
    help: ArgumentHelp(
      "The metric that is explained. (default: as in a comparison)", valueName: "metric"))
  var metric: String?

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let (old, new) = (try place.load(before), try place.load(after))
    let explanation = try new.explanation(from: old, by: metric)
    switch output.form(on: console) {
    case .table:
      console.write(
        ExplanationReport.text(
          explanation, width: console.terminal.width, colours: console.terminal.usesColour))
    case .md: console.write(ExplanationReport.markdown(explanation))
    case .json:
      console.write(
        try JSONDocument.text([.init("explanation", ExplanationReport.value(explanation))]))
    case let form: console.write(ExplanationReport.table(explanation), as: form)
    }
    for notice in old.takeNotices() + new.takeNotices() { console.tell(notice) }
  }
}

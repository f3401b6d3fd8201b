import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml review`: what stands out among the experiments of an increment.
struct ReviewCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "review",
      abstract: "Say what stands out among the experiments of an increment, and what to try.",
      discussion: """
        Examples:
          specweave-ml review 0042
          specweave-ml review 0042 --metric val_loss --direction lower
          specweave-ml review --json

        Facts computed from what was recorded: the best value of a parameter at the end of what was \
        tried, ties within noise, gaps between training and other data, curves that rise again, \
        still fall or become NaN, metrics that some never logged, what failed ones share. \
        docs/review.md describes the rules and their thresholds.
        """)
  }

  @Argument(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @Option(
    help: ArgumentHelp(
      "The metric to judge by. (default: as in a comparison)", valueName: "metric"))
  var metric: String?

  @Option(help: "Which way it gets better, where its name does not tell.")
  var direction: Direction?

  enum Direction: String, CaseIterable, ExpressibleByArgument {
    case higher
    case lower
  }

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let review = try Increment.find(increment).review(
      by: metric, direction: direction.flatMap { MetricDirection(rawValue: $0.rawValue) })
    switch output.form(on: console) {
    case .table:
      console.write(
        ReviewReport.text(
          review, width: console.terminal.width, colours: console.terminal.usesColour))
    case .md: console.write(ReviewReport.markdown(review))
    case .json:
      console.write(try JSONDocument.text([.init("review", ReviewReport.value(review))]))
    case let form: console.write(ReviewReport.table(review), as: form)
    }
  }
}

import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// Where an experiment is looked for.
struct PlaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Look only in this increment. (default: the current one first, then all)",
      valueName: "name"), completion: IncrementArgument.completion)
  var increment: String?

  /// The experiment that is meant.
  func load(_ query: String) throws(TrackingError) -> Experiment {
    guard let increment else { return try Increment.load(query) }
    return try Increment.find(increment).load(query)
  }
}

import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// Where an experiment is looked for.
struct PlaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Look only in this increment. (default: the current one first, then all)",
      valueName: "name"))
  var increment: String?

  /// The experiment that is meant.
  func load(_ query: String) throws(TrackingError) -> Experiment {
    guard let increment else { return try Increment.load(query) }
    return try Increment.find(increment).load(query)
  }
}

/// How an experiment is said.
enum ExperimentArgument {
  static let help: ArgumentHelp =
    "The experiment: its name, the beginning of it, exp-003, its folder or path."
}

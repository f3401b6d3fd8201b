import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml restore`: an archived experiment back.
struct RestoreCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "restore",
      abstract: "Bring an archived experiment back.",
      discussion: """
        Examples:
          specweave-ml restore exp-003

        If the name of its folder is taken by now, it gets the next number, as a re-run does.
        """)
  }

  @Argument(help: ExperimentArgument.help)
  var experiment: String

  @OptionGroup var place: PlaceOptions

  func run(on console: Console) throws(TrackingError) {
    let archived =
      if let increment = place.increment {
        try Increment.find(increment).loadArchived(experiment)
      } else {
        try Increment.loadArchived(experiment)
      }
    let restored = try archived.restore()
    console.tell("'\(restored.name)' is in experiments/\(restored.folder) again")
  }
}

import ArgumentParser
import ExperimentTracker
import Glibc
import TrackingEntities

/// `specweave-ml delete`: an experiment to the archive, or gone for good.
struct DeleteCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "delete",
      abstract: "Move an experiment to _archive, or remove its files for good.",
      discussion: """
        Examples:
          specweave-ml delete exp-003              # restore brings it back
          specweave-ml delete exp-003 --forever    # asks first
        """)
  }

  @Argument(help: ExperimentArgument.help)
  var experiment: String

  @Flag(help: "Remove its files, with all that is inside it; asks in a terminal.")
  var forever = false

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Also if it is tagged production or selected; with --forever even if it is running.")
  var force = false

  @OptionGroup var place: PlaceOptions

  func run(on console: Console) throws(TrackingError) {
    let loaded = try place.load(experiment)
    guard forever else {
      let archived = try loaded.archive(force: force)
      console.tell(
        "'\(archived.name)' is in experiments/\(archived.folder); restore brings it back")
      return
    }
    guard yes || agrees(to: "Delete '\(loaded.name)' in '\(loaded.path)' for good?", console) else {
      throw TrackingError(
        .invalidArgument, "nothing was deleted: answer y in a terminal, or add --yes")
    }
    try loaded.delete(force: force)
    console.tell("'\(loaded.name)' is deleted")
  }

  /// Asks, where somebody can answer.
  private func agrees(to question: String, _ console: Console) -> Bool {
    guard isatty(0) == 1, isatty(2) == 1 else { return false }
    console.messages.write(VisibleText.line(question, limit: .max) + " [y/N] ")
    console.messages.flush()
    let answer = readLine() ?? ""
    return ["y", "yes"].contains(answer.lowercased())
  }
}

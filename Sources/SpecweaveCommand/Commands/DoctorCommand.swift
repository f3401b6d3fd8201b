import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml doctor`: what is wrong with the store, and what to do.
struct DoctorCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "doctor",
      abstract: "Look for what is damaged, missing or left behind, and repair what can be.",
      discussion: """
        Examples:
          specweave-ml doctor 0042
          specweave-ml doctor --all --artifacts    # reads every artifact
          specweave-ml doctor --repair

        A repair keeps what it replaces and deletes no data. The exit code is 1 if an error or a \
        warning is left. docs/maintenance.md lists what is found.
        """)
  }

  @Argument(help: "The increment: 42, 0042, its name or its path. (default: the current one)")
  var increment: String?

  @Flag(help: "All increments of the project.")
  var all = false

  @Flag(help: "Read all artifacts, to compare their hashes.")
  var artifacts = false

  @Flag(help: "Set right what can be set right without losing anything.")
  var repair = false

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    if all { try Increment.checkProject() }
    let increments = try all ? Increment.all() : [Increment.find(increment)]
    let check = try StoreCheck(increments, artifacts: artifacts, repair: repair)
    while try check.step() {}
    let report = check.report
    try console.write(report, output)
    guard report.isHealthy else {
      throw TrackingError(
        .format, "the store needs attention: the table says what to do about each finding")
    }
  }
}

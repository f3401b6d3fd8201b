import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml reproduce`: an experiment run again, and whether the same came of it.
struct ReproduceCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "reproduce",
      abstract: "Run an experiment again from what was recorded, and compare the metrics.",
      discussion: """
        Examples:
          specweave-ml reproduce exp-003
          specweave-ml reproduce exp-003 --here --link data
          specweave-ml reproduce simulation --before make --tolerance 0.01

        The recorded commit, changes and code are put into a worktree; a Python program gets a new \
        environment with the recorded packages. The new experiment lies beside the old one; the \
        verdict is recorded in both. Exit code 0 if it was reproduced, else 1.
        """)
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @Flag(help: "Run with the programs and packages of this machine, as they are.")
  var here = false

  @Option(help: ArgumentHelp("The Python to run with.", valueName: "program"))
  var python: String?

  @Option(
    help: ArgumentHelp(
      "A command that is run first, in the same folder: what builds a program.",
      valueName: "command"))
  var before: String?

  @Option(
    help: ArgumentHelp(
      "A file or folder of the working tree that git does not have, such as data. May be repeated.",
      valueName: "path"), completion: .file())
  var link: [String] = []

  @Option(
    help: ArgumentHelp(
      "How far apart two values may be, as a part of the first: 0.01 is one percent.",
      valueName: "part"))
  var tolerance: Double?

  @Flag(help: "Leave the folder in which it was run.")
  var keep = false

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    var options = ReproductionOptions()
    (options.here, options.python, options.before) = (here, python, before)
    (options.links, options.tolerance, options.keep) = (link, tolerance ?? 0, keep)
    try options.check()
    let experiment = try place.load(experiment)
    let reproduction = try experiment.reproduce(options)
    switch output.form(on: console) {
    case .json:
      console.write(try JSONDocument.text([.init("reproduction", reproduction.json)]))
    case let form:
      let table = DataTable(reproduction.verdict)
      if !table.rows.isEmpty { console.write(table, as: form) }
    }
    let isSame = reproduction.verdict.outcome == .reproduced
    let folder = reproduction.folder.map { isSame ? " as '\($0)'" : "; it ran as '\($0)'" } ?? ""
    let reasons = reproduction.reasons.map { "\n- \($0)" }.joined()
    console.tell(
      "'\(experiment.name)' \(reproduction.verdict.outcome.sentence)\(folder)\(reasons)")
    if let kept = reproduction.kept { console.tell("The code is in \(kept)") }
    if reproduction.verdict.outcome != .reproduced { console.answerUnfavourably() }
    for notice in experiment.takeNotices() { console.tell(notice) }
  }
}

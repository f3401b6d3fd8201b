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
          specweave-ml diff xgb-v1 xgb-v2 --code src/model.py
          specweave-ml diff exp-002 exp-003 --json

        Parameters, metrics, tags, environment, data, files, and the code as it was run (the \
        recorded commit with the recorded changes): only what is not the same in both. The second \
        one is seen from the first. A terminal gets the beginning of a long diff of the code; --code \
        gives all of it and nothing else. Nothing is changed in the repository, and nothing that it \
        configures is run. docs/comparing.md tells more.
        """)
  }

  /// So many lines of code a terminal gets that did not ask for them.
  static let mostLines = 100

  @Argument(
    help: "The experiment to compare with: a name, exp-002, a folder or path.",
    completion: ExperimentArgument.completion)
  var before: String

  @Argument(
    help: "The experiment that is described.", completion: ExperimentArgument.completion)
  var after: String

  @Argument(
    help: "Compare the code only in these files and folders, from the top of the repository.")
  var paths: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: "Only the code, as a whole unified diff; or all but the code, which runs no git.")
  var code: Bool?

  @Flag(help: "Of the code, which files differ by how many lines instead of the diff.")
  var stat = false

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let (old, new) = (try place.load(before), try place.load(after))
    let form = output.form(on: console)
    let isText = output.format == nil && !output.json || form == .table
    if code == true && isText {
      show(try new.codeDifference(from: old, paths: paths, withPatch: !stat), on: console)
    } else {
      try show(old, new, as: form, on: console)
    }
    for notice in old.takeNotices() + new.takeNotices() { console.tell(notice) }
  }

  /// The code alone: as it is for a program, with escapes and colours for people.
  private func show(_ difference: CodeDifference, on console: Console) {
    if stat || difference.patch == nil {
      for line in CodeDifferenceText.files(difference) { console.write(line) }
    } else if console.terminal.isInteractive {
      let colours = console.terminal.usesColour
      for line in CodeDifferenceText.lines(difference, colours: colours) { console.write(line) }
    } else if let patch = difference.patch, !patch.isEmpty {
      console.write(patch)
    }
    for note in difference.notes { console.tell(note) }
  }

  private func show(
    _ old: Experiment, _ new: Experiment, as form: OutputFormat, on console: Console
  ) throws(TrackingError) {
    let difference = try new.difference(from: old)
    let needsPatch = !stat && (form == .table || form == .json)
    let code =
      code == false
      ? nil : try new.codeDifference(from: old, paths: paths, withPatch: needsPatch)
    switch form {
    case .table:
      let lines = code.map { CodeDifferenceText.lines($0).count } ?? 0
      let most = console.terminal.isInteractive ? Self.mostLines : .max
      console.write(
        DifferenceText.render(
          difference, code: code, mostLines: most, width: console.terminal.width,
          colours: console.terminal.usesColour))
      if lines > most {
        console.tell("… \(lines - most) more lines of code, --code shows all")
      }
    case .json:
      console.write(
        try JSONDocument.text([.init("difference", DifferenceJSON.value(difference, code: code))]))
    case let form: console.write(DataTable(difference, code: code), as: form)
    }
  }
}

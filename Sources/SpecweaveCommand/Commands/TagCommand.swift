import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml tag`: the tags of an experiment.
struct TagCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "tag",
      abstract: "Show the tags of an experiment, add and remove them.",
      discussion: """
        Examples:
          specweave-ml tag exp-003
          specweave-ml tag exp-003 production reviewed
          specweave-ml tag exp-003 --remove production
        """)
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @Argument(help: "Tags to add.")
  var tags: [String] = []

  @Option(help: ArgumentHelp("A tag to remove. May be repeated.", valueName: "tag"))
  var remove: [String] = []

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let experiment = try place.load(experiment)
    let present = try experiment.snapshot().tags
    for tag in remove where !present.contains(where: { $0.utf8.elementsEqual(tag.utf8) }) {
      throw TrackingError(
        .notFound,
        "'\(experiment.name)' has no tag '\(tag)'; it has" + (present.isEmpty ? " none" : ":"),
        candidates: present)
    }
    for tag in tags { try StoredChange.check(try experiment.addTag(tag)) }
    for tag in remove { try StoredChange.check(try experiment.removeTag(tag)) }
    try StoredChange.finish(experiment, changed: !(tags + remove).isEmpty)
    let now = try experiment.snapshot().tags
    switch output.form(on: console) {
    case .json:
      console.write(
        try JSONDocument.text([
          .init("experiment", .text(experiment.name)),
          .init("tags", .list(now.map { .text($0) })),
        ]))
    case .table where now.isEmpty: console.tell("'\(experiment.name)' has no tags")
    case let form:
      console.write(DataTable([.init("tag")], rows: now.map { [.text($0)] }), as: form)
    }
    for notice in experiment.takeNotices() { console.tell(notice) }
  }
}

import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// `specweave-ml archive`: old experiments out of the way.
struct ArchiveCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "archive",
      abstract: "Move old experiments to _archive, after a look at which.",
      discussion: """
        Examples:
          specweave-ml archive --older-than 6mo          # only says what would be moved
          specweave-ml archive --older-than 6mo --yes    # moves it
          specweave-ml archive 0042 --older-than 6mo     # of the increment 0042
          specweave-ml archive exp-003 exp-004 --yes

        All conditions must hold. What is running stays; what is tagged production, or selected, is \
        moved with --force only. docs/maintenance.md describes it.
        """)
  }

  @Argument(
    help: ArgumentHelp(
      "The increment, written in full: 0042, its name or its path; then experiments: name, number "
        + "or folder. (default: all of the current increment)", valueName: "experiments"))
  var words: [String] = []

  @Option(
    help: ArgumentHelp(
      "The increment: 42, 0042, its name or its path; then all words are experiments.",
      valueName: "name"), completion: IncrementArgument.completion)
  var increment: String?

  @Flag(help: "All increments of the project.")
  var all = false

  @Option(
    name: .customLong("older-than"),
    help: ArgumentHelp(
      "Those in which nothing has happened for so long, or since a date: 12h, 30d, 2w, 6mo, 1y, "
        + "2026-01-31.", valueName: "age"))
  var olderThan: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Those that fulfil a condition.", valueName: "condition"))
  var condition: String?

  @Flag(help: "Move them; without it nothing is moved.")
  var yes = false

  @Flag(help: "Also what is tagged production, selected, unreadable or perhaps being written.")
  var force = false

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    var experiments = words
    var increment = try increment.map { (name) throws(TrackingError) in try Increment.find(name) }
    if increment == nil, !all, let first = words.first {
      increment = Increment.found(byFullName: first)
      if increment != nil { experiments.removeFirst() }
    }
    var members: [Value.Entry] = [
      .init("dry_run", .boolean(!yes)), .init("force", .boolean(force)),
    ]
    if let olderThan { members.append(.init("older_than", .text(olderThan))) }
    if let condition { members.append(.init("where", .text(condition))) }
    if !experiments.isEmpty {
      members.append(.init("names", .list(experiments.map { .text($0) })))
    }
    if all { members.append(.init("increments", .text("all"))) }
    if all { try Increment.checkProject() }
    if increment == nil, !all { increment = try Increment.find() }
    let report = try Increment.archive(
      in: increment, json: try Value.map(members).json(layout: .compact), for: "archiving")
    if output.form(on: console) == .table {
      if !report.shortTable.rows.isEmpty { console.write(report.shortTable, as: .table) }
      for remark in report.remarks { console.tell(remark) }
    } else {
      try console.write(report, output)
    }
    // One that was named, or that a condition chose and nothing protects, was to be moved.
    if report.entries(.keep).contains(where: { $0.hasFailed || (yes && !experiments.isEmpty) }) {
      console.answerUnfavourably()
    }
    if !yes, !report.entries(.archive).isEmpty {
      console.tell("Add --yes to move them.")
    }
  }
}

extension Console {
  /// Writes a report as data, and what is said below it as messages.
  func write(_ report: some TabularReport, _ output: OutputOptions) throws(TrackingError) {
    let form = output.form(on: self)
    if form == .json {
      write(try JSONDocument.text(report.value.entries))
      return
    }
    let table = report.table
    if form == .table {
      let lines = report.lines(width: terminal.width)
      if !lines.isEmpty { write(lines) }
    } else if !table.rows.isEmpty {
      write(table, as: form)
    }
    for remark in report.remarks { tell(remark) }
  }
}

import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml compare`: experiments side by side, the best of them, and why.
struct CompareCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "compare",
      abstract: "Compare the experiments of an increment, name the best and say why.",
      discussion: """
        Examples:
          specweave-ml compare 0042
          specweave-ml compare 0042 --metrics accuracy,f1 --params differing
          specweave-ml compare --where "params.depth > 4" --sort auc --limit 10
          specweave-ml compare --group-by=-seed            # all seeds in one row
          specweave-ml compare --series xgb-v1,xgb-v2,xgb-v3
          specweave-ml compare 0042 --html comparison.html

        A terminal gets 20 rows, the newest and the best, unless --limit says otherwise. Also writes \
        comparison.md beside the experiments, unless --no-write is given or the store is read-only. \
        docs/comparing.md describes the choices.
        """,
      aliases: ["compare-experiments"])
  }

  @Argument(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @OptionGroup var choice: ComparisonChoice

  @Option(
    help: ArgumentHelp(
      "Write a page to look at, with tables, curves and the comparison, into this file.",
      valueName: "file"))
  var html: String?

  @Flag(name: .customLong("no-write"), help: "Do not write comparison.md.")
  var noWrite = false

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let increment = try Increment.find(increment)
    let options = try choice.members() + [.init("write", .boolean(!noWrite))]
    let result = try increment.compare(
      json: try Value.map(options).json(layout: .compact), for: "a comparison")
    if let html {
      let path = try SavedPage.write(try result.page(), to: html)
      console.tell("Wrote \(WorkingDirectory.shown(path))")
    } else {
      switch output.form(on: console) {
      case .table:
        let most = mostRows(on: console)
        console.write(
          result.text(
            width: console.terminal.width, mostRows: most,
            fromEnd: choice.sort == nil && choice.groupBy == nil,
            colours: console.terminal.usesColour))
        let hidden = result.comparison.rows.count - most
        if hidden > 0 { console.tell("… \(hidden) more, --limit 0 shows all") }
        if let path = result.path, console.terminal.isInteractive {
          console.tell("Also in \(WorkingDirectory.shown(path))")
        }
      case .md: console.write(result.markdown())
      case .json: console.write(try JSONDocument.text([.init("comparison", result.json())]))
      case let form:
        console.write(DataTable(result.comparison), as: form)
        for note in result.comparison.notes { console.tell(note) }
      }
    }
    if let problem = result.problem { console.tell(problem.message) }
  }
}

extension CompareCommand {
  /// So many rows a terminal gets where nobody said how many.
  private static let usualRows = 20

  /// How many rows are shown. Who names the experiments wants to see them.
  fileprivate func mostRows(on console: Console) -> Int {
    let isTold = choice.limit != nil || choice.series != nil || choice.only != nil
    return console.terminal.isInteractive && !isTold ? Self.usualRows : .max
  }
}

/// What is compared and how, as in Python.
struct ComparisonChoice: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The metrics to show, the first of which decides.", valueName: "list"))
  var metrics: String?

  @Option(help: ArgumentHelp("The metric to order and judge by.", valueName: "metric"))
  var sort: String?

  @Option(
    help: ArgumentHelp(
      "Which way a metric gets better: latency=lower. May be repeated.",
      valueName: "metric=higher|lower"))
  var direction: [String] = []

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only those that fulfil a condition.", valueName: "condition"))
  var condition: String?

  @Option(
    name: .customLong("group-by"), parsing: .unconditional,
    help: ArgumentHelp(
      "Runs with the same values of these parameters are one row; -seed: those that differ in the "
        + "seed only.", valueName: "list"))
  var groupBy: String?

  @Option(help: ArgumentHelp("Exactly these experiments, by name or number.", valueName: "list"))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "These in this order, each with its change from the one before.", valueName: "list"))
  var series: String?

  @Option(
    help: ArgumentHelp(
      "Columns for parameters: differing, all, or a list of them.", valueName: "list"))
  var params: String?

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp(
      "Another increment whose experiments take part. May be repeated.", valueName: "increment"))
  var others: [String] = []

  @Option(
    help: ArgumentHelp("A sentence below the table. May be repeated.", valueName: "text"))
  var note: [String] = []

  @Flag(help: "A row for each experiment inside a sweep, not one for its best.")
  var children = false

  @Flag(help: "Also what is archived.")
  var archived = false

  @Option(
    help: ArgumentHelp(
      "Of the runs of one name the newest, or all. (default: newest; all with --group-by)",
      valueName: "newest|all"))
  var reruns: String?

  @Option(
    help: ArgumentHelp(
      "At most so many rows; 0 for all. (default: 20 in a terminal, else all)", valueName: "n"))
  var limit: Int?

  /// The options as the library takes them.
  func members() throws(TrackingError) -> [Value.Entry] {
    var members: [Value.Entry] = []
    func add(_ name: Key, _ value: Value?) {
      if let value { members.append(.init(name, value)) }
    }
    add("metrics", try list(metrics, of: "metrics", example: "accuracy,f1"))
    add("sort_by", sort.map { .text($0) })
    add("where", condition.map { .text($0) })
    add("group_by", try list(groupBy, of: "parameters", example: "depth,lr"))
    add("only", try list(only, of: "experiments", example: "xgb-v1,exp-003"))
    add("experiments", try list(series, of: "experiments", example: "xgb-v1,exp-003"))
    switch params {
    case nil: break
    case "differing": add("params", .boolean(true))
    case "all": add("params", .text("all"))
    default: add("params", try list(params, of: "parameters", example: "depth,lr"))
    }
    if !others.isEmpty { add("increments", .list(others.map { .text($0) })) }
    if !note.isEmpty { add("notes", .list(note.map { .text($0) })) }
    if !direction.isEmpty { add("directions", .map(try direction.map(Self.direction))) }
    if children { add("children", .boolean(true)) }
    if archived { add("archived", .boolean(true)) }
    add("reruns", reruns.map { .text($0) })
    add("limit", limit.flatMap { $0 == 0 ? nil : .integer(Int64($0)) })
    return members
  }

  private func list(
    _ text: String?, of kind: String, example: String
  ) throws(TrackingError) -> Value? {
    try text.map { (text) throws(TrackingError) in
      .list(try CommaList.names(text, of: kind, example: example).map { .text($0) })
    }
  }

  private static func direction(_ text: String) throws(TrackingError) -> Value.Entry {
    guard let equals = text.utf8.lastIndex(of: UInt8(ascii: "=")) else {
      throw TrackingError(
        .invalidArgument, "'\(text)' says no direction; write it as latency=lower")
    }
    let way = String(text[text.utf8.index(after: equals)...])
    return .init(Key(String(text[..<equals])), .text(way))
  }
}

import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// Which experiments, in which order.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only those that fulfil a condition, such as \"metrics.auc > 0.8 and params.depth < 6\".",
      valueName: "condition"))
  var condition: String?

  @Option(
    help: ArgumentHelp(
      "Order by a metric or another field: auc, params.lr, created.", valueName: "field"))
  var sort: String?

  @Flag(help: "With --sort: the largest first.")
  var descending = false

  @Option(
    help: ArgumentHelp("At most so many: the newest, or the first with --sort.", valueName: "n"))
  var limit: Int?

  /// The options as the library takes them.
  var members: [Value.Entry] {
    var members: [Value.Entry] = []
    if let condition { members.append(.init("where", .text(condition))) }
    if let sort { members.append(.init("sort_by", .text(sort))) }
    if descending { members.append(.init("descending", .boolean(true))) }
    if let limit { members.append(.init("limit", .integer(Int64(limit)))) }
    return members
  }
}

/// Which experiments of which increments.
struct ListingChoice: ParsableArguments {
  @Argument(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @Flag(help: "All increments of the project.")
  var all = false

  @Flag(help: "Also the experiments inside others: combinations of a sweep, stages, folds.")
  var children = false

  @Flag(help: "Also what is archived.")
  var archived = false

  @OptionGroup var selection: SelectionOptions

  /// The experiments that are meant.
  func listing() throws(TrackingError) -> IncrementListing {
    var options = selection.members
    options.append(.init("children", .boolean(children)))
    options.append(.init("archived", .boolean(archived)))
    if all { options.append(.init("increments", .text("all"))) }
    if all { try Increment.checkProject() }
    let found = all && increment == nil ? nil : try Increment.find(increment)
    return try Increment.listing(
      of: found, json: try Value.map(options).json(layout: .compact), for: "a listing")
  }
}

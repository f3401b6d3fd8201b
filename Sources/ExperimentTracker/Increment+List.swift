public import ExperimentAnalysis
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Increment {
  /// The experiments of this increment that fulfil a condition, in the order of a field.
  ///
  /// ```swift
  /// let best = try increment.experiments(
  ///   where: "params.max_depth > 3 and metrics.auc >= 0.85", sortedBy: "auc", descending: true,
  ///   limit: 5)
  /// ```
  ///
  /// - Parameters:
  ///   - condition: The condition; docs/expressions.md describes the language.
  ///   - statuses: Only those that stand so; all if there are none.
  ///   - field: A metric, or a field as in a condition; nil is by number.
  ///   - descending: Whether the largest comes first.
  ///   - limit: How many at most: the first of the order, without one the newest.
  ///   - children: Whether experiments inside others are listed too.
  ///   - archived: Whether archived ones are listed too.
  /// - Throws: `invalidArgument` with the place in the condition and a hint.
  public func experiments(
    where condition: String? = nil, status statuses: Set<ExperimentStatus> = [],
    sortedBy field: String? = nil, descending: Bool = false, limit: Int? = nil,
    children: Bool = false, archived: Bool = false
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    try Self.experiments(
      in: [self], where: condition, status: statuses, sortedBy: field, descending: descending,
      limit: limit, children: children, archived: archived)
  }

  /// As `experiments`, of several increments together; each tells its own in `increment`.
  ///
  /// ```swift
  /// let running = try Increment.experiments(in: Increment.all(), status: [.running])
  /// ```
  public static func experiments(
    in increments: [Increment], where condition: String? = nil,
    status statuses: Set<ExperimentStatus> = [], sortedBy field: String? = nil,
    descending: Bool = false, limit: Int? = nil, children: Bool = false, archived: Bool = false
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    if let limit, limit < 0 {
      throw TrackingError(
        .invalidArgument, "the limit is \(limit); it is a number of experiments, from 0 on")
    }
    var choice = ListingChoice()
    choice.filter = try condition.map { (text) throws(TrackingError) in try ExperimentFilter(text) }
    choice.statuses = Array(statuses)
    choice.sorting = try field.map { (text) throws(TrackingError) in
      try ExperimentSorting(by: text, isDescending: descending)
    }
    (choice.limit, choice.children, choice.archived) = (limit, children, archived)
    return try listing(of: increments, choice).entries.map { entry in
      var snapshot = entry.snapshot
      if increments.count > 1 { snapshot.increment = entry.increment }
      return snapshot
    }
  }

  /// The experiments that fulfil a condition, by number.
  ///
  /// ```swift
  /// let good = try increment.experiments(
  ///   where: ExperimentFilter("params.max_depth > 3 and metrics.auc >= 0.85"))
  /// ```
  ///
  /// - Parameters:
  ///   - filter: The condition; docs/expressions.md describes the language.
  ///   - children: Whether experiments inside others are listed too.
  ///   - archived: Whether archived ones are listed too.
  public func experiments(
    where filter: ExperimentFilter, children: Bool = false, archived: Bool = false
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    try snapshots(children: children, archived: archived)
      .filter { filter.matches($0, in: name) }
  }

  /// Lists as the C API and Python ask for it.
  ///
  /// - Parameter increment: The one to list, unless the options name others; where to look for
  ///   those.
  package static func listing(
    of increment: Increment?, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> IncrementListing {
    var options = try OptionReader(json, for: caller)
    let increments = try chosen(&options, besides: increment)
    var choice = ListingChoice()
    choice.children = try options.flag("children") ?? false
    choice.archived = try options.flag("archived") ?? false
    choice.statuses = try (options.texts("status") ?? []).map { (text) throws(TrackingError) in
      try ExperimentStatus.named(text)
    }
    choice.filter = try options.text("where").map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    let isDescending = try options.flag("descending") ?? false
    choice.sorting = try options.text("sort_by").map { (field) throws(TrackingError) in
      try ExperimentSorting(by: field, isDescending: isDescending)
    }
    let limit = try options.integer("limit")
    if let limit, limit < 0 { throw options.wrong("limit", "a number of experiments") }
    choice.limit = limit.map { Int(clamping: $0) }
    try options.end()
    return try listing(of: increments, choice)
  }

  /// Which experiments are listed, in which order.
  struct ListingChoice {
    var filter: ExperimentFilter?
    var statuses: [ExperimentStatus] = []
    var sorting: ExperimentSorting?
    var limit: Int?
    var children = false
    var archived = false
  }

  private static func listing(
    of increments: [Increment], _ choice: ListingChoice
  ) throws(TrackingError) -> IncrementListing {
    var all: [ListingEntry] = []
    for increment in increments {
      all += try increment.entries(children: choice.children, archived: choice.archived)
    }
    var chosen = all.filter { entry in
      (choice.statuses.isEmpty || choice.statuses.contains(entry.snapshot.status))
        && choice.filter?.matches(entry.snapshot, in: entry.increment) ?? true
    }
    let (filter, sorting) = (choice.filter, choice.sorting)
    if let sorting {
      let order = sorting.order(
        chosen.map { (IncrementListing.shown($0), $0.increment) })
      chosen = order.map { chosen[$0] }
    }
    if let count = choice.limit {
      chosen =
        sorting == nil ? ListingOrder.newest(count, of: chosen) : Array(chosen.prefix(count))
    }
    let snapshots = all.map(\.snapshot)
    return IncrementListing(
      chosen,
      notes: (filter?.notes(on: snapshots) ?? []) + (sorting?.notes(on: snapshots) ?? [])
        + ExperimentSnapshot.damageNotices(chosen.map(\.snapshot)),
      isOrdered: sorting != nil, isAcross: increments.count > 1)
  }

  /// The increments that the options name, each once; all of the project for "all".
  static func chosen(
    _ options: inout OptionReader, besides increment: Increment?
  ) throws(TrackingError) -> [Increment] {
    guard let value = options.take("increments") else {
      guard let increment else {
        throw TrackingError(.invalidArgument, "the argument 'increment' is NULL")
      }
      return [increment]
    }
    if value.text == "all" { return try all(from: increment?.path) }
    guard case .list(let elements) = value else {
      throw options.wrong("increments", "\"all\" or a list of increments")
    }
    var found: [Increment] = []
    for element in elements {
      guard let name = element.text else {
        throw options.wrong("increments", "\"all\" or a list of increments")
      }
      let next = try find(name, from: increment?.path)
      if !found.contains(where: { $0.path == next.path }) { found.append(next) }
    }
    return found
  }

  func entries(
    children: Bool, archived: Bool
  ) throws(TrackingError) -> [ListingEntry] {
    let snapshots = try self.snapshots(children: children, archived: archived)
    var parents: [String: ExperimentIdentity] = [:]
    if snapshots.contains(where: { !$0.identity.parent.isEmpty }) {
      for snapshot in snapshots { parents[snapshot.identity.id] = snapshot.identity }
    }
    return snapshots.map { snapshot in
      ListingEntry(
        snapshot, increment: name, incrementPath: path, parent: parents[snapshot.identity.parent])
    }
  }

  /// The experiment around one; nil for one inside none.
  func parent(of snapshot: ExperimentSnapshot) throws(TrackingError) -> ExperimentIdentity? {
    let path = snapshot.folder.pathParent
    guard !snapshot.identity.parent.isEmpty, !path.isEmpty, let folder = try experimentsFolder()
    else { return nil }
    let around = ExperimentCatalog(folder).snapshot(of: path).identity
    return around.id == snapshot.identity.parent ? around : nil
  }
}

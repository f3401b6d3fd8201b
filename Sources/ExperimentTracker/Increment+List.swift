public import ExperimentAnalysis
public import TrackingEntities

extension Increment {
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
    try experiments(children: children, archived: archived)
      .filter { filter.matches($0, in: name) }
  }

  /// Lists as the C API and Python ask for it, all in one text.
  package func list(json: [UInt8]?, for caller: String) throws(TrackingError) -> Value {
    let listing = try listing(json: json, for: caller)
    return [
      "increment": .text(name), "path": .text(path),
      "experiments": .list(listing.experiments.map { SnapshotJSON.value($0) }),
      "notes": .list(listing.notes.map { .text($0) }),
    ]
  }

  /// Lists as the C API and Python ask for it.
  package func listing(
    json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> IncrementListing {
    var options = try OptionReader(json, for: caller)
    let children = try options.flag("children") ?? false
    let archived = try options.flag("archived") ?? false
    let statuses = try (options.texts("status") ?? []).map { (text) throws(TrackingError) in
      try ExperimentStatus.named(text)
    }
    let filter = try options.text("where").map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    let isDescending = try options.flag("descending") ?? false
    let sorting = try options.text("sort_by").map { (field) throws(TrackingError) in
      try ExperimentSorting(by: field, isDescending: isDescending)
    }
    let limit = try options.integer("limit")
    if let limit, limit < 0 { throw options.wrong("limit", "a number of experiments") }
    try options.end()

    let all = try experiments(children: children, archived: archived)
    var chosen = all.filter { snapshot in
      (statuses.isEmpty || statuses.contains(snapshot.status))
        && filter?.matches(snapshot, in: name) ?? true
    }
    if let sorting { chosen = sorting.sorted(chosen, in: name) }
    if let limit { chosen = Array(chosen.prefix(Int(clamping: limit))) }
    return IncrementListing(
      experiments: chosen, notes: (filter?.notes(on: all) ?? []) + (sorting?.notes(on: all) ?? []))
  }
}

/// The experiments that were listed, each put into words only when somebody asks for it.
package struct IncrementListing: Sendable {
  /// What was known of each.
  package let experiments: [ExperimentSnapshot]
  /// What the reader should know about the choice, one sentence each.
  package let notes: [String]

  /// One experiment as `Increment.list` tells it.
  package func json(at place: Int) throws(TrackingError) -> Value {
    guard experiments.indices.contains(place) else {
      throw TrackingError(
        .invalidArgument, "there is no experiment \(place) in a listing of \(experiments.count)")
    }
    return SnapshotJSON.value(experiments[place])
  }

  /// Some of the experiments as rows of a table.
  package func table(from first: Int, count: Int) throws(TrackingError) -> Value {
    guard (0...experiments.count).contains(first), count >= 0 else {
      throw TrackingError(
        .invalidArgument, "there is no experiment \(first) in a listing of \(experiments.count)")
    }
    return .list(experiments[first...].prefix(count).map { SnapshotJSON.row($0) })
  }
}

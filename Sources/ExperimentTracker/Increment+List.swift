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

  /// Lists as the C API and Python ask for it.
  package func list(json: [UInt8]?, for caller: String) throws(TrackingError) -> Value {
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
    let notes = (filter?.notes(on: all) ?? []) + (sorting?.notes(on: all) ?? [])
    return [
      "increment": .text(name), "path": .text(path),
      "experiments": .list(chosen.map { SnapshotJSON.value($0) }),
      "notes": .list(notes.map { .text($0) }),
    ]
  }
}

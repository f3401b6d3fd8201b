import TrackingEntities

extension DataTable {
  /// What differs between two experiments, one thing a row.
  ///
  /// - Parameter code: What differs in the code: its files, with the names that git gives their
  ///   contents.
  package init(_ difference: ExperimentDifference, code: CodeDifference? = nil) {
    self.init(
      ["kind", "key", "change", "before", "after", "difference"].map { Column($0) })
    func add(
      _ kind: String, _ key: String, _ change: String, _ before: Value?,
      _ after: Value?, _ difference: Double? = nil
    ) {
      append([
        .text(kind), .text(key), .text(change), before ?? .null, after ?? .null,
        difference.map { .number($0) } ?? .null,
      ])
    }
    for one in difference.params {
      add("param", one.key.text, one.change.rawValue, one.before, one.after)
    }
    for one in difference.metrics {
      add(
        "metric", one.key.text, one.change.rawValue, one.before?.value, one.after?.value,
        one.difference)
    }
    for tag in difference.addedTags { add("tag", tag, "added", nil, .boolean(true)) }
    for tag in difference.removedTags { add("tag", tag, "removed", .boolean(true), nil) }
    for one in difference.facts {
      add("fact", one.key.text, one.change.rawValue, one.before, one.after)
    }
    for one in difference.artifacts {
      add(
        "artifact", one.path, one.change.rawValue, one.before.map { .text($0.sha256) },
        one.after.map { .text($0.sha256) })
    }
    for file in code?.files ?? [] {
      add(
        "code", file.path, file.change.rawValue, file.before.map(Value.text),
        file.after.map(Value.text))
    }
  }
}

package import TrackingEntities

/// A difference as data: what Python, C and `--json` get; docs/schemas/difference.schema.json
/// describes it. Keys are added in later versions, never renamed.
package enum DifferenceJSON {
  /// The difference as a map.
  ///
  /// - Parameter code: What differs in the code, for the member `code`; nil where nobody asked.
  package static func value(
    _ difference: ExperimentDifference, code: CodeDifference? = nil
  ) -> Value {
    .map(entries(difference) + (code.map { [.init("code", CodeDifferenceText.value($0))] } ?? []))
  }

  private static func entries(_ difference: ExperimentDifference) -> [Value.Entry] {
    let value: Value = [
      "format": 1,
      "before": side(difference.before),
      "after": side(difference.after),
      "params": .list(difference.params.map(entry)),
      "metrics": .list(difference.metrics.map(metric)),
      "tags": [
        "added": .list(difference.addedTags.map { .text($0) }),
        "removed": .list(difference.removedTags.map { .text($0) }),
      ],
      "facts": .list(difference.facts.map(entry)),
      "artifacts": .list(difference.artifacts.map(file)),
      "same": [
        "params": .integer(Int64(difference.same.params)),
        "metrics": .integer(Int64(difference.same.metrics)),
        "facts": .integer(Int64(difference.same.facts)),
        "artifacts": .integer(Int64(difference.same.artifacts)),
      ],
    ]
    return value.entries
  }

  private static func side(_ snapshot: ExperimentSnapshot) -> Value {
    [
      "name": .text(snapshot.name), "folder": .text(snapshot.folder),
      "number": .integer(exactly: snapshot.identity.number),
      "status": .text(snapshot.status.rawValue), "duration": .number(snapshot.duration),
      "notes": .integer(Int64(snapshot.notes.count)),
    ]
  }

  private static func entry(_ entry: ExperimentDifference.Entry) -> Value {
    [
      "key": .text(entry.key.text), "change": .text(entry.change.rawValue),
      "before": entry.before ?? .null, "after": entry.after ?? .null,
    ]
  }

  private static func metric(_ metric: ExperimentDifference.Metric) -> Value {
    [
      "key": .text(metric.key.text), "change": .text(metric.change.rawValue),
      "before": metric.before?.value ?? .null, "after": metric.after?.value ?? .null,
      "difference": .number(metric.difference), "relative": .number(metric.relative),
      "better": metric.isBetter.map { .boolean($0) } ?? .null,
    ]
  }

  private static func file(_ file: ExperimentDifference.File) -> Value {
    [
      "path": .text(file.path), "change": .text(file.change.rawValue),
      "before": file.before.map(content) ?? .null, "after": file.after.map(content) ?? .null,
    ]
  }

  private static func content(_ artifact: Artifact) -> Value {
    ["size": .integer(exactly: artifact.size), "sha256": .text(artifact.sha256)]
  }
}

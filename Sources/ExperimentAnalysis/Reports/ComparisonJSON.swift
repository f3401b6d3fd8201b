package import TrackingEntities

/// A comparison as data: what Python, C and `--json` get.
///
///     {
///       "format": 1,
///       "columns": [{"key", "heading", "kind", "direction"}],
///       "rows": [{"name", "folder", "increment", "number", "rerun", "status", "rank", "best",
///                 "sweep", "values": {key: value}, "params": {key: value}, "cells": [text],
///                 "duration", "training_time", "score", "failure", "group"}],
///       "best": {"name", "folder", "increment", "number", "score"} or null,
///       "reasons": [text], "notes": [text], "selected": [folder],
///       "proposals": [{"name", "folder", "reasons": [text]}],
///       "primary_metric": {"key", "direction", "assumed", "choice"} or null,
///       "hidden_rows": 0
///     }
///
/// `folder` is relative to the `experiments/` of the comparison's increment, also of an experiment
/// in another one. `kind` is `metric`, `param`, `training_time`, `change`, `changed_params`,
/// `range` or `runs`; `key` is null where no metric or parameter is meant. `values` holds every
/// metric of the experiment, `params` every parameter, whether or not it has a column, those inside
/// others by their path (`model.depth`). Where runs are grouped `values` are means and `group` is
/// `{"runs", "completed", "folders", "metrics": {key: {"n", "mean", "std", "min", "max"}}, "tied",
/// "p_value"}`, else null. Keys are added in later versions, never renamed.
package enum ComparisonJSON {
  /// The comparison as a map.
  package static func value(_ comparison: Comparison) -> Value {
    [
      "format": 1,
      "columns": .list(comparison.columns.map(column)),
      "rows": .list(comparison.rows.map { row($0, comparison) }),
      "best": comparison.best.map { best($0, comparison) } ?? .null,
      "reasons": .list(comparison.reasons.map { .text($0) }),
      "notes": .list(comparison.notes.map { .text($0) }),
      "selected": .list(comparison.selected.map { .text($0.snapshot.folder) }),
      "proposals": .list(comparison.proposals.map(proposal)),
      "primary_metric": comparison.primary.map(primary) ?? .null,
      "hidden_rows": .integer(Int64(comparison.hiddenRows)),
    ]
  }

  private static func column(_ column: Comparison.Column) -> Value {
    var key = Value.null
    var kind = ""
    switch column.content {
    case .metric(let metric): (key, kind) = (.text(metric.text), "metric")
    case .param(let param): (key, kind) = (.text(param.text), "param")
    case .trainingTime: kind = "training_time"
    case .change(let metric): (key, kind) = (.text(metric.text), "change")
    case .changedParams: kind = "changed_params"
    case .range(let metric): (key, kind) = (.text(metric.text), "range")
    case .runs: kind = "runs"
    }
    return [
      "key": key, "heading": .text(column.heading), "kind": .text(kind),
      "direction": .text(column.direction?.rawValue),
    ]
  }

  /// The increment of a row's experiment; null where it is not given.
  private static func increment(_ row: Comparison.Row, _ comparison: Comparison) -> Value {
    let own = row.snapshot.increment
    let name = own.isEmpty ? comparison.increment : own
    return .text(name.isEmpty ? nil : name)
  }

  private static func row(_ row: Comparison.Row, _ comparison: Comparison) -> Value {
    let snapshot = row.snapshot
    return [
      "name": .text(row.name),
      "folder": .text(snapshot.folder),
      "increment": increment(row, comparison),
      "number": .integer(exactly: snapshot.identity.number),
      "rerun": .integer(exactly: snapshot.identity.rerun),
      "status": .text(row.status.rawValue),
      "rank": row.rank.map { .integer(Int64($0)) } ?? .null,
      "best": .boolean(comparison.isBest(row)),
      "sweep": .text(row.sweep?.folder),
      "values": .map(
        row.group?.metrics.map { Value.Entry($0.key, .number($0.statistics.mean)) }
          ?? snapshot.metrics.map { Value.Entry($0.key, $0.last.value) }),
      "params": .map(
        row.group?.params ?? FlattenedParams.ofParams(snapshot)),
      "cells": .list(row.cells.map { .text($0.text) }),
      "duration": .number(snapshot.duration),
      "training_time": .number(row.trainingTime),
      "score": row.score?.value ?? .null,
      "failure": snapshot.failure.map { .text(FailureText.line($0)) } ?? .null,
      "group": row.group.map(group) ?? .null,
    ]
  }

  private static func group(_ group: RunGroup) -> Value {
    [
      "runs": .integer(Int64(group.members.count)),
      "completed": .integer(Int64(group.completed.count)),
      "folders": .list(group.members.map { .text($0.folder) }),
      "metrics": .map(
        group.metrics.map { Value.Entry($0.key, statistics($0.statistics)) }),
      "tied": .boolean(group.isTied),
      "p_value": .number(group.pValue),
    ]
  }

  private static func statistics(_ statistics: RunStatistics) -> Value {
    [
      "n": .integer(Int64(statistics.count)), "mean": .number(statistics.mean),
      "std": .number(statistics.deviation), "min": .number(statistics.minimum),
      "max": .number(statistics.maximum),
    ]
  }

  private static func best(_ row: Comparison.Row, _ comparison: Comparison) -> Value {
    [
      "name": .text(row.name), "folder": .text(row.snapshot.folder),
      "increment": increment(row, comparison),
      "number": .integer(exactly: row.snapshot.identity.number),
      "score": row.score?.value ?? .null,
    ]
  }

  private static func proposal(_ proposal: Comparison.Proposal) -> Value {
    [
      "name": .text(proposal.name), "folder": .text(proposal.folder),
      "reasons": .list(proposal.reasons.map { .text($0) }),
    ]
  }

  private static func primary(_ primary: PrimaryMetric) -> Value {
    [
      "key": .text(primary.key.text), "direction": .text(primary.direction.rawValue),
      "assumed": .boolean(primary.isAssumed), "choice": .text(primary.choice.rawValue),
    ]
  }
}

extension Value {
  /// Text, or null for none.
  static func text(_ text: String?) -> Value { text.map { .text($0) } ?? .null }

  /// A number, or null for none.
  static func number(_ number: Double?) -> Value { number.map { .number($0) } ?? .null }

  /// An unsigned integer, exact at any size.
  static func integer(exactly number: UInt64) -> Value {
    Int64(exactly: number).map { .integer($0) } ?? .bigInteger(String(number))
  }
}

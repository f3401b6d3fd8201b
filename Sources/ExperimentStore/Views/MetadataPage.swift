package import TrackingEntities

/// The content of metadata.yaml: a page that people read, and review in git.
///
/// It says what an experiment is, how it ended and what it was made from, and leaves to
/// `.summary.json` what only programs ask for. Long lists are cut with their count. Top-level
/// members that are not named here are the sections of facts (`about`, `git`, `command`,
/// `environment`, `data`, ...). docs/schemas/metadata.schema.json describes the file.
package enum MetadataPage {
  /// How many metrics are shown; metrics.json has the last value of all.
  private static let metricLimit = 100
  /// A list or map of more members than this is cut.
  private static let memberLimit = 12
  /// How many members are left of one that is cut.
  private static let membersKept = 3

  /// The names that no section of facts may have.
  package static let reserved: Set<Key> = [
    "format", "name", "id", "number", "child", "rerun", "kind", "parent", "status", "failure",
    "created", "ended", "duration", "closed", "last_write", "tags", "notes", "selection", "metrics",
    "metrics_left_out", "params_changed", "artifacts", "dropped", "problems",
  ]

  package static func encode(_ snapshot: ExperimentSnapshot) -> Value {
    let identity = snapshot.identity
    var members = OrderedMembers()
    members["format"] = .integer(Int64(SessionHeader.currentFormat))
    members["name"] = .text(identity.name)
    members["id"] = .text(identity.id)
    if identity.number > 0 { members["number"] = .count(identity.number) }
    if identity.child > 0 { members["child"] = .count(identity.child) }
    if identity.rerun > 1 { members["rerun"] = .count(identity.rerun) }
    if identity.kind != usualKind { members["kind"] = .text(identity.kind) }
    if !identity.parent.isEmpty { members["parent"] = .text(identity.parent) }
    members["status"] = .text(snapshot.status.rawValue)
    members["failure"] = snapshot.failure.map(encode)
    members["created"] = .text(Timestamp.text(identity.created))
    members["ended"] = snapshot.ended.map { .text(Timestamp.text($0)) }
    members["duration"] = snapshot.duration.map(milliseconds)
    if ![usualClose, ""].contains(snapshot.closed) { members["closed"] = .text(snapshot.closed) }
    if snapshot.ended == nil { members["last_write"] = .text(Timestamp.text(snapshot.lastWrite)) }
    members["tags"] = .list(snapshot.tags.map(Value.text))
    members["notes"] = .list(
      snapshot.notes.map { ["time": .text(Timestamp.text($0.time)), "text": .text($0.text)] })
    members["selection"] = snapshot.selection.map {
      $0.members(time: { .text(Timestamp.text($0)) })
    }
    members["metrics"] = .map(
      snapshot.metrics.prefix(metricLimit).map { .init($0.key, encode($0)) })
    if snapshot.metrics.count > metricLimit {
      members["metrics_left_out"] = .integer(Int64(snapshot.metrics.count - metricLimit))
    }
    let changed = snapshot.params.filter { !$0.previous.isEmpty }
    if !changed.isEmpty {
      members["params_changed"] = .map(changed.map { .init($0.key, .list($0.previous)) })
    }
    members.append(
      contentsOf: snapshot.facts.filter { !reserved.contains($0.key) }
        .map { .init($0.key, section($0.value)) })
    members["artifacts"] = .list(
      snapshot.artifacts.filter { $0.kind != capturedKind }.map(encode))
    if snapshot.dropped > 0 { members["dropped"] = .count(snapshot.dropped) }
    if !snapshot.problems.isEmpty {
      members["problems"] = .list(snapshot.problems.map(Value.text))
    }
    return members.value
  }

  /// What is not written down, because it is nearly always so.
  static let usualKind = "experiment"
  static let usualClose = "finish"
  /// What is captured in environment/ is there to be found, and says nothing to who reads the page.
  private static let capturedKind = "environment"

  private static func milliseconds(_ seconds: Double) -> Value {
    .number((seconds * 1000).rounded() / 1000)
  }

  private static func encode(_ failure: Failure) -> Value {
    [
      "type": .text(failure.type), "message": .text(failure.message),
      "traceback": .text(failure.traceback),
    ]
  }

  /// The only value of a metric; else the last and the best, or, where the name does not tell which
  /// is better, the smallest and the largest.
  private static func encode(_ metric: MetricSummary) -> Value {
    if metric.count == 1 { return metric.last.value }
    var members = OrderedMembers()
    members["last"] = metric.last.value
    switch MetricDirection(knownFor: metric.key) {
    case .higher:
      members["best"] = .number(metric.maximum)
      members["best_step"] = .integer(metric.maximumStep)
    case .lower:
      members["best"] = .number(metric.minimum)
      members["best_step"] = .integer(metric.minimumStep)
    case nil:
      members["min"] = .number(metric.minimum)
      members["max"] = .number(metric.maximum)
    }
    members["points"] = .integer(Int64(metric.count))
    return members.value
  }

  private static func encode(_ artifact: Artifact) -> Value {
    var members = OrderedMembers()
    members["path"] = .text(artifact.path)
    members["kind"] = .text(artifact.kind)
    members["size"] = .count(artifact.size)
    if artifact.version > 1 || !artifact.keptAs.isEmpty {
      members["version"] = .count(artifact.version)
    }
    if !artifact.keptAs.isEmpty { members["kept_as"] = .text(artifact.keptAs) }
    members["sha256"] = .text(artifact.sha256)
    return members.value
  }

  /// A section with all its members, each of them short.
  private static func section(_ value: Value) -> Value {
    guard case .map(let entries) = value else { return shortened(value) }
    return .map(entries.map { .init($0.key, shortened($0.value)) })
  }

  /// A value whose long lists and maps are cut, and end in how many members are missing.
  private static func shortened(_ value: Value) -> Value {
    switch value {
    case .list(let elements):
      let kept = elements.count > memberLimit ? membersKept : elements.count
      let rest = elements.count - kept
      return .list(
        elements.prefix(kept).map(shortened) + (rest > 0 ? [.text("... and \(rest) more")] : []))
    case .map(let entries):
      let kept = entries.count > memberLimit ? membersKept : entries.count
      let rest = entries.count - kept
      return .map(
        entries.prefix(kept).map { .init($0.key, shortened($0.value)) }
          + (rest > 0 ? [.init("...", .text("\(rest) more"))] : []))
    default: return value
    }
  }
}

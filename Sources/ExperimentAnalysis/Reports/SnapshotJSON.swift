package import TrackingEntities

/// An experiment as data: what Python, C and `--json` get. Times are seconds since 1970; what is
/// not known is null. Keys are added in later versions, never renamed.
package enum SnapshotJSON {
  /// The experiment as a map. `parentNumber` is the number of the parent, from which a child has
  /// its label; without it the label of a child is null.
  package static func value(_ snapshot: ExperimentSnapshot, parentNumber: UInt64? = nil) -> Value {
    let identity = snapshot.identity
    let hasLabel = identity.child == 0 || (parentNumber ?? 0) > 0
    var members: Value = [
      "name": .text(identity.name),
      "folder": .text(snapshot.folder),
      "number": .integer(exactly: identity.number),
      "child": .integer(exactly: identity.child),
      "label": .text(hasLabel ? snapshot.label(parentNumber: parentNumber ?? 0) : nil),
      "rerun": .integer(exactly: identity.rerun),
      "kind": .text(identity.kind),
      "id": .text(identity.id),
      "parent": .text(identity.parent.isEmpty ? nil : identity.parent),
      "status": .text(snapshot.status.rawValue),
      "failure": snapshot.failure.map(failure) ?? .null,
      "created": .number(identity.created),
      "ended": .number(snapshot.ended),
      "duration": .number(snapshot.duration),
      "closed": .text(snapshot.closed.isEmpty ? nil : snapshot.closed),
      "last_write": .number(snapshot.lastWrite),
      "params": .map(snapshot.params.map { Value.Entry($0.key, $0.value) }),
      "params_previous": .map(
        snapshot.params.filter { !$0.previous.isEmpty }
          .map { Value.Entry($0.key, .list($0.previous)) }),
      "metrics": .map(snapshot.metrics.map { Value.Entry($0.key, metric($0)) }),
      "tags": .list(snapshot.tags.map { .text($0) }),
      "notes": .list(
        snapshot.notes.map { ["time": .number($0.time), "text": .text($0.text)] }),
      "artifacts": .list(snapshot.artifacts.map(artifact)),
      "selection": snapshot.selection.map(selection) ?? .null,
      "facts": .map(snapshot.facts),
      "writers": .list(snapshot.writers.map(writer)),
      "history": .text(snapshot.history.rawValue),
      "problems": .list(snapshot.problems.map { .text($0) }),
      "dropped": .integer(exactly: snapshot.dropped),
    ]
    addNotFinite(of: snapshot.params.map { .init($0.key, $0.value) }, to: &members)
    return members
  }

  /// The experiment as a row of a table: of the metrics only the last values, and parameters inside
  /// others by their path, as `model.depth`.
  package static func row(_ snapshot: ExperimentSnapshot, parentNumber: UInt64? = nil) -> Value {
    let identity = snapshot.identity
    let params = FlattenedParams.ofParams(snapshot)
    let hasLabel = identity.child == 0 || (parentNumber ?? 0) > 0
    var members: Value = [
      "name": .text(identity.name),
      "number": .integer(exactly: identity.number),
      "label": .text(hasLabel ? snapshot.label(parentNumber: parentNumber ?? 0) : nil),
      "kind": .text(identity.kind),
      "id": .text(identity.id),
      "parent": .text(identity.parent.isEmpty ? nil : identity.parent),
      "status": .text(snapshot.status.rawValue),
      "folder": .text(snapshot.folder),
      "created": .number(identity.created),
      "ended": .number(snapshot.ended),
      "duration": .number(snapshot.duration),
      "rerun": .integer(exactly: identity.rerun),
      "tags": .list(snapshot.tags.map { .text($0) }),
      "params": .map(params),
      "metrics": .map(snapshot.metrics.map { Value.Entry($0.key, $0.last.value) }),
    ]
    addNotFinite(of: params, to: &members)
    return members
  }

  private static func addNotFinite(of params: [Value.Entry], to members: inout Value) {
    let places = params.flatMap {
      NotFinite.places(in: $0.value, at: [.text($0.key.text)])
    }
    if !places.isEmpty, case .map(var entries) = members {
      entries.append(.init("params_not_finite", .list(places)))
      members = .map(entries)
    }
  }

  private static func failure(_ failure: Failure) -> Value {
    [
      "type": .text(failure.type), "message": .text(failure.message),
      "traceback": .text(failure.traceback),
    ]
  }

  private static func metric(_ metric: MetricSummary) -> Value {
    [
      "last": metric.last.value,
      "last_step": .integer(metric.lastStep),
      "last_time": .number(metric.lastTime),
      "count": .integer(Int64(metric.count)),
      "numbers": .integer(Int64(metric.numbers)),
      "min": .number(metric.minimum),
      "min_step": .integer(metric.minimumStep),
      "max": .number(metric.maximum),
      "max_step": .integer(metric.maximumStep),
      "mean": .number(metric.mean),
      "highest_step": .integer(metric.highestStep),
    ]
  }

  private static func artifact(_ artifact: Artifact) -> Value {
    [
      "path": .text(artifact.path),
      "size": .integer(exactly: artifact.size),
      "sha256": .text(artifact.sha256),
      "kind": .text(artifact.kind),
      "version": .integer(exactly: artifact.version),
      "kept_as": .text(artifact.keptAs.isEmpty ? nil : artifact.keptAs),
      "removed": .boolean(artifact.removed),
      "details": artifact.details,
    ]
  }

  private static func selection(_ selection: Selection) -> Value {
    [
      "selected": .boolean(selection.selected),
      "rationale": .list(selection.rationale.map { .text($0) }),
      "by": .text(selection.by.isEmpty ? nil : selection.by),
      "time": .number(selection.time),
    ]
  }

  private static func writer(_ writer: ExperimentSnapshot.Writer) -> Value {
    let header = writer.header
    let role =
      switch header.role {
      case .owner: "owner"
      case .attached: "attached"
      case .editor: "editor"
      }
    return [
      "file": .text(writer.file),
      "size": .integer(exactly: writer.size),
      "writer": .text(header.writer),
      "role": .text(role),
      "session": .integer(exactly: header.session),
      "label": .text(header.label),
      "rank": header.rank.map { .integer($0) } ?? .null,
      "amends": .boolean(header.amends),
      "host": .text(header.process.host),
      "pid": .integer(exactly: header.process.pid),
    ]
  }
}

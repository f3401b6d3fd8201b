package import TrackingEntities

/// The content of metadata.yaml: all that is known but the parameters' and metrics' own files.
///
/// Top-level members that are not named here are the sections of facts (`about`, `git`, `command`,
/// `environment`, `data`, ...). docs/schemas/metadata.schema.json describes the file.
package enum MetadataView {
  /// Statistics of at most this many metrics are shown; the rest is in the event files.
  package static let metricLimit = 1000

  /// The names that no section of facts may have.
  package static let reserved: Set<Key> = [
    "format", "name", "id", "number", "child", "rerun", "kind", "parent", "status", "failure",
    "created", "ended", "duration", "elapsed", "closed", "last_write", "tags", "notes", "selection",
    "artifacts", "metrics", "metrics_left_out", "params_changed", "writers", "views", "exact",
    "dropped", "problems",
  ]

  package static func encode(
    _ snapshot: ExperimentSnapshot, digests: (params: String, metrics: String)
  ) -> Value {
    let identity = snapshot.identity
    var members = Members()
    members["format"] = .integer(Int64(SessionHeader.currentFormat))
    members["name"] = .text(identity.name)
    members["id"] = .text(identity.id)
    if identity.number > 0 { members["number"] = .count(identity.number) }
    if identity.child > 0 { members["child"] = .count(identity.child) }
    members["rerun"] = .count(identity.rerun)
    members["kind"] = .text(identity.kind)
    if !identity.parent.isEmpty { members["parent"] = .text(identity.parent) }
    members["status"] = .text(snapshot.status.rawValue)
    members["failure"] = snapshot.failure.map(encode)
    members["created"] = .time(identity.created)
    members["ended"] = snapshot.ended.map(Value.time)
    members["duration"] = snapshot.duration.map(Value.number)
    if snapshot.status == .running { members["elapsed"] = snapshot.elapsed.map(Value.number) }
    if !snapshot.closed.isEmpty { members["closed"] = .text(snapshot.closed) }
    members["last_write"] = .time(snapshot.lastWrite)
    members["tags"] = .list(snapshot.tags.map(Value.text))
    members["notes"] = .list(snapshot.notes.map(encode))
    members["selection"] = snapshot.selection.map {
      ["selected": true, "rationale": .list($0.rationale.map(Value.text))]
    }
    for section in snapshot.facts where !reserved.contains(section.key) {
      members.entries.append(section)
    }
    members["artifacts"] = .list(snapshot.artifacts.map(encode))
    members["metrics"] = .list(snapshot.metrics.prefix(metricLimit).map(encode))
    if snapshot.metrics.count > metricLimit {
      members["metrics_left_out"] = .integer(Int64(snapshot.metrics.count - metricLimit))
    }
    let changed = snapshot.params.filter { !$0.previous.isEmpty }
    if !changed.isEmpty {
      members["params_changed"] = .map(changed.map { .init($0.key, .list($0.previous)) })
    }
    if snapshot.dropped > 0 { members["dropped"] = .count(snapshot.dropped) }
    if !snapshot.problems.isEmpty {
      members["problems"] = .list(snapshot.problems.map(Value.text))
    }
    members["writers"] = .list(snapshot.writers.map(encode))
    members["views"] = [
      "params.json": .text(digests.params), "metrics.json": .text(digests.metrics),
    ]
    members["exact"] = .boolean(isExact(snapshot))
    return .map(members.entries)
  }

  /// Whether the views say all that the event files say, so that a reader may take them for it.
  private static func isExact(_ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.metrics.count <= metricLimit
      && snapshot.metrics.allSatisfy { $0.key.isText && $0.last.isPlain }
      && snapshot.params.allSatisfy { $0.key.isText && $0.value.isPlain }
      && snapshot.params.allSatisfy { $0.previous.allSatisfy(\.isPlain) }
      && snapshot.facts.allSatisfy { $0.value.isPlain && !reserved.contains($0.key) }
      && snapshot.artifacts.allSatisfy(\.details.isPlain)
  }

  private static func encode(_ failure: Failure) -> Value {
    [
      "type": .text(failure.type), "message": .text(failure.message),
      "traceback": .text(failure.traceback),
    ]
  }

  private static func encode(_ note: ExperimentSnapshot.Note) -> Value {
    ["time": .time(note.time), "text": .text(note.text)]
  }

  private static func encode(_ artifact: Artifact) -> Value {
    var members = Members()
    members["path"] = .text(artifact.path)
    members["size"] = .count(artifact.size)
    members["sha256"] = .text(artifact.sha256)
    members["kind"] = .text(artifact.kind)
    members["version"] = .count(artifact.version)
    if !artifact.keptAs.isEmpty { members["kept_as"] = .text(artifact.keptAs) }
    if !artifact.details.entries.isEmpty { members["details"] = artifact.details }
    return .map(members.entries)
  }

  private static func encode(_ metric: MetricSummary) -> Value {
    [
      "key": .text(metric.key.text), "last": metric.last.value,
      "last_step": .integer(metric.lastStep), "last_time": .number(metric.lastTime),
      "count": .integer(Int64(metric.count)), "numbers": .integer(Int64(metric.numbers)),
      "min": .number(metric.minimum), "min_step": .integer(metric.minimumStep),
      "max": .number(metric.maximum), "max_step": .integer(metric.maximumStep),
      "mean": .number(metric.mean), "highest_step": .integer(metric.highestStep),
    ]
  }

  private static func encode(_ writer: ExperimentSnapshot.Writer) -> Value {
    let header = writer.header
    var members = Members()
    members["file"] = .text(writer.file)
    members["size"] = .count(writer.size)
    members["id"] = .text(header.writer)
    members["role"] = .text(header.role.name)
    members["session"] = .count(header.session)
    if !header.label.isEmpty { members["label"] = .text(header.label) }
    members["rank"] = header.rank.map(Value.integer)
    if header.amends { members["amends"] = true }
    members["host"] = .text(header.process.host)
    members["boot"] = .text(header.process.boot)
    members["namespace"] = .count(header.process.namespace)
    members["pid"] = .count(header.process.pid)
    members["start"] = .count(header.process.start)
    return .map(members.entries)
  }
}

/// Members of a map in the order they are set; nil leaves one out.
private struct Members {
  var entries: [Value.Entry] = []

  subscript(_ key: Key) -> Value? {
    get { entries.last { $0.key == key }?.value }
    set { if let newValue { entries.append(.init(key, newValue)) } }
  }
}

extension MetricValue {
  /// Whether metrics.json gives the value back bit for bit: of all NaNs it knows only one.
  fileprivate var isPlain: Bool {
    guard case .double(let double) = self, double.isNaN else { return true }
    return double.bitPattern == Double.nan.bitPattern
  }
}

extension Value {
  fileprivate static func count(_ number: UInt64) -> Value {
    Int64(exactly: number).map(Value.integer) ?? .bigInteger(String(number))
  }

  fileprivate static func time(_ seconds: Double) -> Value { .text(Timestamp.text(seconds)) }

  /// Whether JSON and YAML give the value back as it is: no NaN or infinity, and text for keys.
  fileprivate var isPlain: Bool {
    switch self {
    case .number(let number): number.isFinite
    case .list(let elements): elements.allSatisfy(\.isPlain)
    case .map(let entries): entries.allSatisfy { $0.key.isText && $0.value.isPlain }
    default: true
    }
  }
}

extension WriterRole {
  /// The role in words, as it stands in metadata.yaml.
  package var name: String {
    switch self {
    case .owner: "owner"
    case .attached: "attached"
    case .editor: "editor"
    }
  }

  /// The role of that name.
  package init?(name: String) {
    switch name {
    case "owner": self = .owner
    case "attached": self = .attached
    case "editor": self = .editor
    default: return nil
    }
  }
}

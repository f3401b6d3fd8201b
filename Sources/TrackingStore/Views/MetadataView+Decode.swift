package import TrackingEntities

extension MetadataView {
  /// A snapshot from the three views.
  ///
  /// What is missing or of another type is taken as absent: the views may be somebody else's.
  package static func decode(
    metadata: Value, params: Value, metrics: Value, folder: String
  ) -> ExperimentSnapshot {
    let name = metadata["name"]?.text ?? folder.split(separator: "/").last.map(String.init)
    let identity = ExperimentIdentity(
      id: metadata["id"]?.text ?? "", name: name ?? folder,
      number: metadata["number"]?.count ?? 0, child: metadata["child"]?.count ?? 0,
      rerun: metadata["rerun"]?.count ?? 1, kind: metadata["kind"]?.text ?? "experiment",
      parent: metadata["parent"]?.text ?? "", created: metadata["created"]?.time ?? 0)
    var snapshot = ExperimentSnapshot(identity: identity, folder: folder)
    snapshot.status =
      metadata["status"]?.text.flatMap(ExperimentStatus.init(rawValue:)) ?? .completed
    snapshot.failure = metadata["failure"].map(failure)
    snapshot.ended = metadata["ended"]?.time
    snapshot.duration = metadata["duration"]?.double
    snapshot.closed = metadata["closed"]?.text ?? ""
    snapshot.lastWrite = metadata["last_write"]?.time ?? identity.created
    snapshot.tags = metadata["tags"]?.elements.compactMap(\.text) ?? []
    snapshot.notes =
      metadata["notes"]?.elements.map {
        .init(time: $0["time"]?.time ?? 0, text: $0["text"]?.text ?? "")
      } ?? []
    snapshot.selection = metadata["selection"].map {
      Selection(rationale: $0["rationale"]?.elements.compactMap(\.text) ?? [])
    }
    snapshot.facts = metadata.entries.filter { !reserved.contains($0.key) }
    snapshot.artifacts = metadata["artifacts"]?.elements.map(artifact) ?? []
    snapshot.params = params.entries.map { param in
      .init(
        key: param.key, value: param.value,
        previous: metadata["params_changed"]?[param.key]?.elements ?? [])
    }
    snapshot.metrics = summaries(metadata: metadata, metrics: metrics)
    snapshot.dropped = metadata["dropped"]?.count ?? 0
    snapshot.problems = metadata["problems"]?.elements.compactMap(\.text) ?? []
    snapshot.history = snapshot.problems.isEmpty ? .complete : .damaged
    snapshot.writers =
      metadata["writers"]?.elements.compactMap { writer($0, of: identity) } ?? []
    return snapshot
  }

  private static func failure(_ value: Value) -> Failure {
    Failure(
      type: value["type"]?.text ?? "", message: value["message"]?.text ?? "",
      traceback: value["traceback"]?.text ?? "")
  }

  private static func artifact(_ value: Value) -> Artifact {
    Artifact(
      path: value["path"]?.text ?? "", size: value["size"]?.count ?? 0,
      sha256: value["sha256"]?.text ?? "", kind: value["kind"]?.text ?? "file",
      version: value["version"]?.count ?? 1, keptAs: value["kept_as"]?.text ?? "",
      details: value["details"] ?? .map([]))
  }

  /// Statistics from metadata.yaml where they are, else from the last value in metrics.json alone.
  private static func summaries(metadata: Value, metrics: Value) -> [MetricSummary] {
    var known: [Key: Value] = [:]
    for statistics in metadata["metrics"]?.elements ?? [] {
      if let key = statistics["key"]?.text { known[Key(key)] = statistics }
    }
    return metrics.entries.compactMap { entry -> MetricSummary? in
      guard let last = MetricValue(entry.value) else { return nil }
      var summary = MetricSummary(
        Point(key: entry.key, value: last, step: 0, time: metadata["ended"]?.time ?? 0))
      guard let statistics = known[entry.key] else { return summary }
      summary.lastStep = statistics["last_step"]?.integer ?? 0
      summary.lastTime = statistics["last_time"]?.double ?? 0
      summary.count = statistics["count"]?.integer.map { Int($0) } ?? 1
      summary.numbers = statistics["numbers"]?.integer.map { Int($0) } ?? summary.numbers
      summary.minimum = statistics["min"]?.double ?? summary.minimum
      summary.minimumStep = statistics["min_step"]?.integer ?? 0
      summary.maximum = statistics["max"]?.double ?? summary.maximum
      summary.maximumStep = statistics["max_step"]?.integer ?? 0
      summary.mean = statistics["mean"]?.double ?? summary.mean
      summary.highestStep = statistics["highest_step"]?.integer ?? 0
      return summary
    }
  }

  private static func writer(
    _ value: Value, of experiment: ExperimentIdentity
  ) -> ExperimentSnapshot.Writer? {
    guard let file = value["file"]?.text, let role = value["role"]?.text.flatMap(WriterRole.init)
    else { return nil }
    let process = ProcessIdentity(
      host: value["host"]?.text ?? "", boot: value["boot"]?.text ?? "",
      namespace: value["namespace"]?.count ?? 0, pid: value["pid"]?.count ?? 0,
      start: value["start"]?.count ?? 0)
    let header = SessionHeader(
      experiment: experiment, writer: value["id"]?.text ?? "", role: role,
      session: value["session"]?.count ?? 1, label: value["label"]?.text ?? "",
      rank: value["rank"]?.integer, amends: value["amends"]?.boolean ?? false, process: process)
    return .init(file: file, size: value["size"]?.count ?? 0, header: header)
  }
}

extension Value {
  fileprivate var count: UInt64? {
    switch self {
    case .integer(let integer): UInt64(exactly: integer)
    case .bigInteger(let digits): UInt64(digits)
    default: nil
    }
  }

  fileprivate var time: Double? { text.flatMap { Timestamp.seconds($0) } }
}

extension MetricValue {
  /// The metric value that metrics.json writes in this form.
  fileprivate init?(_ value: Value) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .double(number)
    case .boolean(let flag): self = .boolean(flag)
    case .text("NaN"): self = .double(.nan)
    case .text("Infinity"): self = .double(.infinity)
    case .text("-Infinity"): self = .double(-.infinity)
    default: return nil
    }
  }
}

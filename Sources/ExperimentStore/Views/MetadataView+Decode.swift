import FileSystem
package import TrackingEntities

extension MetadataView {
  /// A snapshot from the three views.
  ///
  /// What is missing or of another type is taken as absent: the views may be another program's.
  ///
  /// - Parameter statistics: The metrics, where they were read in another way.
  package static func decode(
    metadata: Value, params: Value, metrics: Value, statistics: [MetricSummary]? = nil,
    folder: String
  ) -> ExperimentSnapshot {
    var fields = MapFields(metadata)
    let name = fields("name")?.text ?? folder.lastPathPart
    let identity = ExperimentIdentity(
      id: fields("id")?.text ?? "", name: name,
      number: fields("number")?.count ?? 0, child: fields("child")?.count ?? 0,
      rerun: fields("rerun")?.count ?? 1, kind: fields("kind")?.text ?? "experiment",
      parent: fields("parent")?.text ?? "", created: fields("created")?.time ?? 0)
    var snapshot = SnapshotContent(identity: identity, folder: folder)
    snapshot.status =
      fields("status")?.text.flatMap(ExperimentStatus.init(rawValue:)) ?? .completed
    snapshot.failure = fields("failure").map(failure)
    snapshot.ended = fields("ended")?.time
    snapshot.duration = fields("duration")?.double
    snapshot.elapsed = fields("elapsed")?.double
    snapshot.closed = fields("closed")?.text ?? ""
    snapshot.lastWrite = fields("last_write")?.time ?? identity.created
    snapshot.tags = fields("tags")?.elements.compactMap(\.text) ?? []
    snapshot.notes =
      fields("notes")?.elements.map {
        .init(time: $0["time"]?.time ?? 0, text: $0["text"]?.text ?? "")
      } ?? []
    snapshot.selection = fields("selection").map {
      Selection(rationale: $0["rationale"]?.elements.compactMap(\.text) ?? [])
    }
    snapshot.facts = metadata.entries.filter { !reserved.contains($0.key) }
    snapshot.artifacts = fields("artifacts")?.elements.map(artifact) ?? []
    let changed = fields("params_changed")
    snapshot.params = params.entries.map { param in
      .init(
        key: param.key, value: param.value,
        previous: changed?[param.key]?.elements ?? [])
    }
    snapshot.metrics = statistics ?? summaries(metadata: metadata, metrics: metrics)
    snapshot.dropped = fields("dropped")?.count ?? 0
    snapshot.problems = fields("problems")?.elements.compactMap(\.text) ?? []
    snapshot.history = snapshot.problems.isEmpty ? .complete : .damaged
    snapshot.writers =
      fields("writers")?.elements.compactMap { writer($0, of: identity) } ?? []
    return ExperimentSnapshot(snapshot)
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
    var fields = MapFields(value)
    guard let file = fields("file")?.text else { return nil }
    let (size, id) = (fields("size")?.count ?? 0, fields("id")?.text ?? "")
    guard let role = fields("role")?.text.flatMap(WriterRole.init) else { return nil }
    let (session, label) = (fields("session")?.count ?? 1, fields("label")?.text ?? "")
    let (rank, amends) = (fields("rank")?.integer, fields("amends")?.boolean ?? false)
    let process = ProcessIdentity(
      host: fields("host")?.text ?? "", boot: fields("boot")?.text ?? "",
      namespace: fields("namespace")?.count ?? 0, pid: fields("pid")?.count ?? 0,
      start: fields("start")?.count ?? 0)
    let header = SessionHeader(
      experiment: experiment, writer: id, role: role, session: session, label: label, rank: rank,
      amends: amends, process: process)
    return .init(file: file, size: size, header: header)
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
  init?(_ value: Value) {
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

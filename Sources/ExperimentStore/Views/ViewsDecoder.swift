import FileSystem
import TrackingEntities

/// Reads params.json, metrics.json and metadata.yaml as they are, whoever wrote them.
///
/// What is missing or of another type is taken as absent.
enum ViewsDecoder {
  static func decode(
    metadata: Value, params: Value, metrics: Value, folder: String
  ) -> ExperimentSnapshot {
    var fields = MapFields(metadata)
    let name = fields("name")?.text ?? folder.lastPathPart
    let identity = ExperimentIdentity(
      id: fields("id")?.text ?? "", name: name,
      number: fields("number")?.count ?? 0, child: fields("child")?.count ?? 0,
      rerun: fields("rerun")?.count ?? 1, kind: fields("kind")?.text ?? MetadataPage.usualKind,
      parent: fields("parent")?.text ?? "", created: fields("created")?.time ?? 0)
    var snapshot = SnapshotContent(identity: identity, folder: folder)
    snapshot.status =
      fields("status")?.text.flatMap(ExperimentStatus.init(rawValue:)) ?? .completed
    snapshot.failure = fields("failure").map(Failure.init(members:))
    snapshot.ended = fields("ended")?.time
    snapshot.duration = fields("duration")?.double
    snapshot.closed =
      fields("closed")?.text ?? (snapshot.ended == nil ? "" : MetadataPage.usualClose)
    snapshot.lastWrite = fields("last_write")?.time ?? snapshot.ended ?? identity.created
    snapshot.tags = fields("tags")?.elements.compactMap(\.text) ?? []
    snapshot.notes =
      fields("notes")?.elements.map {
        .init(time: $0["time"]?.time ?? 0, text: $0["text"]?.text ?? "")
      } ?? []
    snapshot.selection = fields("selection").map(Selection.init(members:))
    let statistics = fields("metrics")
    snapshot.metrics = metrics.entries.compactMap {
      summary($0, statistics?[$0.key], ended: snapshot.ended ?? 0)
    }
    let changed = fields("params_changed")
    snapshot.params = params.entries.map {
      .init(key: $0.key, value: $0.value, previous: changed?[$0.key]?.elements ?? [])
    }
    snapshot.facts = metadata.entries.filter { !MetadataPage.reserved.contains($0.key) }
    snapshot.artifacts = fields("artifacts")?.elements.map(Artifact.init(members:)) ?? []
    snapshot.dropped = fields("dropped")?.count ?? 0
    snapshot.problems = fields("problems")?.elements.compactMap(\.text) ?? []
    return ExperimentSnapshot(snapshot)
  }

  /// The last value from metrics.json with what metadata.yaml tells beside it.
  private static func summary(
    _ metric: Value.Entry, _ statistics: Value?, ended: Double
  ) -> MetricSummary? {
    guard let last = MetricValue(metric.value) else { return nil }
    var summary = MetricSummary(Point(key: metric.key, value: last, step: 0, time: ended))
    guard let statistics, let points = statistics["points"]?.count else { return summary }
    (summary.count, summary.numbers) = (Int(clamping: points), Int(clamping: points))
    summary.mean = .nan
    let best = (value: statistics["best"]?.double, step: statistics["best_step"]?.integer ?? 0)
    summary.minimum = statistics["min"]?.double ?? .nan
    summary.maximum = statistics["max"]?.double ?? .nan
    switch MetricDirection(knownFor: metric.key) {
    case .higher: (summary.maximum, summary.maximumStep) = (best.value ?? .nan, best.step)
    case .lower: (summary.minimum, summary.minimumStep) = (best.value ?? .nan, best.step)
    case nil: break
    }
    return summary
  }
}

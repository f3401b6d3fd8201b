public import TrackingEntities

/// An experiment as a test needs it; its folder is its name.
func experiment(
  _ name: String, number: UInt64 = 1, _ metrics: KeyValuePairs<Key, MetricValue> = [:],
  status: ExperimentStatus = .completed, duration: Double? = nil, rerun: UInt64 = 1,
  params: KeyValuePairs<Key, Value> = [:], folder: String? = nil
) -> ExperimentSnapshot {
  let folder = folder ?? (rerun > 1 ? "\(name)-\(rerun)" : name)
  var snapshot = ExperimentSnapshot(
    identity: ExperimentIdentity(
      id: "id of \(folder)", name: name, number: number, rerun: rerun,
      created: 1_795_000_000 + Double(number)),
    folder: folder)
  snapshot.status = status
  snapshot.duration = duration
  snapshot.metrics = metrics.map { key, value in
    MetricSummary(Point(key: key, value: value, step: 0, time: 1_795_000_100))
  }
  snapshot.params = params.map { ExperimentSnapshot.Param(key: $0, value: $1) }
  return snapshot
}

/// A combination inside a sweep.
func combination(
  _ child: UInt64, of sweep: ExperimentSnapshot, _ metrics: KeyValuePairs<Key, MetricValue>,
  status: ExperimentStatus = .completed
) -> ExperimentSnapshot {
  var snapshot = experiment(
    "combination-\(child)", number: 0, metrics, status: status,
    folder: "\(sweep.folder)/\(child)")
  snapshot.identity.child = child
  snapshot.identity.kind = "combination"
  snapshot.identity.parent = sweep.identity.id
  return snapshot
}

extension MetricValue: ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  /// A double.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

/// The four experiments of the documentation.
func documented() -> [ExperimentSnapshot] {
  let rows: [(String, Double, Double, Double, Double, Double)] = [
    ("exp-001-baseline", 0.65, 0.60, 0.55, 0.57, 2),
    ("exp-002-xgboost", 0.87, 0.85, 0.83, 0.84, 45),
    ("exp-003-lightgbm", 0.86, 0.84, 0.82, 0.83, 32),
    ("exp-004-neural-net", 0.85, 0.83, 0.81, 0.82, 320),
  ]
  return zip(rows, 1...).map { row, number in
    var snapshot = experiment(
      row.0, number: UInt64(number),
      [
        "accuracy": .double(row.1), "precision": .double(row.2), "recall": .double(row.3),
        "f1": .double(row.4), "training_time": .double(row.5),
      ])
    if number == 2 { snapshot.selection = Selection() }
    return snapshot
  }
}

package import TrackingEntities

/// Whether an experiment that was run again gave what it gave before.
package struct ReproductionVerdict: Sendable {
  package enum Outcome: String, Sendable {
    /// Every metric is equal, or as close as was asked for.
    case reproduced
    /// At least one metric is not.
    case differs
    /// Something that it was made from is missing or another.
    case cannot

    /// What is said of the experiment.
    package var sentence: String {
      switch self {
      case .reproduced: "was reproduced"
      case .differs: "differs from what it was"
      case .cannot: "cannot be reproduced"
      }
    }
  }

  /// What became of one metric.
  package struct Metric: Sendable {
    package let key: Key
    package let before: Double
    /// Nil where it was not logged again.
    package let after: Double?
    /// How far apart the two may be.
    package let allowed: Double
    /// Where that comes from: `equal`, `tolerance`, `seeds`.
    package let measure: String
    package let isReproduced: Bool
  }

  package let outcome: Outcome
  /// Why, one sentence each.
  package let reasons: [String]
  package let metrics: [Metric]

  /// It could not be run, or not from the same data.
  package init(cannot reasons: [String], metrics: [Metric] = []) {
    (outcome, self.reasons, self.metrics) = (.cannot, reasons, metrics)
  }

  /// Somebody has stopped it.
  package static let interrupted = ReproductionVerdict(cannot: ["the new run was interrupted"])

  /// Compares the last values of the metrics. Times and memory are not compared: they are never the
  /// same.
  ///
  /// - Parameters:
  ///   - seeds: Runs that differ from the first one in nothing but the seed: what they spread over,
  ///     from the smallest to the largest value, is allowed too.
  ///   - tolerance: How far apart two values may be, as a part of the first one.
  package init(
    _ before: ExperimentSnapshot, _ after: ExperimentSnapshot, seeds: [ExperimentSnapshot],
    tolerance: Double
  ) {
    let changed = Self.changedData(before, after)
    metrics = before.metrics.filter { MetricUnit(of: $0.key) == nil }.map { metric in
      Self.metric(metric, after.metric(metric.key), seeds, tolerance)
    }
    if !changed.isEmpty {
      (outcome, reasons) = (.cannot, changed)
    } else if after.status == .interrupted, before.status != .interrupted {
      (outcome, reasons) = (.cannot, Self.interrupted.reasons)
    } else if after.status != .completed {
      let failure = after.failure.map { ": \($0.type): \($0.message)" } ?? ""
      (outcome, reasons) = (
        before.status == after.status ? .reproduced : .differs,
        ["the new run is \(after.status.rawValue)\(failure)"]
      )
    } else {
      let different = metrics.filter { !$0.isReproduced }
      outcome = different.isEmpty ? .reproduced : .differs
      reasons = different.map(Self.reason)
    }
  }

  private static func metric(
    _ before: MetricSummary, _ after: MetricSummary?, _ seeds: [ExperimentSnapshot],
    _ tolerance: Double
  ) -> Metric {
    let value = before.last.double
    let others = seeds.compactMap { $0.metric(before.key)?.last.double }.filter(\.isFinite)
    var (allowed, measure) = (0.0, "equal")
    if tolerance > 0, value.isFinite { (allowed, measure) = (abs(value) * tolerance, "tolerance") }
    let all = others + [value]
    if !others.isEmpty, let least = all.min(), let most = all.max(), most - least > allowed {
      (allowed, measure) = (most - least, "seeds")
    }
    guard let again = after?.last.double else {
      return Metric(
        key: before.key, before: value, after: nil, allowed: allowed, measure: measure,
        isReproduced: false)
    }
    let isEqual = value == again || (value.isNaN && again.isNaN)
    return Metric(
      key: before.key, before: value, after: again, allowed: allowed,
      measure: isEqual ? "equal" : measure,
      isReproduced: isEqual || abs(value - again) <= allowed)
  }

  private static func reason(_ metric: Metric) -> String {
    let name = VisibleText.line(metric.key.text, limit: 60)
    guard let after = metric.after else { return "\(name) was not logged again" }
    let difference = after - metric.before
    let sign = difference > 0 ? "+" : ""
    return "\(name) is \(after) instead of \(metric.before) (\(sign)\(difference))"
  }

  /// Data of the same name whose content is another.
  private static func changedData(
    _ before: ExperimentSnapshot, _ after: ExperimentSnapshot
  ) -> [String] {
    (before.fact("data")?.entries ?? []).compactMap { data in
      guard let hash = data.value["sha256"]?.text,
        let now = after.fact("data")?[data.key]?["sha256"]?.text, now != hash
      else { return nil }
      return "the data '\(VisibleText.line(data.key.text, limit: 60))' is not what it was: its "
        + "SHA-256 is \(now) instead of \(hash)"
    }
  }
}

extension ReproductionVerdict {
  /// The verdict as it is recorded and told to programs; docs/schemas/reproduction.schema.json.
  package var members: [Value.Entry] {
    [
      .init("verdict", .text(outcome.rawValue)),
      .init("reasons", .list(reasons.map(Value.text))),
      .init(
        "metrics",
        .list(
          metrics.map { metric in
            [
              "key": .text(metric.key.text), "before": .number(metric.before),
              "after": metric.after.map(Value.number) ?? .null,
              "allowed": .number(metric.allowed), "measure": .text(metric.measure),
              "reproduced": .boolean(metric.isReproduced),
            ]
          })),
    ]
  }
}

extension DataTable {
  /// The metrics of a verdict, one a row.
  package init(_ verdict: ReproductionVerdict) {
    self.init(
      ["metric", "before", "after", "allowed", "measure", "reproduced"].map { Column($0) },
      rows: verdict.metrics.map { metric in
        [
          .text(metric.key.text), .number(metric.before), metric.after.map(Value.number) ?? .null,
          .number(metric.allowed), .text(metric.measure), .boolean(metric.isReproduced),
        ]
      })
  }
}

import TrackingEntities

/// The steps and values of one metric.
package struct ReviewedHistory {
  package let steps: [Int64]
  package let values: [Double]

  package init(steps: [Int64], values: [Double]) {
    self.steps = steps
    self.values = values
  }
}

/// What the shape of a history says, by the means of equal stretches: single noisy points say
/// nothing.
struct CurveShape {
  /// The best single value and its step.
  let best: (step: Int64, value: Double)
  /// The last value and its step.
  let last: (step: Int64, value: Double)
  /// How much was lost again, as a part of all that was won; 0 if the end is the best.
  let loss: Double
  /// How much of all was won in the last stretch.
  let lateGain: Double
  /// How much of all was won in the second half.
  let secondHalf: Double

  /// - Returns: nil for too few points, one that is not finite, or one that never got better.
  init?(_ history: ReviewedHistory, _ direction: MetricDirection) {
    let values = history.values
    guard values.count >= ReviewThresholds.fewestPoints, values.allSatisfy(\.isFinite),
      history.steps.count == values.count
    else { return nil }
    let sign: Double = direction == .higher ? 1 : -1
    let count = ReviewThresholds.stretches
    let means = (0..<count).map { stretch -> Double in
      let (first, end) = (values.count * stretch / count, values.count * (stretch + 1) / count)
      return values[first..<end].reduce(0) { $0 + $1 / Double(end - first) } * sign
    }
    guard let top = means.indices.max(by: { means[$0] < means[$1] }) else { return nil }
    let gain = means[top] - means[0]
    guard gain > 0, gain.isFinite else { return nil }
    let place = values.indices.max { values[$0] * sign < values[$1] * sign } ?? 0
    best = (history.steps[place], values[place])
    last = (history.steps[values.count - 1], values[values.count - 1])
    loss = top < count - 1 ? (means[top] - means[count - 1]) / gain : 0
    lateGain = (means[count - 1] - means[count - 2]) / gain
    secondHalf = (means[count - 1] - means[count / 2 - 1]) / gain
  }
}

/// How the metrics of the best experiments went.
enum CurveFindings {
  private struct Curve {
    let key: Key
    let direction: MetricDirection
    let snapshot: ExperimentSnapshot
    let shape: CurveShape
  }

  /// - Parameters:
  ///   - snapshots: Those whose histories are looked at.
  ///   - history: Reads a history; nil where it cannot be read.
  static func shapes(
    _ snapshots: [ExperimentSnapshot], _ history: (ExperimentSnapshot, Key) -> ReviewedHistory?
  ) -> [Finding] {
    var curves: [Curve] = []
    for snapshot in snapshots {
      for metric in snapshot.metrics {
        guard isLookedAt(metric), let direction = MetricDirection(knownFor: metric.key),
          let history = history(snapshot, metric.key),
          let shape = CurveShape(history, direction)
        else { continue }
        curves.append(
          Curve(key: metric.key, direction: direction, snapshot: snapshot, shape: shape))
      }
    }
    return worsening(curves) + unfinished(curves) + plateaus(curves)
  }

  private static func isLookedAt(_ metric: MetricSummary) -> Bool {
    metric.count >= ReviewThresholds.fewestPoints && metric.count <= ReviewThresholds.longestHistory
      && metric.numbers == metric.count && !DetailMetric.matches(metric.key)
      && !TrainingTime.isAsked(for: metric.key) && MetricUnit(of: metric.key) == nil
  }

  private static func worsening(_ curves: [Curve]) -> [Finding] {
    findings(curves.filter { $0.shape.loss >= ReviewThresholds.loss }) { key, direction, curves in
      let way =
        direction == .higher ? "fell again after its highest" : "rose again after its lowest"
      let texts = curves.map { curve in
        let style = NumberStyle(
          for: [.double(curve.shape.best.value), .double(curve.shape.last.value)])
        return "\(ReviewText.name(curve.snapshot)) "
          + "(\(style.text(.double(curve.shape.best.value))) at step \(curve.shape.best.step), "
          + "\(style.text(.double(curve.shape.last.value))) at step \(curve.shape.last.step))"
      }
      return Finding(
        .worsening, key, "\(key) \(way) value in \(ReviewText.list(texts, by: "; ")).",
        advice: "Stop at the best step, or keep the model of that step.",
        curves.map { curve in
          Finding.Case(
            ReviewText.name(curve.snapshot), curve.snapshot.folder,
            [
              .init("best", .number(curve.shape.best.value)),
              .init("best_step", .integer(curve.shape.best.step)),
              .init("last", .number(curve.shape.last.value)),
              .init("last_step", .integer(curve.shape.last.step)),
              .init("loss", .number(curve.shape.loss)),
            ])
        })
    }
  }

  private static func unfinished(_ curves: [Curve]) -> [Finding] {
    findings(curves.filter { $0.shape.lateGain >= ReviewThresholds.lateGain }) {
      key, direction, curves in
      let texts = curves.map { curve in
        "\(ReviewText.name(curve.snapshot)) (\(NumberText.percent(curve.shape.lateGain)))"
      }
      return Finding(
        .unfinished, key,
        "\(key) was still \(direction == .higher ? "rising" : "falling") at the end: so much of "
          + "the whole gain came in the last tenth of \(ReviewText.list(texts, by: "; ")).",
        advice: "Train longer.",
        curves.map { curve in
          Finding.Case(
            ReviewText.name(curve.snapshot), curve.snapshot.folder,
            [
              .init("late_gain", .number(curve.shape.lateGain)),
              .init("last", .number(curve.shape.last.value)),
              .init("last_step", .integer(curve.shape.last.step)),
            ])
        })
    }
  }

  private static func plateaus(_ curves: [Curve]) -> [Finding] {
    let flat = curves.filter {
      $0.shape.loss < ReviewThresholds.loss
        && abs($0.shape.secondHalf) < ReviewThresholds.plateauGain
    }
    return findings(flat) { key, _, curves in
      let texts = curves.map { curve in
        "\(ReviewText.name(curve.snapshot)) (\(NumberText.percent(curve.shape.secondHalf)))"
      }
      return Finding(
        .plateau, key,
        "\(key) hardly changed any more: so much of the whole gain came in the second half of "
          + "\(ReviewText.list(texts, by: "; ")).",
        advice: "Stop earlier, or change the learning rate there.",
        curves.map { curve in
          Finding.Case(
            ReviewText.name(curve.snapshot), curve.snapshot.folder,
            [
              .init("second_half", .number(curve.shape.secondHalf)),
              .init("last", .number(curve.shape.last.value)),
              .init("last_step", .integer(curve.shape.last.step)),
            ])
        })
    }
  }

  /// A finding for each metric, in the order in which they appear.
  private static func findings(
    _ curves: [Curve], _ make: (String, MetricDirection, [Curve]) -> Finding
  ) -> [Finding] {
    var order: [Key] = []
    var byKey: [Key: [Curve]] = [:]
    for curve in curves {
      if byKey[curve.key] == nil { order.append(curve.key) }
      byKey[curve.key, default: []].append(curve)
    }
    return order.compactMap { key in
      guard let own = byKey[key], let first = own.first else { return nil }
      return make(ReviewText.key(key), first.direction, own)
    }
  }

  /// Metrics that became NaN or infinite, told from the summaries: of all experiments.
  static func notFinite(_ snapshots: [ExperimentSnapshot]) -> [Finding] {
    var order: [Key] = []
    var found: [Key: [(snapshot: ExperimentSnapshot, metric: MetricSummary)]] = [:]
    for snapshot in snapshots {
      for metric in snapshot.metrics where !DetailMetric.matches(metric.key) {
        let isBroken =
          metric.numbers < metric.count || metric.minimum == -.infinity
          || metric.maximum == .infinity
        guard isBroken else { continue }
        if found[metric.key] == nil { order.append(metric.key) }
        found[metric.key, default: []].append((snapshot, metric))
      }
    }
    return order.compactMap { key in
      guard let entries = found[key] else { return nil }
      let name = ReviewText.key(key)
      let texts = entries.map { entry in
        let lost = entry.metric.count - entry.metric.numbers
        let what = lost > 0 ? "NaN in \(lost) of \(entry.metric.count)" : "infinite"
        let end = entry.metric.last.double.isFinite ? "" : ", also the last"
        return "\(ReviewText.name(entry.snapshot)) (\(what)\(end))"
      }
      return Finding(
        .notFinite, name,
        "\(name) is not finite in \(CountText.of(entries.count, "experiment")): "
          + "\(ReviewText.list(texts, by: "; ")).",
        advice: "Look at what came before the first such point: a smaller learning rate, clipped "
          + "gradients, data without NaN.",
        entries.map { entry in
          Finding.Case(
            ReviewText.name(entry.snapshot), entry.snapshot.folder,
            [
              .init("points", .integer(Int64(entry.metric.count))),
              .init("nan", .integer(Int64(entry.metric.count - entry.metric.numbers))),
              .init("last", .number(entry.metric.last.double)),
            ])
        })
    }
  }
}

public import TrackingEntities

/// What of an experiment somebody should look at, and when.
public struct AlertRules: Sendable, Equatable {
  /// An experiment stalls when it has logged no point for so many seconds.
  public static let usualStall = 600.0

  /// After how many seconds without a point a running experiment stalls; nil: never.
  public var stall: Double?
  /// The metrics that are looked at; all if there are none.
  public var metrics: Set<Key>

  /// Makes rules.
  public init(stall: Double? = usualStall, metrics: Set<Key> = []) {
    (self.stall, self.metrics) = (stall, metrics)
  }

  /// What is wrong with an experiment now.
  func alerts(
    _ experiment: WatchedExperiment, lastActive: Double, in increment: String, now: Double
  ) -> [WatchEvent] {
    let snapshot = experiment.snapshot
    var alerts: [WatchEvent] = []
    for metric in snapshot.metrics where !metric.last.double.isFinite {
      guard metrics.isEmpty || metrics.contains(metric.key) else { continue }
      alerts.append(
        WatchEvent(
          .notFinite, of: snapshot, in: increment, metric: metric.key, value: metric.last,
          step: metric.lastStep, since: metric.lastTime, now: now,
          "\(WatchEvent.shown(metric.key)) of '\(Names.shown(snapshot))' is "
            + "\(NumberText.shortest(metric.last.double)) at step \(metric.lastStep)"))
    }
    switch snapshot.status {
    case .running, .unknown:
      if let stall, now - lastActive >= stall {
        alerts.append(stalled(experiment, since: lastActive, in: increment, now: now))
      }
    case .crashed:
      alerts.append(
        WatchEvent(
          .crashed, of: snapshot, in: increment, since: snapshot.lastWrite, now: now,
          "'\(Names.shown(snapshot))' crashed: its process is gone and no end is recorded"))
    case .failed:
      let reason = snapshot.failure.map { ": " + FailureText.line($0) } ?? ""
      alerts.append(
        WatchEvent(
          .failed, of: snapshot, in: increment, since: snapshot.lastActive, now: now,
          "'\(Names.shown(snapshot))' failed\(reason)"))
    case .completed, .interrupted: break
    }
    return alerts
  }

  private func stalled(
    _ experiment: WatchedExperiment, since: Double, in increment: String, now: Double
  ) -> WatchEvent {
    let snapshot = experiment.snapshot
    let last = snapshot.metrics.filter(Self.isOfWork).max { $0.lastTime < $1.lastTime }
    let sentence =
      "'\(Names.shown(snapshot))' has logged no point for \(SpanText.of(now - since))"
      + (last.map { "; the last one: \(WatchEvent.shown($0.key)) at step \($0.lastStep)" } ?? "")
    return WatchEvent(
      .stalled, of: snapshot, in: increment, since: since, now: now, sentence)
  }

  /// Whether a metric tells that the experiment gets on: how busy the machine is is recorded also
  /// when it does not.
  static func isOfWork(_ metric: MetricSummary) -> Bool {
    !metric.key.bytes.starts(with: "system/".utf8)
  }
}

/// An experiment as it is now, for who watches it.
package struct WatchedExperiment: Sendable {
  package let snapshot: ExperimentSnapshot
  /// How many points it has and those inside it have.
  let points: Int
  /// When the last of them was logged, by their own times, or the last session began.
  let lastActive: Double
  /// Whether something is known of it that was not at the last look.
  let hasChanged: Bool

  /// - Parameters:
  ///   - sessionStart: When its last session began, if that is known.
  ///   - inside: The experiments inside it.
  package init(
    _ snapshot: ExperimentSnapshot, sessionStart: Double? = nil, hasChanged: Bool = true,
    inside: [ExperimentSnapshot] = []
  ) {
    self.snapshot = snapshot
    self.hasChanged = hasChanged
    var points = 0
    var last = max(snapshot.identity.created, sessionStart ?? 0)
    for part in [snapshot] + inside {
      last = max(last, part.identity.created)
      for metric in part.metrics where AlertRules.isOfWork(metric) {
        points &+= metric.count
        last = max(last, metric.lastTime)
      }
    }
    (self.points, lastActive) = (points, last)
  }
}

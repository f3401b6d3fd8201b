import TrackingEntities

/// What was known of the experiments at the last look, so that each thing that happens is told
/// once: an alert again only after what it was about was over.
package struct WatchMemory: Sendable {
  private struct Known {
    var id: String
    var snapshot: ExperimentSnapshot
    var points: Int
    /// When it was seen to have more points.
    var grown: Double?
    var active: [Subject: WatchEvent]
  }

  /// What an alert is about.
  private struct Subject: Hashable {
    let kind: WatchEvent.Kind
    let metric: Key?
  }

  private let rules: AlertRules
  private let increment: String
  /// Whether the first look tells what is wrong with experiments that were over before.
  private let tellsOld: Bool
  private var known: [String: Known] = [:]
  private var isFirst = true

  package init(_ rules: AlertRules, in increment: String, tellsOld: Bool = false) {
    (self.rules, self.increment, self.tellsOld) = (rules, increment, tellsOld)
  }

  /// What has happened since the last look.
  ///
  /// - Parameter now: Seconds since 1970.
  package mutating func look(at experiments: [WatchedExperiment], now: Double) -> [WatchEvent] {
    var events: [WatchEvent] = []
    var seen: Set<String> = []
    for experiment in experiments {
      let snapshot = experiment.snapshot
      seen.insert(snapshot.folder)
      if !experiment.hasChanged, snapshot.status.isFinal, known[snapshot.folder] != nil { continue }
      let before = known[snapshot.folder].flatMap { $0.id == snapshot.identity.id ? $0 : nil }
      events += look(at: experiment, before, now: now)
    }
    if seen.count < known.count {
      let gone = known.filter { !seen.contains($0.key) }.map(\.value.snapshot)
      events += ExperimentOrder.sorted(gone).map { snapshot in
        WatchEvent(
          .gone, of: snapshot, in: increment, since: now, now: now,
          "'\(Names.shown(snapshot))' is not there any more: moved, archived or deleted")
      }
      known = known.filter { seen.contains($0.key) }
    }
    isFirst = false
    return events
  }

  private mutating func look(
    at experiment: WatchedExperiment, _ before: Known?, now: Double
  ) -> [WatchEvent] {
    let snapshot = experiment.snapshot
    // A program may log points with times of the past; that it logs them is seen.
    var grown = before?.grown
    if let before, experiment.points > before.points { grown = now }
    let lastActive = min(now, max(experiment.lastActive, grown ?? 0))
    let alerts = rules.alerts(experiment, lastActive: lastActive, in: increment, now: now)
    let active = Dictionary(
      alerts.map { (Subject(kind: $0.kind, metric: $0.metric), $0) },
      uniquingKeysWith: { first, _ in first })
    known[snapshot.folder] = Known(
      id: snapshot.identity.id, snapshot: snapshot, points: experiment.points, grown: grown,
      active: active)
    var events: [WatchEvent] = []
    if before != nil || !isFirst {
      if let change = change(of: snapshot, since: before?.snapshot, now: now) {
        events.append(change)
      }
      events += recoveries(of: snapshot, before, active, now: now)
    }
    let isSilent = isFirst && !tellsOld
    return events
      + alerts.filter { alert in
        if isSilent && (snapshot.status.isFinal || isAbandoned(snapshot, alert)) { return false }
        return before?.active[Subject(kind: alert.kind, metric: alert.metric)] == nil
      }
  }

  /// Nobody knows whether one of another host still runs that has stalled before the first look.
  private func isAbandoned(_ snapshot: ExperimentSnapshot, _ alert: WatchEvent) -> Bool {
    snapshot.status == .unknown && alert.kind == .stalled
  }

  /// The change of how it stands, where that is no alert.
  private func change(
    of snapshot: ExperimentSnapshot, since before: ExperimentSnapshot?, now: Double
  ) -> WatchEvent? {
    guard snapshot.status != before?.status else { return nil }
    let name = "'\(Names.shown(snapshot))'"
    func event(_ kind: WatchEvent.Kind, _ since: Double, _ message: String) -> WatchEvent {
      WatchEvent(kind, of: snapshot, in: increment, since: since, now: now, message)
    }
    let duration = snapshot.duration.map { " after " + SpanText.of($0) } ?? ""
    switch snapshot.status {
    case .running:
      guard let before else {
        return event(.started, snapshot.identity.created, "\(name) started")
      }
      return before.status.isFinal ? event(.resumed, now, "\(name) runs again") : nil
    case .completed: return event(.completed, snapshot.lastActive, "\(name) completed\(duration)")
    case .interrupted:
      return event(.interrupted, snapshot.lastActive, "\(name) was interrupted\(duration)")
    case .failed, .crashed, .unknown: return nil
    }
  }

  /// Whatever was wrong with a running experiment and is not any more.
  private func recoveries(
    of snapshot: ExperimentSnapshot, _ before: Known?, _ active: [Subject: WatchEvent], now: Double
  ) -> [WatchEvent] {
    let over = (before?.active ?? [:]).filter { active[$0.key] == nil }.values
    return over.sorted { ($0.metric?.text ?? "") < ($1.metric?.text ?? "") }.compactMap { alert in
      switch alert.kind {
      case .notFinite:
        guard let key = alert.metric, let metric = snapshot.metric(key) else { return nil }
        return WatchEvent(
          .recovered, of: snapshot, in: increment, metric: key, value: metric.last,
          step: metric.lastStep, since: metric.lastTime, now: now,
          "\(WatchEvent.shown(key)) of '\(Names.shown(snapshot))' is a number again: "
            + "\(MetricTexts(metric).last) at step \(metric.lastStep)")
      case .stalled:
        guard !snapshot.status.isFinal else { return nil }
        return WatchEvent(
          .recovered, of: snapshot, in: increment, since: now, now: now,
          "'\(Names.shown(snapshot))' logs points again")
      default: return nil
      }
    }
  }

  /// What is wrong with an experiment at the moment, as it was told.
  package func active(_ folder: String) -> [WatchEvent] {
    known[folder].map { Array($0.active.values) } ?? []
  }

  /// Whether an experiment is still under way, as far as that can be told: one of another host is
  /// as long as it logs points.
  package func isUnderWay(_ experiment: WatchedExperiment) -> Bool {
    switch experiment.snapshot.status {
    case .running: true
    case .unknown:
      rules.stall != nil && !active(experiment.snapshot.folder).contains { $0.kind == .stalled }
    default: false
    }
  }

  /// When an experiment logged its last point, as far as that is known.
  package func lastActive(_ experiment: WatchedExperiment, now: Double) -> Double {
    min(now, max(experiment.lastActive, known[experiment.snapshot.folder]?.grown ?? 0))
  }
}

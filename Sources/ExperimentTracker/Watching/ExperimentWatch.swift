public import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

/// Watches the experiments of an increment: each look tells what has happened since the last one.
///
/// Only what has changed is read, and nothing is written. Every alert is told once, and again only
/// after what it was about was over.
///
/// ```swift
/// let watch = ExperimentWatch(increment)
/// repeat {
///   for event in try watch.look() { print(event.message) }
///   sleep(5)
/// } while watch.running > 0
/// ```
public final class ExperimentWatch: @unchecked Sendable {
  private let increment: Increment
  private let options: WatchOptions
  private let lock = ForkSafeLock()
  /// Guarded by `lock`, as the following.
  private var experiments = FollowedExperiments()
  private var memory: WatchMemory
  private var watched: [WatchedExperiment] = []
  /// The folders of those that fulfilled the condition once, with the experiments in them.
  private var chosen: [String: String] = [:]

  /// Watches the experiments of an increment; nothing is read before the first look.
  public init(_ increment: Increment, _ options: WatchOptions = WatchOptions()) {
    self.increment = increment
    self.options = options
    memory = WatchMemory(
      AlertRules(stall: options.stall, metrics: Set(options.metrics.map { Key($0) })),
      in: increment.name, tellsOld: options.old)
  }

  /// Looks at the experiments.
  ///
  /// - Parameter now: Seconds since 1970; nil for the time it is.
  /// - Returns: What has happened since the last look; at the first one, the alerts of what runs.
  /// - Throws: `incrementNotFound`, `storage`; the next look goes on where this one would have.
  public func look(now: Double? = nil) throws(TrackingError) -> [WatchEvent] {
    try lock.withLock { (_) throws(TrackingError) in
      let now = now ?? Clock.now()
      watched = try read()
      return memory.look(at: watched, now: now)
    }
  }

  /// How many experiments are watched that are under way, as of the last look; those of other hosts
  /// are as long as they log points.
  public var running: Int {
    lock.withLock { _ in watched.count { memory.isUnderWay($0) } }
  }

  /// How many experiments are watched, as of the last look.
  public var count: Int { lock.withLock { _ in watched.count } }

  private func read() throws(TrackingError) -> [WatchedExperiment] {
    guard let folder = try increment.experimentsFolder() else { return [] }
    let found = try experiments.look(at: folder, children: options.children)
    var result: [WatchedExperiment] = []
    for (place, experiment) in found.enumerated() {
      let snapshot = experiment.snapshot
      let isInside = !snapshot.identity.parent.isEmpty || snapshot.folder.utf8.contains(0x2F)
      guard options.children || !isInside, isChosen(experiment) else { continue }
      var inside: [ExperimentSnapshot] = []
      if !snapshot.status.isFinal {
        inside = found[(place + 1)...].prefix {
          $0.snapshot.folder.isContinuation(of: snapshot.folder + "/")
        }.map(\.snapshot)
      }
      result.append(
        WatchedExperiment(
          snapshot, sessionStart: experiment.sessionStart, hasChanged: experiment.hasChanged,
          inside: inside))
    }
    return result
  }

  /// Whether one fulfils the condition, or has done so once.
  private func isChosen(_ experiment: FollowedExperiments.Followed) -> Bool {
    guard let filter = options.filter else { return true }
    let snapshot = experiment.snapshot
    if chosen[snapshot.folder] == snapshot.identity.id { return true }
    guard filter.matches(snapshot, in: increment.name) else { return false }
    chosen[snapshot.folder] = snapshot.identity.id
    return true
  }
}

extension ExperimentWatch {
  /// The experiments as of the last look, for a terminal.
  ///
  /// - Parameter events: What has happened, the latest last.
  package func screen(
    _ space: WatchScreen.Space, events: [WatchEvent] = [], remark: String = "", now: Double? = nil
  ) -> [String] {
    lock.withLock { _ in
      let now = now ?? Clock.now()
      var byID: [String: ExperimentSnapshot] = [:]
      if options.children {
        for experiment in watched {
          byID[experiment.snapshot.identity.id] = experiment.snapshot
        }
      }
      let rows = watched.map { experiment in
        WatchScreen.Row(
          experiment.snapshot, lastActive: memory.lastActive(experiment, now: now),
          alerts: memory.active(experiment.snapshot.folder),
          inside: byID[experiment.snapshot.identity.parent])
      }
      let screen = WatchScreen(
        of: increment.name, rows, metrics: options.metrics.map { Key($0) }, events: events,
        now: now, remark: remark)
      let folder = try? increment.experimentsFolder()
      return screen.lines(space) { snapshot, key in
        guard let folder else { return [] }
        return experiments.curve(key, of: snapshot.folder, in: folder)
      }
    }
  }

  /// A look as the C API and Python ask for it; docs/schemas/watch.schema.json describes it.
  package func json() throws(TrackingError) -> Value {
    let events = try look()
    return .map([
      .init("format", .integer(1)),
      .init("events", .list(events.map { .map($0.members) })),
      .init("running", .integer(Int64(running))),
      .init("experiments", .integer(Int64(count))),
    ])
  }
}

extension Increment {
  /// What is wrong with the experiments at the moment: metrics that are no numbers, running
  /// experiments that log nothing, crashes and failures.
  public func alerts(_ options: WatchOptions = WatchOptions()) throws(TrackingError) -> [WatchEvent]
  {
    var options = options
    options.old = true
    return try ExperimentWatch(self, options).look().filter(\.kind.isAlert)
  }
}

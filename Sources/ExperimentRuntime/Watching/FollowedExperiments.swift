import CPlatform
import EventLog
package import ExperimentStore
import FileSystem
package import TrackingEntities

/// The experiments of an increment for who looks again and again: of one that runs only what was
/// added is read, and one that is over is read again only when its folder changed.
package struct FollowedExperiments: Sendable {
  /// An experiment as it is now.
  package struct Followed: Sendable {
    package let snapshot: ExperimentSnapshot
    /// When its last session began, in seconds since 1970; nil where that is not known.
    package let sessionStart: Double?
    /// Whether something is known of it that was not at the last look.
    package let hasChanged: Bool
  }

  private struct Known {
    /// The folder as it was before it was read.
    var stamp: FileStamp
    /// Whether whatever changed in the folder since has changed the stamp too.
    var isSettled: Bool
    var snapshot: ExperimentSnapshot
    var follower: ExperimentFollower?
    var sessionStart: Double?
    /// The folders in it that may hold experiments.
    var inside: [String]
    var hasChanged = true
  }

  private static let deepest = 8
  /// Longer event files of experiments that are over are not read for their curves alone.
  private static let longestHistory: UInt64 = 32 << 20

  private var known: [String: Known] = [:]
  /// `experiments/` as it was before the last look at all of it; nil where what changed since need
  /// not have changed it.
  private var folders: FileStamp?
  /// The top-level folders in which something was not over, and the experiments in them.
  private var open: (tops: Set<String>, folders: Set<String>) = ([], [])
  /// The top-level folders that were never looked at, those that changed last at the end; nil where
  /// nobody asked for a part of them.
  private var unread: [String]?

  package init() {}

  /// Looks again.
  ///
  /// - Parameter children: Whether the experiments inside those that are over are looked at too;
  ///   those inside running ones always are.
  /// - Returns: Parents before those inside them, by folder.
  package mutating func look(
    at experiments: ExperimentsFolder, children: Bool
  ) throws(TrackingError) -> [Followed] {
    let stamp = FileStamp(try SystemCalls.status(experiments.directory.descriptor))
    folders = stamp.isSettled ? stamp : nil
    unread = []
    var visit = Visit(experiments, children: children)
    for name in try Self.topFolders(in: experiments).sorted() { look(at: name, depth: 1, &visit) }
    if visit.seen.count < known.count { known = known.filter { visit.seen.contains($0.key) } }
    open = Self.open(visit.found)
    return visit.found
  }

  private static func topFolders(
    in experiments: ExperimentsFolder
  ) throws(TrackingError) -> [String] {
    try experiments.directory.names(atMost: .max) { entry in
      entry.kind == .folder && !entry.name.isHiddenName && entry.name != ExperimentsFolder.archive
    } ?? []
  }

  /// Looks at folders that were never looked at, those that changed last first, for who wants to
  /// show something before a large store was read. A look at all of them ends it.
  ///
  /// - Parameters:
  ///   - deadline: When to stop, in seconds of a clock that never jumps; one is read in any case.
  ///   - most: How many experiments suffice.
  /// - Returns: The folders that were looked at, what is in them, and how many are left.
  package mutating func lookFurther(
    at experiments: ExperimentsFolder, until deadline: Double, most: Int
  ) throws(TrackingError) -> (folders: Set<String>, found: [Followed], left: Int) {
    var left: [String]
    if let unread {
      left = unread
    } else {
      left = Self.byChange(try Self.topFolders(in: experiments), in: experiments)
    }
    var visit = Visit(experiments, children: true)
    var tops: Set<String> = []
    while let name = left.popLast() {
      look(at: name, depth: 1, &visit)
      tops.insert(name)
      if visit.found.count >= most || Clock.steady() >= deadline { break }
    }
    unread = left
    return (tops, visit.found, left.count)
  }

  /// The folders with those that changed last at the end.
  private static func byChange(
    _ names: [String], in experiments: ExperimentsFolder
  ) -> [String] {
    let root = experiments.directory.descriptor
    let dated = names.map { name in
      let time = (try? SystemCalls.status(root, name))?.st_mtim
      return (name: name, seconds: time?.tv_sec ?? 0, nanoseconds: time?.tv_nsec ?? 0)
    }
    return dated.sorted { ($0.seconds, $0.nanoseconds) < ($1.seconds, $1.nanoseconds) }.map(\.name)
  }

  /// Looks again at those that were not over, and at all that are inside the same top-level
  /// folders, which costs no more the more are over.
  ///
  /// - Returns: The top-level folders that were looked at, and what is in them; nil where folders
  ///   may have been added or taken away since the last look, so that all have to be looked at.
  package mutating func lookAtRunning(
    in experiments: ExperimentsFolder
  ) -> (folders: Set<String>, found: [Followed])? {
    guard let folders, let status = try? SystemCalls.status(experiments.directory.descriptor),
      FileStamp(status) == folders
    else { return nil }
    let tops = open.tops
    var visit = Visit(experiments, children: true)
    for name in tops.sorted() { look(at: name, depth: 1, &visit) }
    for folder in open.folders where !visit.seen.contains(folder) { known[folder] = nil }
    open = Self.open(visit.found)
    return (tops, visit.found)
  }

  /// Of what was found, the top-level folders in which something is not over, with all in them.
  private static func open(_ found: [Followed]) -> (tops: Set<String>, folders: Set<String>) {
    func top(_ folder: String) -> String { folder.pathParts.first ?? folder }
    let tops = Set(
      found.lazy.filter { !$0.snapshot.status.isFinal }.map { top($0.snapshot.folder) })
    if tops.isEmpty { return ([], []) }
    let inside = found.lazy.map(\.snapshot.folder).filter { tops.contains(top($0)) }
    return (tops, Set(inside))
  }

  /// One way through the folders.
  private struct Visit {
    let experiments: ExperimentsFolder
    let children: Bool
    let reader = ReaderProcess()
    var found: [Followed] = []
    var seen: Set<String> = []

    init(_ experiments: ExperimentsFolder, children: Bool) {
      (self.experiments, self.children) = (experiments, children)
    }
  }

  private mutating func look(at folder: String, depth: Int, _ visit: inout Visit) {
    let root = visit.experiments.directory.descriptor
    guard let status = try? SystemCalls.status(root, folder) else { return }
    let stamp = FileStamp(status)
    if let place = known.index(forKey: folder), known.values[place].isSettled,
      known.values[place].stamp == stamp, known.values[place].snapshot.status.isFinal
    {
      known.values[place].hasChanged = false
    } else if !read(folder, stamp, &visit) {
      return
    }
    guard let now = known[folder] else { return }
    visit.seen.insert(folder)
    visit.found.append(
      Followed(
        snapshot: now.snapshot, sessionStart: now.sessionStart, hasChanged: now.hasChanged))
    guard depth < Self.deepest, visit.children || !now.snapshot.status.isFinal else { return }
    for name in now.inside { look(at: folder + "/" + name, depth: depth + 1, &visit) }
  }

  /// - Returns: Whether the folder holds an experiment.
  private mutating func read(
    _ folder: String, _ stamp: FileStamp, _ visit: inout Visit
  ) -> Bool {
    let isSettled = stamp.isSettled
    let before = known[folder]
    do throws(TrackingError) {
      var now: Known
      if let before, before.isSettled, before.stamp == stamp, before.follower != nil {
        now = before
        let directory = try visit.experiments.directory.folder(folder)
        now.hasChanged =
          try now.follower?.update(in: directory, seenFrom: visit.reader) ?? false
      } else {
        guard let found = visit.experiments.experiment(at: folder) else { return false }
        guard let read = try first(found, folder, before, visit.reader) else { return false }
        now = read
        now.inside = found.entries.compactMap { entry in
          entry.kind == .folder && !entry.name.isHiddenName && !ReservedName.isReserved(entry.name)
            ? entry.name : nil
        }.sorted()
      }
      if let follower = now.follower {
        guard let snapshot = follower.snapshot else { return false }
        now.snapshot = snapshot
        now.sessionStart = follower.sessionStart
      }
      (now.stamp, now.isSettled) = (stamp, isSettled)
      known[folder] = now
    } catch {
      // One that cannot be read at the moment stays as it was.
      var now =
        before
        ?? Known(
          stamp: stamp, isSettled: false,
          snapshot: ExperimentCatalog(visit.experiments).snapshot(of: folder), inside: [])
      (now.isSettled, now.hasChanged) = (false, before == nil)
      known[folder] = now
    }
    return true
  }

  /// One whose folder has changed, or which is seen for the first time.
  private func first(
    _ found: FoundExperiment, _ folder: String, _ before: Known?, _ reader: ReaderProcess
  ) throws(TrackingError) -> Known? {
    let stamp = FileStamp(try SystemCalls.status(found.directory.descriptor))
    if before?.follower == nil {
      let snapshot = try ExperimentReader(found.directory, folder: folder, seenFrom: reader)
        .read(found.entries)
      guard let snapshot else { return nil }
      if snapshot.status.isFinal {
        return Known(
          stamp: stamp, isSettled: false, snapshot: snapshot, inside: [],
          hasChanged: snapshot != before?.snapshot)
      }
    }
    var follower = before?.follower ?? ExperimentFollower(folder: folder)
    let hasChanged = try follower.update(in: found.directory, seenFrom: reader)
    guard let snapshot = follower.snapshot else { return nil }
    return Known(
      stamp: stamp, isSettled: false, snapshot: snapshot, follower: follower, inside: [],
      hasChanged: hasChanged || before == nil)
  }

  /// How a metric of an experiment went; empty where that is not known, or costs too much to find
  /// out.
  package mutating func curve(
    _ key: Key, of folder: String, in experiments: ExperimentsFolder
  ) -> [Double] {
    guard var now = known[folder] else { return [] }
    if now.follower == nil {
      let length = now.snapshot.writers.reduce(UInt64(0)) { $0 &+ $1.size }
      guard length <= Self.longestHistory,
        let directory = try? experiments.directory.folder(folder)
      else { return [] }
      var follower = ExperimentFollower(folder: folder)
      _ = try? follower.update(in: directory)
      now.follower = follower
      known[folder] = now
    }
    return now.follower?.curve(key) ?? []
  }
}

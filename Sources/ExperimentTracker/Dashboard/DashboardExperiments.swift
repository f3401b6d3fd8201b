import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// The experiments that a dashboard shows, read again only where something has changed, each with
/// the revision at which it changed last.
struct DashboardExperiments {
  /// The increment that is shown; nil for all of the project.
  private let only: Increment?
  private let start: String
  private var places: [Place] = []
  /// The experiments, by increment and number.
  private(set) var rows: [DashboardRow] = []
  private(set) var primary: PrimaryMetric?
  /// What was shown once and is no more, with the revision at which it went.
  private var removed: [(id: String, revision: Int)] = []
  private(set) var revision = 0
  /// Tells the revisions of this object from those of another.
  private let instance = String(UInt64.random(in: 0...UInt64.max), radix: 36)
  private var rowOfPlace: [RowPlace: Int] = [:]
  private var rowOfID: [String: Int] = [:]
  /// When all folders are looked at again, in seconds of a clock that never jumps.
  private var nextFullLook = 0.0
  private var hasLooked = false
  /// What the first look has read and not shown yet.
  private var waiting: [(place: Int, folders: Set<String>, found: [FollowedExperiments.Followed])] =
    []

  private struct Place {
    let increment: Increment
    var folder: ExperimentsFolder?
    var experiments = FollowedExperiments()
    var snapshots: [Key: ExperimentSnapshot] = [:]
  }

  private struct RowPlace: Hashable {
    let increment: Key
    let folder: Key

    init(_ increment: String, _ folder: String) {
      (self.increment, self.folder) = (Key(increment), Key(folder))
    }
  }

  /// So many times as long as a look at everything takes, only what runs is looked at, but no
  /// longer than some seconds.
  var pace = 20.0
  private static let longestPause = 10.0
  private static let mostRemoved = 10_000

  init(_ only: Increment?, from start: String) { (self.only, self.start) = (only, start) }

  /// The increments that are shown, in the project's order.
  var increments: [Increment] { places.map(\.increment) }

  /// The folder of an increment's experiments, by the increment's path.
  func folder(of row: DashboardRow) -> ExperimentsFolder? {
    places.first { $0.increment.path.isSame(as: row.entry.incrementPath) }?.folder
  }

  func increment(of row: DashboardRow) -> Increment? {
    places.first { $0.increment.path.isSame(as: row.entry.incrementPath) }?.increment
  }

  /// The experiment of an identifier.
  func row(_ id: String) -> DashboardRow? { rowOfID[id].map { rows[$0] } }

  // MARK: Looking

  /// What has changed in a look.
  private struct Changes {
    var changed: Set<RowPlace> = []
    /// Whether experiments were added or taken away, or are others than before.
    var isOtherSet = false
    /// Whether what makes groups may be another.
    var groups = false
    /// Whether what makes one the best may be another.
    var ranks = false
  }

  /// Looks again. What is over is looked at in turns, so that a store of any size costs the same
  /// share of a processor.
  mutating func look() throws(TrackingError) {
    let begun = Clock.steady()
    let wantsAll = begun >= nextFullLook
    var changes = Changes()
    if wantsAll { try findIncrements(&changes) }
    for place in places.indices {
      let found: [FollowedExperiments.Followed]
      if !wantsAll, let folder = places[place].folder,
        let part = places[place].experiments.lookAtRunning(in: folder)
      {
        apply(part.found, to: place, within: part.folders, &changes)
        continue
      }
      places[place].folder = try places[place].increment.experimentsFolder()
      if let folder = places[place].folder {
        found = try places[place].experiments.look(at: folder, children: true)
      } else {
        found = []
      }
      apply(found, to: place, within: nil, &changes)
    }
    let isFirst = !hasLooked
    waiting = []
    if changes.isOtherSet {
      rebuild(changes.changed)
    } else if !changes.changed.isEmpty || isFirst {
      revision += 1
      for place in changes.changed {
        guard let row = rowOfPlace[place] else { continue }
        rows[row].revision = revision
      }
    }
    if changes.isOtherSet || changes.groups || isFirst { markGroups() }
    if changes.isOtherSet || changes.ranks || isFirst { markBest() }
    // The first look reads everything, and says nothing of what the next one takes.
    if wantsAll, !isFirst {
      let cost = Clock.steady() - begun
      nextFullLook = begun + min(pace * cost, Self.longestPause)
    }
    hasLooked = true
  }

  /// Reads on while the first look goes on, those that changed last first. They are shown by a
  /// look, or here as long as that is quick.
  ///
  /// - Parameter most: How many experiments suffice of each increment.
  /// - Returns: How many folders are not read yet.
  mutating func readOn(
    for seconds: Double, most: Int = .max
  ) throws(TrackingError) -> Int {
    if hasLooked { return 0 }
    let deadline = Clock.steady() + seconds
    var changes = Changes()
    try findIncrements(&changes)
    var left = 0
    // The increments that were begun last are the last ones.
    for place in places.indices.reversed() {
      if places[place].folder == nil {
        places[place].folder = try places[place].increment.experimentsFolder()
      }
      guard let folder = places[place].folder else { continue }
      let part = try places[place].experiments.lookFurther(
        at: folder, until: deadline, most: most)
      waiting.append((place, part.folders, part.found))
      left += part.left
    }
    if rows.count < Self.quickRows { showWaiting() }
    return left
  }

  /// Looks at what can be read in some seconds, if the first look goes on.
  ///
  /// - Parameter most: How many rows suffice.
  /// - Returns: How many folders are not shown yet; 0 after a look at everything.
  mutating func lookFurther(
    for seconds: Double, most: Int
  ) throws(TrackingError) -> Int {
    var left = 0
    if !hasLooked {
      left = try readOn(for: seconds, most: max(0, most - rows.count))
      if rows.count < most {
        showWaiting()
      } else {
        left += waiting.reduce(0) { $0 + $1.folders.count }
      }
    }
    if left == 0 { try look() }
    return left
  }

  private static let quickRows = 1000

  private mutating func showWaiting() {
    var changes = Changes()
    for part in waiting where !part.folders.isEmpty {
      apply(part.found, to: part.place, within: part.folders, &changes)
    }
    waiting = []
    guard changes.isOtherSet else { return }
    rebuild(changes.changed)
    primary = DashboardMarks.primary(of: places.flatMap { $0.snapshots.values })
  }

  /// Looks at everything again: something was changed here.
  mutating func lookAtAll() throws(TrackingError) {
    nextFullLook = 0
    try look()
  }

  private mutating func findIncrements(_ changes: inout Changes) throws(TrackingError) {
    let found: [Increment]
    if let only { found = [only] } else { found = try Increment.all(from: start) }
    let isSame =
      found.count == places.count
      && zip(found, places).allSatisfy { $0.path.isSame(as: $1.increment.path) }
    if isSame { return }
    changes.isOtherSet = true
    places = found.map { increment in
      places.first { $0.increment.path.isSame(as: increment.path) } ?? Place(increment: increment)
    }
  }

  /// - Parameter folders: The top-level folders that were looked at; nil for all.
  private mutating func apply(
    _ found: [FollowedExperiments.Followed], to place: Int, within folders: Set<String>?,
    _ changes: inout Changes
  ) {
    if folders?.isEmpty == true { return }
    let path = places[place].increment.path
    var seen: Set<Key> = []
    for one in found {
      let snapshot = one.snapshot
      let folder = Key(snapshot.folder)
      seen.insert(folder)
      guard let before = places[place].snapshots[folder] else {
        places[place].snapshots[folder] = snapshot
        changes.isOtherSet = true
        changes.changed.insert(RowPlace(path, snapshot.folder))
        continue
      }
      guard one.hasChanged, before != snapshot else { continue }
      places[place].snapshots[folder] = snapshot
      let here = RowPlace(path, snapshot.folder)
      changes.changed.insert(here)
      if before.identity != snapshot.identity { changes.isOtherSet = true }
      if before.params != snapshot.params { changes.groups = true }
      if before.status != snapshot.status || snapshot.status.isFinal { changes.ranks = true }
      if let row = rowOfPlace[here] { rows[row].entry.snapshot = snapshot }
    }
    let gone = places[place].snapshots.keys.filter { folder in
      guard !seen.contains(folder) else { return false }
      guard let folders else { return true }
      let top = folder.bytes.prefix { $0 != UInt8(ascii: "/") }
      return folders.contains(String(decoding: top, as: UTF8.self))
    }
    for folder in gone { places[place].snapshots[folder] = nil }
    if !gone.isEmpty { changes.isOtherSet = true }
  }

  // MARK: Rows

  private mutating func rebuild(_ changed: Set<RowPlace>) {
    revision += 1
    let before = rows
    let known = rowOfID
    rows = []
    rowOfID = [:]
    rowOfPlace = [:]
    for place in places {
      let snapshots = ExperimentOrder.sorted(Array(place.snapshots.values))
      var identities: [String: (identity: ExperimentIdentity, id: String)] = [:]
      let ids = snapshots.map { snapshot -> String in
        let own = snapshot.identity.id
        let id =
          own.isEmpty || identities[own] != nil || rowOfID[own] != nil
          ? DashboardID.made(of: place.increment.path, snapshot.folder) : own
        if !own.isEmpty, identities[own] == nil { identities[own] = (snapshot.identity, id) }
        return id
      }
      for (snapshot, id) in zip(snapshots, ids) {
        let around = identities[snapshot.identity.parent]
        let entry = ListingEntry(
          snapshot, increment: place.increment.name, incrementPath: place.increment.path,
          parent: around?.identity)
        let here = RowPlace(place.increment.path, snapshot.folder)
        var row = DashboardRow(id: id, entry, parent: around?.id, revision: revision)
        if let old = known[id].map({ before[$0] }) {
          (row.group, row.isBest) = (old.group, old.isBest)
          let isSame =
            !changed.contains(here) && old.parent == row.parent
            && old.snapshot.folder.isSame(as: snapshot.folder) && old.entry.label == entry.label
          if isSame { row.revision = old.revision }
        }
        rowOfPlace[here] = rows.count
        rowOfID[id] = rows.count
        rows.append(row)
      }
    }
    for row in before where rowOfID[row.id] == nil { removed.append((row.id, revision)) }
    removed.removeAll { rowOfID[$0.id] != nil }
    removed.removeFirst(max(0, removed.count - Self.mostRemoved))
  }

  private mutating func markGroups() {
    for (row, group) in DashboardMarks.groups(of: rows).enumerated() where rows[row].group != group
    {
      rows[row].group = group
      rows[row].revision = revision
    }
  }

  private mutating func markBest() {
    var best: Set<RowPlace> = []
    for place in places {
      let found = DashboardMarks.best(of: ExperimentOrder.sorted(Array(place.snapshots.values)))
      for folder in found.folders { best.insert(RowPlace(place.increment.path, folder)) }
      if places.count == 1 { primary = found.primary }
    }
    if places.count != 1 {
      primary = DashboardMarks.primary(of: places.flatMap { $0.snapshots.values })
    }
    for row in rows.indices {
      let isBest = best.contains(
        RowPlace(rows[row].entry.incrementPath, rows[row].snapshot.folder))
      guard rows[row].isBest != isBest else { continue }
      rows[row].isBest = isBest
      rows[row].revision = revision
    }
  }
}

extension DashboardExperiments {
  /// The revision as the page keeps it.
  var revisionText: String { "\(instance)-\(revision)" }

  /// A revision before everything, for who was given a part.
  var revisionBeforeAll: String { "\(instance)-0" }

  /// What has changed since a revision; everything where it is of another object, or too long ago.
  func changes(since text: String?) -> (rows: [DashboardRow], removed: [String], isWhole: Bool) {
    guard let text, let dash = text.utf8.lastIndex(of: UInt8(ascii: "-")),
      text.utf8[..<dash].elementsEqual(instance.utf8),
      let since = Int(Substring(text.utf8[text.utf8.index(after: dash)...])), since <= revision,
      since >= 0, removed.count < Self.mostRemoved || since >= (removed.first?.revision ?? 0)
    else { return (rows, [], true) }
    return (
      rows.filter { $0.revision > since }, removed.filter { $0.revision > since }.map(\.id), false
    )
  }
}

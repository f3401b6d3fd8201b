package import ExperimentAnalysis
package import ExperimentRuntime
import ExperimentStore
import FileSystem
package import TrackingEntities

/// The experiments that were listed, of one increment or of several, each rendered only when
/// somebody asks for it.
package struct IncrementListing: Sendable {
  /// What was known of each.
  package let entries: [ListingEntry]
  /// What the reader should know about the choice, one sentence each.
  package let notes: [String]
  /// Whether the caller chose the order.
  let isOrdered: Bool
  /// Whether they were looked for in more than one increment.
  let isAcross: Bool

  /// How many there are.
  package var count: Int { entries.count }

  init(_ entries: [ListingEntry], notes: [String], isOrdered: Bool, isAcross: Bool) {
    self.entries = entries
    self.notes = notes
    self.isOrdered = isOrdered
    self.isAcross = isAcross
  }

  /// A listing of experiments that are open, in their order, as each is now.
  package init(of experiments: [Experiment]) throws(TrackingError) {
    var entries: [ListingEntry] = []
    var increments: [Key: Increment] = [:]
    var parents: [Key: ExperimentIdentity?] = [:]
    for experiment in experiments {
      let base = Key(
        bytes: Array(experiment.path.utf8.dropLast(experiment.folder.utf8.count)))
      let increment: Increment
      if let known = increments[base] {
        increment = known
      } else {
        increment = try Increment.around(experiment)
        increments[base] = increment
      }
      let snapshot = try experiment.snapshot()
      let around = Key(increment.path + "/" + snapshot.identity.parent)
      let parent: ExperimentIdentity?
      if let known = parents[around] {
        parent = known
      } else {
        parent = try increment.parent(of: snapshot)
        parents[around] = .some(parent)
      }
      entries.append(
        ListingEntry(
          snapshot, increment: increment.name, incrementPath: increment.path, parent: parent))
    }
    self.init(
      entries, notes: [], isOrdered: true, isAcross: Set(entries.map(\.incrementPath)).count > 1)
  }

  /// What is known of one experiment, histories left out.
  package func json(at place: Int) throws(TrackingError) -> Value {
    let entry = try entry(at: place)
    return Self.adding(
      entry, to: SnapshotJSON.value(entry.snapshot, parentNumber: entry.parent?.number))
  }

  /// Some of the experiments as rows of a table.
  package func table(from first: Int, count: Int) throws(TrackingError) -> Value {
    guard (0...entries.count).contains(first), count >= 0 else {
      throw TrackingError(
        .invalidArgument, "there is no experiment \(first) in a listing of \(entries.count)")
    }
    return .list(
      entries[first...].prefix(count).map {
        Self.adding($0, to: SnapshotJSON.row($0.snapshot, parentNumber: $0.parent?.number))
      })
  }

  private static func adding(_ entry: ListingEntry, to value: Value) -> Value {
    guard case .map(var members) = value else { return value }
    members.append(.init("increment", .text(entry.increment)))
    members.append(
      .init(
        "path", .text(entry.path)))
    return .map(members)
  }

  /// One of them.
  package func entry(at place: Int) throws(TrackingError) -> ListingEntry {
    guard entries.indices.contains(place) else {
      throw TrackingError(
        .invalidArgument, "there is no experiment \(place) in a listing of \(entries.count)")
    }
    return entries[place]
  }
}

extension IncrementListing {
  /// So many experiments are shown by default.
  private static let mostShown = 50

  /// The experiments as a table for a terminal.
  ///
  /// - Parameters:
  ///   - width: How wide it may be; 0 is no limit.
  ///   - colours: Whether the status is coloured.
  package func text(
    json: [UInt8]?, width: Int, colours: Bool = false, for caller: String
  ) throws(TrackingError) -> String {
    ListingText.render(
      try table(json: json, for: caller), width: width > 0 ? width : nil, colours: colours)
  }

  /// The experiments as a table for a notebook.
  package func html(json: [UInt8]?, for caller: String) throws(TrackingError) -> String {
    ListingHTML.render(try table(json: json, for: caller))
  }

  private func table(json: [UInt8]?, for caller: String) throws(TrackingError) -> ListingTable {
    var options = try OptionReader(json, for: caller)
    let most = try options.integer("rows") ?? Int64(Self.mostShown)
    guard most >= 0 else { throw options.wrong("rows", "a number of experiments") }
    let places = try places("places", &options)
    let renewed = Set(try self.places("renew", &options) ?? [])
    let keepsOrder = try options.flag("ordered") ?? false
    try options.end()
    var shown = entries
    for place in renewed { shown[place].snapshot = Self.renewed(shown[place]) }
    let isAscending = zip(places ?? [], (places ?? []).dropFirst()).allSatisfy { $0 < $1 }
    if let places { shown = places.map { shown[$0] } }
    let order = ListingOrder(
      shown, keepsOrder: keepsOrder || isOrdered || !isAscending, most: Int(clamping: most))
    return ListingTable(shown, order, telling: isAcross) { Self.shown(shown[$0]) }
  }

  private func places(
    _ name: String, _ options: inout OptionReader
  ) throws(TrackingError) -> [Int]? {
    guard let value = options.take(name) else { return nil }
    guard case .list(let elements) = value else { throw options.wrong(name, "a list of places") }
    return try elements.map { (element) throws(TrackingError) in
      guard let place = element.integer.flatMap({ Int(exactly: $0) }),
        entries.indices.contains(place)
      else { throw options.wrong(name, "a list of places from 0 to below \(entries.count)") }
      return place
    }
  }

  /// A sweep stands for its best experiment, which is read only now.
  static func shown(_ entry: ListingEntry) -> ExperimentSnapshot {
    let sweep = entry.snapshot
    guard SweepBest.isNeeded(for: sweep), let catalog = catalog(of: entry) else { return sweep }
    if let place = SweepBest.place(in: sweep) {
      // The usual name of a combination saves reading all of them.
      let folder = sweep.folder + "/" + place.zeroPadded(4)
      let named = catalog.snapshot(of: folder)
      if named.identity.child == place, named.identity.parent == sweep.identity.id,
        named.status == .completed, !named.metrics.isEmpty
      {
        return SweepBest.shown(sweep, by: named)
      }
    }
    let members = catalog.snapshots(below: sweep.folder).filter { $0.folder != sweep.folder }
    return SweepBest.best(of: sweep, among: members).map { SweepBest.shown(sweep, by: $0) } ?? sweep
  }

  /// The experiment as it is now; as it was listed if it is gone.
  private static func renewed(_ entry: ListingEntry) -> ExperimentSnapshot {
    guard let now = catalog(of: entry)?.snapshot(of: entry.snapshot.folder),
      now.identity.id == entry.snapshot.identity.id
    else { return entry.snapshot }
    return now
  }

  private static func catalog(of entry: ListingEntry) -> ExperimentCatalog? {
    let path = entry.incrementPath + "/experiments"
    let root = ProjectRoot.naming(path)
    guard let directory = try? root?.open(path) ?? Directory.open(path) else { return nil }
    return ExperimentCatalog(
      ExperimentsFolder(increment: entry.increment, directory: directory))
  }
}

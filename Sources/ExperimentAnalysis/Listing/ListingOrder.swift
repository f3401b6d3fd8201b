import TrackingEntities

/// Which experiments a table of a listing shows, and in which order: the newest first, those inside
/// others below them.
package struct ListingOrder: Sendable {
  /// One line of the table.
  package enum Line: Sendable, Equatable {
    /// An experiment by its place in the listing; `depth` is how many of those above it are around
    /// it.
    case experiment(place: Int, depth: Int)
    /// So many more inside the same experiment.
    case more(count: Int, depth: Int)
  }

  /// The lines from the top.
  package private(set) var lines: [Line] = []
  /// How many experiments have no line, those that a line counts left out.
  package private(set) var hidden = 0
  /// Whether the newest come first; else the order is the one of the listing.
  package let isNewestFirst: Bool

  /// Of each experiment that others are inside, at least so many of them are shown.
  private static let fewestChildren = 3

  /// - Parameters:
  ///   - entries: The experiments.
  ///   - keepsOrder: Whether the caller chose their order.
  ///   - most: So many experiments are shown at most.
  package init(_ entries: [ListingEntry], keepsOrder: Bool, most: Int) {
    isNewestFirst = !keepsOrder && entries.count > 1
    guard !keepsOrder else {
      lines = entries.indices.prefix(most).map { .experiment(place: $0, depth: 0) }
      hidden = entries.count - lines.count
      return
    }
    let tree = Tree(entries)
    var limit = Int.max
    if entries.count > most {
      limit = max(
        Self.fewestChildren, (most - tree.roots.count) / max(1, tree.children.count))
    }
    for root in tree.roots { append(root, tree, entries, depth: 0, limit: limit) }
    cut(to: most, of: entries.count)
  }

  /// The newest experiments, in the order they stand in.
  package static func newest(_ count: Int, of entries: [ListingEntry]) -> [ListingEntry] {
    guard count < entries.count else { return entries }
    let places = entries.indices.sorted { isNewer(entries[$0], entries[$1]) }.prefix(count)
    return places.sorted().map { entries[$0] }
  }

  private mutating func append(
    _ place: Int, _ tree: Tree, _ entries: [ListingEntry], depth: Int, limit: Int
  ) {
    lines.append(.experiment(place: place, depth: depth))
    guard depth < ExperimentTree.deepest, let inside = tree.children[place] else { return }
    var shown = Array(inside.prefix(limit))
    if shown.count < inside.count, let best = SweepBest.place(in: entries[place].snapshot),
      let other = inside.first(where: { entries[$0].snapshot.identity.child == best }),
      !shown.contains(other), !shown.isEmpty
    {
      shown[shown.count - 1] = other
    }
    for child in shown { append(child, tree, entries, depth: depth + 1, limit: limit) }
    let left = Set(inside).subtracting(shown).reduce(0) { $0 + tree.size(of: $1) }
    if left > 0 { lines.append(.more(count: left, depth: depth + 1)) }
  }

  private mutating func cut(to most: Int, of total: Int) {
    var kept: [Line] = []
    var shown = 0
    var counted = 0
    for line in lines {
      if case .experiment = line, shown == most { break }
      kept.append(line)
      switch line {
      case .experiment: shown += 1
      case .more(let count, _): counted += count
      }
    }
    lines = kept
    hidden = total - shown - counted
  }

  /// Who is inside whom, by place.
  private struct Tree {
    private(set) var roots: [Int] = []
    private(set) var children: [Int: [Int]] = [:]

    init(_ entries: [ListingEntry]) {
      let byIncrement = Dictionary(grouping: entries.indices) { Key(entries[$0].incrementPath) }
      for places in byIncrement.values {
        let tree = ExperimentTree(places.map { entries[$0].snapshot })
        roots += tree.roots.map { places[$0] }
        for (parent, inside) in tree.children.enumerated() where !inside.isEmpty {
          children[places[parent]] = inside.map { places[$0] }.sorted {
            Self.isBefore(entries[$0].snapshot, entries[$1].snapshot)
          }
        }
      }
      roots.sort { ListingOrder.isNewer(entries[$0], entries[$1]) }
    }

    /// How many there are with all that are inside.
    func size(of place: Int, depth: Int = 0) -> Int {
      guard depth < ExperimentTree.deepest, let inside = children[place] else { return 1 }
      return inside.reduce(1) { $0 + size(of: $1, depth: depth + 1) }
    }

    private static func isBefore(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
      if left.identity.child != right.identity.child {
        return left.identity.child < right.identity.child
      }
      return left.folder.utf8.lexicographicallyPrecedes(right.folder.utf8)
    }
  }

  private static func isNewer(_ left: ListingEntry, _ right: ListingEntry) -> Bool {
    let (a, b) = (left.snapshot.identity, right.snapshot.identity)
    if a.created > b.created || b.created > a.created { return a.created > b.created }
    if a.created.isNaN != b.created.isNaN { return b.created.isNaN }
    if a.number != b.number { return a.number > b.number }
    if a.child != b.child { return a.child > b.child }
    let (one, other) = (
      left.incrementPath + "/" + left.snapshot.folder,
      right.incrementPath + "/" + right.snapshot.folder
    )
    return other.utf8.lexicographicallyPrecedes(one.utf8)
  }
}

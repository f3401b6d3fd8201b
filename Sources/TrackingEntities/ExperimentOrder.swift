/// The order of experiments that nothing else orders: as they were numbered, each followed by those
/// inside it.
package enum ExperimentOrder {
  /// The experiments in that order. Those without a number come last, as do those inside another
  /// that is not among them.
  package static func sorted(_ snapshots: [ExperimentSnapshot]) -> [ExperimentSnapshot] {
    let places = snapshots.map { Place($0) }
    let order = places.indices.sorted { precedes(places[$0], places[$1]) }
    let ways = ways(places, order)
    guard ways.contains(where: { $0.count > 1 }) else { return order.map { snapshots[$0] } }
    return ways.indices.sorted { ways[$0].lexicographicallyPrecedes(ways[$1]) }
      .map { snapshots[$0] }
  }

  /// For each experiment, the ranks of those around it, from the outside in, and its own.
  private static func ways(_ places: [Place], _ order: [Int]) -> [[Int]] {
    var ranks = Array(repeating: 0, count: places.count)
    var byFolder: [Key: Int] = [:]
    for (rank, index) in order.enumerated() {
      ranks[index] = rank
      byFolder[places[index].whole(places[index].folder.bytes[...])] = rank
    }
    return places.indices.map { index in
      var way = [ranks[index]]
      var folder = places[index].folder.bytes[...]
      while let slash = folder.lastIndex(of: UInt8(ascii: "/")) {
        folder = folder[..<slash]
        if let around = byFolder[places[index].whole(folder)] { way.append(around) }
      }
      return way.reversed()
    }
  }

  /// What decides, taken out of the snapshot once.
  private struct Place {
    let increment: Key
    let number: UInt64
    let child: UInt64
    let created: Double
    let folder: Key

    init(_ snapshot: ExperimentSnapshot) {
      let identity = snapshot.identity
      increment = Key(snapshot.increment)
      number = identity.number == 0 ? .max : identity.number
      child = identity.child
      created = identity.created
      folder = Key(snapshot.folder)
    }

    /// A folder of the same increment, told apart from those of others.
    func whole(_ folder: ArraySlice<UInt8>) -> Key { Key(bytes: increment.bytes + [0] + folder) }
  }

  /// Whether one experiment comes before another. Experiments without a number come last.
  private static func precedes(_ a: Place, _ b: Place) -> Bool {
    if a.increment != b.increment { return a.increment < b.increment }
    if a.number != b.number { return a.number < b.number }
    if a.child != b.child { return a.child < b.child }
    if isOlder(a.created, b.created) || isOlder(b.created, a.created) {
      return isOlder(a.created, b.created)
    }
    return a.folder < b.folder
  }

  /// Whether of two runs of one name the first is the one that the name stands for: the later one,
  /// but a run that only reproduces another does not take its place.
  package static func standsForName(
    _ left: ExperimentSnapshot, before right: ExperimentSnapshot
  ) -> Bool {
    if left.isReproduction != right.isReproduction { return right.isReproduction }
    return isNewer(left, right)
  }

  /// Whether an experiment is a later run of the same name.
  package static func isNewer(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
    let (a, b) = (left.identity, right.identity)
    if a.rerun != b.rerun { return a.rerun > b.rerun }
    if isOlder(a.created, b.created) || isOlder(b.created, a.created) {
      return isOlder(b.created, a.created)
    }
    return precedes(Place(right), Place(left))
  }

  private static func isOlder(_ first: Double, _ second: Double) -> Bool {
    first.isNaN ? false : second.isNaN ? true : first < second
  }
}
